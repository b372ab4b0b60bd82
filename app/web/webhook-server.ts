import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { feedOf } from '../../pipelines/exports/locally/settings.ts';
import { nextDue } from '../../pipelines/orders/messages.ts';
import { processEvents } from '../../pipelines/orders/orders.ts';
import {
  MAX_WEBHOOK_BYTES,
  receiveEvent,
  refusalOf,
  type WebhookAnswer,
} from '../../pipelines/orders/webhook.ts';
import type { OrdersConfiguration } from '../../pipelines/settings/locally-orders.ts';
import type { Configuration } from '../../pipelines/settings/schema.ts';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import { ConfigurationError, TillstreamError } from '../../transforms/errors.ts';

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
const AFTER_TROUBLE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** A sender that is slower than this is not Locally. Node looks at them each second, and not at its usual 30 s. */
const LIMITS = {
  headersTimeout: 3_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 8 * 1024,
};
/** Beyond these, connections are closed as they come. */
const MOST_CONNECTIONS = 500;
/** Of all bodies that are being read or written down: hundreds of messages, which are a few kilobytes each. */
const MOST_BYTES_AT_ONCE = 16 * MAX_WEBHOOK_BYTES;

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

  const held = new HeldBytes(MOST_BYTES_AT_ONCE);

  const server = createServer(LIMITS, listener);
  // Who asks before sending a body is told before sending it.
  server.on('checkContinue', listener);
  server.maxConnections = MOST_CONNECTIONS;

  function listener(request: IncomingMessage, response: ServerResponse): void {
    answer(request, response).catch((error: unknown) => {
      // Who hung up in the middle of a message waits for no answer, and no trouble of ours is behind it.
      if (!request.complete) return;
      trouble(error);
      // Locally sends it again.
      if (!response.headersSent) reply(response, { status: 500, body: 'Try again later.\n' });
    });
  }

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
    if (path !== PATH)
      return refuse(request, response, { status: 404, body: 'Nothing is here.\n' });
    const { method = '', headers } = request;
    const refusal = refusalOf(orders.webhook, { method, headers });
    if (refusal !== undefined) return refuse(request, response, refusal);
    if (Number(headers['content-length'] ?? 0) > MAX_WEBHOOK_BYTES)
      return refuse(request, response, TOO_LARGE);
    if (headers.expect !== undefined) response.writeContinue();
    const body = await bodyOf(request, held);
    try {
      if (!Buffer.isBuffer(body)) return refuse(request, response, body);
      const given = await receiveEvent(warehouse, orders, { method, headers, body }, now());
      reply(response, given);
      if (given.status === 200) working = working.then(work);
    } finally {
      if (Buffer.isBuffer(body)) held.giveBack(body.length);
    }
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

const TOO_LARGE = { status: 413, body: 'Too large.\n' } as const;
/** Locally sends it again. */
const TOO_MANY = { status: 503, body: 'Too many at once. Try again later.\n' } as const;

/** Counts the bytes of bodies in memory, so that many senders together stay within a bound. */
class HeldBytes {
  readonly #most: number;
  #held = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** False where that would be too many. */
  take(bytes: number): boolean {
    if (this.#held + bytes > this.#most) return false;
    this.#held += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#held -= bytes;
  }
}

/** The body, its bytes taken from `held`; or what to answer where it is too large, or there are too many at once. */
async function bodyOf(
  request: IncomingMessage,
  held: HeldBytes,
): Promise<Buffer | Pick<WebhookAnswer, 'status' | 'body'>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isWhole = false;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const piece = chunk as Buffer;
      if (bytes + piece.length > MAX_WEBHOOK_BYTES) return TOO_LARGE;
      if (!held.take(piece.length)) return TOO_MANY;
      bytes += piece.length;
      chunks.push(piece);
    }
    isWhole = true;
    return Buffer.concat(chunks);
  } finally {
    if (!isWhole) held.giveBack(bytes);
  }
}

/**
 * Answers without having read the body. What is still coming is read and dropped, so that the sender sees the answer; who
 * sends more than any message has is hung up on.
 */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Parameters<typeof reply>[1],
): void {
  let dropped = 0;
  request.on('data', (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > MAX_WEBHOOK_BYTES) request.destroy();
  });
  reply(response, answer);
}

function reply(
  response: ServerResponse,
  { status, body }: { readonly status: number; readonly body: WebhookAnswer['body'] },
): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    ...((status === 413 || status === 503) && { connection: 'close' }),
    ...(status === 503 && { 'retry-after': '5' }),
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
