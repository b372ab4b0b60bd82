import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isThisMachine } from '../../../pipelines/settings/heartland.ts';

/** Receives the browser's redirect from Heartland on this machine. */
export interface RedirectReceiver {
  /**
   * The whole address of the first request that `isOurs`.
   *
   * Any web page can send requests here, so all others get 400, and the wait continues.
   */
  redirect(isOurs: (address: string) => boolean): Promise<string>;
  close(): void;
}

const PAGE = (title: string, text: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><body><h1>${title}</h1><p>${text}</p></body></html>\n`;

const DONE = PAGE('Back to the terminal', 'The result is shown there. You can close this page.');
const NOT_THE_ANSWER = PAGE(
  'Not found',
  'Tillstream is waiting for a redirect from Heartland. Open the address that the terminal shows.',
);

/** A browser sends one short request at once. */
const LIMITS = {
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};
const MOST_CONNECTIONS = 50;

/** Listens at a redirect address on this machine; undefined if it is elsewhere or in use. */
export async function receiveRedirect(redirectUri: string): Promise<RedirectReceiver | undefined> {
  const url = new URL(redirectUri);
  if (url.protocol !== 'http:' || !isThisMachine(url)) return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const found = Promise.withResolvers<string>();
  let isExpected: (address: string) => boolean = () => false;

  const server = createServer(LIMITS, (request, response) => {
    const requested = addressOf(request);
    if (requested === undefined) return reply(response, 400, NOT_THE_ANSWER);
    if (requested.pathname !== url.pathname) return reply(response, 404, NOT_THE_ANSWER);
    if (!isExpected(requested.href)) return reply(response, 400, NOT_THE_ANSWER);
    // Also if the browser does not wait for the page.
    response.once('close', () => found.resolve(requested.href));
    reply(response, 200, DONE);
  });
  server.maxConnections = MOST_CONNECTIONS;
  const isListening = await new Promise<boolean>(resolve => {
    server.once('error', () => resolve(false));
    server.listen(Number(url.port || 80), host, () => resolve(true));
  });
  if (!isListening) return undefined;
  return {
    redirect: isOurs => {
      isExpected = isOurs;
      return found.promise;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };

  /** The requested address; undefined if it is not a path on this server, as `GET //`. */
  function addressOf({ method, url: target = '' }: IncomingMessage): URL | undefined {
    if (method !== 'GET' || !/^\/(?!\/)/.test(target)) return undefined;
    return URL.parse(`${url.origin}${target}`) ?? undefined;
  }
}

function reply(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    connection: 'close',
    // The address of this page contains the code.
    'referrer-policy': 'no-referrer',
  });
  response.end(page);
}
