import { createServer, type Server } from 'node:http';
import { isThisMachine } from '../configuration/oauth.ts';

/** Waits on this machine for the browser to come back from Heartland. */
export interface RedirectReceiver {
  /** The whole address that the browser asked for; settles once. */
  readonly redirect: Promise<string>;
  close(): void;
}

const PAGE = (title: string, text: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><body><h1>${title}</h1><p>${text}</p></body></html>\n`;

/**
 * Listens at the redirect address where it is on this machine; undefined where it is not, or the port is taken.
 * Whether what came back is ours is for whoever knows the `state`.
 */
export async function receiveRedirect(redirectUri: string): Promise<RedirectReceiver | undefined> {
  const url = new URL(redirectUri);
  if (url.protocol !== 'http:' || !isThisMachine(url)) return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  let server: Server;
  const redirect = new Promise<string>(resolve => {
    server = createServer((request, response) => {
      const asked = new URL(request.url ?? '/', redirectUri);
      const isIt =
        asked.pathname === url.pathname &&
        (asked.searchParams.has('code') || asked.searchParams.has('error'));
      response.writeHead(isIt ? 200 : 404, {
        'content-type': 'text/html; charset=utf-8',
        connection: 'close',
        // The code is in the address of this page.
        'referrer-policy': 'no-referrer',
      });
      response.end(
        isIt
          ? PAGE('Back to the terminal', 'What came of it is said there. This page can be closed.')
          : PAGE('Nothing here', 'Tillstream waits for Heartland to send the browser back.'),
        () => isIt && resolve(asked.href),
      );
    });
  });
  const isListening = await new Promise<boolean>(resolve => {
    server.once('error', () => resolve(false));
    server.listen(Number(url.port || 80), host, () => resolve(true));
  });
  if (!isListening) return undefined;
  return {
    redirect,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
