/** Servers between the program and an account: a forward proxy, a TLS front, a custom server. */
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { type AddressInfo, connect, type Server as NetServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { TestCertificate } from '../stand-ins/tls/certificate.ts';

const HOST = '127.0.0.1';

/** Answers a request, or returns false to leave it to the account. */
export type Answer = (...request: Parameters<RequestListener>) => unknown;

/** Starts a server with this request handler. */
export async function answering(answer: RequestListener): Promise<string> {
  return `http://${HOST}:${await listening(createServer(answer))}`;
}

/** Starts a server in front of an account, which answers whatever `answer` returns false for. */
export async function before(baseUrl: string, answer: Answer): Promise<string> {
  const { origin } = new URL(baseUrl);
  const front = await answering((request, response) => {
    if (answer(request, response) !== false) return;
    const onwards = httpRequest(`${origin}${request.url}`, { headers: request.headers }, came => {
      response.writeHead(came.statusCode ?? 502, came.headers);
      came.pipe(response);
    });
    onwards.on('error', () => response.destroy());
    onwards.end();
  });
  return `${front}/api`;
}

/** Serves the account by https under any name. Returns the port. */
export async function byHttps(baseUrl: string, tls: TestCertificate): Promise<number> {
  const port = Number(new URL(baseUrl).port);
  return listening(createTlsServer(tls, socket => join(socket, connect(port, HOST))));
}

/** A request to a proxy, such as `CONNECT acme.example:443`, and its user and password. */
interface AskedOfProxy {
  readonly line: string;
  readonly logIn: string | undefined;
}

export interface ForwardProxy {
  readonly port: number;
  readonly asked: readonly AskedOfProxy[];
}

/**
 * Starts a forward proxy that resolves every name to `port` on this machine.
 *
 * @param refusal status of every response
 * @param logIn user and password that are required
 */
export async function forwardProxy(
  port: number,
  { refusal, logIn }: { refusal?: number; logIn?: string } = {},
): Promise<ForwardProxy> {
  const asked: AskedOfProxy[] = [];
  const statusFor = (request: IncomingMessage): number => {
    const given = request.headers['proxy-authorization']?.replace(/^Basic /, '');
    const user = given === undefined ? undefined : Buffer.from(given, 'base64').toString();
    asked.push({ line: `${request.method} ${request.url}`, logIn: user });
    return refusal ?? (logIn !== undefined && user !== logIn ? 407 : 200);
  };
  const server = createServer((request, response) => {
    const status = statusFor(request);
    if (status !== 200) {
      response.writeHead(status).end();
      return;
    }
    const { pathname, search } = new URL(request.url ?? '/');
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const path = `${pathname}${search}`;
    const onwards = httpRequest(
      { host: HOST, port, path, method: request.method, headers },
      came => {
        response.writeHead(came.statusCode ?? 502, came.headers);
        came.pipe(response);
      },
    );
    onwards.on('error', () => response.destroy());
    request.pipe(onwards);
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const status = statusFor(request);
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    join(socket, connect(port, HOST));
  });
  return { port: await listening(server), asked };
}

function join(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const)
    from.on('error', () => to.destroy()).on('close', () => to.destroy());
}

/** Starts listening and returns the port; closes the server after the test. */
async function listening(server: NetServer | Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>(resolve => server.listen(0, HOST, resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}
