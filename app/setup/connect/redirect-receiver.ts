import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isThisMachine } from '../../../pipelines/settings/heartland.ts';

/** Waits on this machine for the browser to come back from Heartland. */
export interface RedirectReceiver {
  /**
   * The whole address that the browser asked for, once one comes that `isOurs`. Any page that is open in the browser can
   * send it here, so everything else is answered with 400, and the wait goes on.
   */
  redirect(isOurs: (address: string) => boolean): Promise<string>;
  close(): void;
}

const PAGE = (title: string, text: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><body><h1>${title}</h1><p>${text}</p></body></html>\n`;

const DONE = PAGE(
  'Back to the terminal',
  'What came of it is said there. This page can be closed.',
);
const NOT_THE_ANSWER = PAGE(
  'Nothing here',
  'Tillstream waits for Heartland to send the browser back. Use the address that the terminal shows.',
);

/** A browser sends its request at once, and one line of it. */
const LIMITS = {
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};
const MOST_CONNECTIONS = 50;

/** Listens at the redirect address where it is on this machine; undefined where it is not, or the port is taken. */
export async function receiveRedirect(redirectUri: string): Promise<RedirectReceiver | undefined> {
  const url = new URL(redirectUri);
  if (url.protocol !== 'http:' || !isThisMachine(url)) return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const found = Promise.withResolvers<string>();
  let isExpected: (address: string) => boolean = () => false;

  const server = createServer(LIMITS, (request, response) => {
    const asked = addressOf(request);
    if (asked === undefined) return reply(response, 400, NOT_THE_ANSWER);
    if (asked.pathname !== url.pathname) return reply(response, 404, NOT_THE_ANSWER);
    if (!isExpected(asked.href)) return reply(response, 400, NOT_THE_ANSWER);
    // Also where the browser did not wait for its page.
    response.once('close', () => found.resolve(asked.href));
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

  /** What was asked for, below our own address; undefined where it is none, as `GET //`. */
  function addressOf({ method, url: target = '' }: IncomingMessage): URL | undefined {
    if (method !== 'GET' || !/^\/(?!\/)/.test(target)) return undefined;
    return URL.parse(`${url.origin}${target}`) ?? undefined;
  }
}

function reply(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    connection: 'close',
    // The code is in the address of this page.
    'referrer-policy': 'no-referrer',
  });
  response.end(page);
}
