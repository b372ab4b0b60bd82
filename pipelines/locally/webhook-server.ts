import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import { ConfigurationError, TillstreamError } from '../../transforms/errors.ts';
import type { OrdersConfiguration } from '../configuration/locally-orders.ts';
import type { Configuration } from '../configuration/schema.ts';
import { nextDue } from './messages.ts';
import { processEvents } from './orders.ts';
import { feedOf } from './settings.ts';
import { MAX_WEBHOOK_BYTES, receiveEvent, type WebhookAnswer } from './webhook.ts';

export interface WebhookServerOptions {
  readonly warehouse: Warehouse;
  readonly configuration: Configuration;
  /** Default 127.0.0.1: put a server with TLS before it. */
  readonly host?: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Told what went wrong while a message was worked in; the message is kept and tried again with the next feed. */
  readonly onTrouble: (text: string) => void;
  readonly now?: () => Date;
}

export interface WebhookServer {
  /** As `http://127.0.0.1:8080/locally/webhook`. */
  readonly url: string;
  /** Settles when everything that was received so far is worked in. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const PATH = '/locally/webhook';
/** A sender that is slower than this is not Locally. */
const REQUEST_TIMEOUT_MS = 10_000;
const AFTER_TROUBLE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;

/**
 * Listens for Locally's messages. Each is answered as soon as it is kept, and worked in afterwards, one at a time.
 *
 * @throws ConfigurationError when the configuration has no `locally.orders`
 */
export async function startWebhookServer(options: WebhookServerOptions): Promise<WebhookServer> {
  const { warehouse, configuration, host = '127.0.0.1', now = () => new Date() } = options;
  const orders = ordersOf(configuration);
  const stop = new AbortController();
  let retry: NodeJS.Timeout | undefined;
  // What waited while nobody listened comes first.
  let working: Promise<void> = work();

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // Who hung up in the middle of a message waits for no answer, and no trouble of ours is behind it.
      if (!request.complete) return;
      trouble(error);
      // Locally sends it again.
      if (!response.headersSent) reply(response, { status: 500, body: 'Try again later.\n' });
    });
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${host}:${port}${PATH}`,
    settled: () => working,
    close: async () => {
      await new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      stop.abort();
      clearTimeout(retry);
      await working;
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = URL.parse(request.url ?? '/', 'http://here')?.pathname;
    if (path !== PATH) return reply(response, { status: 404, body: 'Nothing is here.\n' });
    const body = await bodyOf(request);
    if (body === undefined) return reply(response, { status: 413, body: 'Too large.\n' });
    const { method = '', headers } = request;
    const given = await receiveEvent(warehouse, orders, { method, headers, body }, now());
    reply(response, given);
    if (given.status === 200) working = working.then(work);
  }

  async function work(): Promise<void> {
    try {
      const pass = { now: now(), asksAll: false };
      const problems = await processEvents(warehouse, configuration, orders, stop.signal, pass);
      problems.forEach(options.onTrouble);
      const due = await nextDue(warehouse);
      if (due !== undefined) retryIn(due.getTime() - now().getTime());
    } catch (error) {
      if (stop.signal.aborted) return;
      trouble(error);
      retryIn(AFTER_TROUBLE_MS);
    }
  }

  /** What could not be finished is tried again, whether or not another message comes. */
  function retryIn(pauseMs: number): void {
    clearTimeout(retry);
    if (stop.signal.aborted) return;
    retry = setTimeout(
      () => {
        working = working.then(work);
      },
      Math.min(Math.max(pauseMs, 1000), LONGEST_PAUSE_MS),
    );
  }

  function trouble(error: unknown): void {
    options.onTrouble(error instanceof TillstreamError ? error.message : String(error));
  }
}

/** The body; undefined where it is larger than any message. What comes after that is not read. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_WEBHOOK_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reply(
  response: ServerResponse,
  { status, body }: { readonly status: number; readonly body: WebhookAnswer['body'] },
): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    ...(status === 413 && { connection: 'close' }),
  });
  response.end(body);
}

function ordersOf(configuration: Configuration): OrdersConfiguration {
  const { orders } = feedOf(configuration);
  if (orders !== undefined) return orders;
  throw new ConfigurationError('NO_LOCALLY_ORDERS', {
    problem: 'The configuration has no section locally.orders, so there is nothing to listen for',
    next: 'Add it as docs/locally.md shows, with the key that Station made.',
  });
}
