import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Changes the bytes of an answer on its way, or answers something else. */
export type Tamper = (
  path: string,
  body: Buffer,
) => Buffer | { readonly status: number; readonly body: object };

/** A server between the sync and the stand-in account, for what the account itself cannot be made to say. */
export async function proxyTo(baseUrl: string, tamper: Tamper): Promise<string> {
  const server = createServer((request, response) => {
    const { authorization = '' } = request.headers;
    const target = `${new URL(baseUrl).origin}${request.url}`;
    fetch(target, { headers: { authorization } })
      .then(async answer => {
        const body = Buffer.from(await answer.arrayBuffer());
        const tampered = tamper(new URL(target).pathname, body);
        const isOther = !Buffer.isBuffer(tampered);
        response.writeHead(isOther ? tampered.status : answer.status, {
          'content-type': 'application/json',
        });
        response.end(isOther ? JSON.stringify(tampered.body) : tampered);
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
}
