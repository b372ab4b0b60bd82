import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { feedOf } from '../../pipelines/exports/locally/settings.ts';
import { nextDue, processEvents } from '../../pipelines/orders/process-events.ts';
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
  /** Default 127.0.0.1: put a server with TLS in front. */
  readonly host?: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Called with each problem. The message is stored and processed again later. */
  readonly onTrouble: (text: string) => void;
  readonly now?: () => Date;
  /** Answers every request that is not a message. */
  readonly page?: RequestListener;
}

const PATH = '/locally/webhook';
const AFTER_TROUBLE_MS = 60_000;
const MAX_PAUSE_MS = 3_600_000;
/** A slower sender is not Locally. Node checks every second instead of every 30 s. */
export const LIMITS = {
  headersTimeout: 3_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 8 * 1024,
};
/** More connections than this are closed as they come. */
export const MAX_CONNECTIONS = 500;
/** Of all bodies in memory together: hundreds of messages, which are a few kilobytes each. */
const MAX_BYTES_IN_MEMORY = 16 * MAX_WEBHOOK_BYTES;

/**
 * Starts a server that receives messages from Locally.
 *
 * Each message is answered as soon as it is stored, and processed afterwards, one at a time.
 *
 * @throws ConfigurationError when the configuration has no `locally.orders`
 */
export async function startWebhookServer(options: WebhookServerOptions): Promise<WebhookServer> {
  const server = new WebhookServer(options);
  await server.listen();
  return server;
}

/** Receives messages from Locally over HTTP and processes them. */
export class WebhookServer {
  readonly #options: WebhookServerOptions;
  readonly #orders: OrdersConfiguration;
  readonly #now: () => Date;
  readonly #server: Server;
  readonly #bytes = new ByteBudget(MAX_BYTES_IN_MEMORY);
  readonly #stop = new AbortController();
  #retry: NodeJS.Timeout | undefined;
  /** The processing of all messages so far, one after the other. */
  #processing: Promise<void>;

  constructor(options: WebhookServerOptions) {
    this.#options = options;
    this.#orders = ordersOf(options.configuration);
    this.#now = options.now ?? (() => new Date());
    const listener = (request: IncomingMessage, response: ServerResponse) =>
      this.#listen(request, response);
    this.#server = createServer(LIMITS, listener);
    // A request with `Expect: 100-continue` is checked before its body is sent.
    this.#server.on('checkContinue', listener);
    this.#server.maxConnections = MAX_CONNECTIONS;
    // Messages that were stored while no server was running come first.
    this.#processing = this.#process();
  }

  /** As `http://127.0.0.1:8080/locally/webhook`. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://${this.#host}:${port}${PATH}`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port, this.#host, resolve);
    });
  }

  /** Resolves when everything received so far is processed. */
  settled(): Promise<void> {
    return this.#processing;
  }

  async close(): Promise<void> {
    await new Promise<void>(resolve => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
    this.#stop.abort();
    clearTimeout(this.#retry);
    await this.#processing;
  }

  get #host(): string {
    return this.#options.host ?? '127.0.0.1';
  }

  #listen(request: IncomingMessage, response: ServerResponse): void {
    this.#answer(request, response).catch((error: unknown) => {
      // The sender closed the connection while sending: there is nobody to answer.
      if (!request.complete) return;
      this.#report(error);
      // Locally sends the message again.
      if (!response.headersSent) reply(response, { status: 500, body: 'Try again later.\n' });
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = URL.parse(request.url ?? '/', 'http://here')?.pathname;
    if (path !== PATH) {
      const { page } = this.#options;
      return page === undefined
        ? refuse(request, response, NOT_FOUND)
        : void (await page(request, response));
    }
    const { method = '', headers } = request;
    const refusal = refusalOf(this.#orders.webhook, { method, headers });
    if (refusal !== undefined) return refuse(request, response, refusal);
    if (Number(headers['content-length'] ?? 0) > MAX_WEBHOOK_BYTES)
      return refuse(request, response, TOO_LARGE);
    if (headers.expect !== undefined) response.writeContinue();
    const body = await bodyOf(request, this.#bytes);
    if (!Buffer.isBuffer(body)) return refuse(request, response, body);
    try {
      const message = { method, headers, body };
      const { warehouse } = this.#options;
      const answer = await receiveEvent(warehouse, this.#orders, message, this.#now());
      reply(response, answer);
      if (answer.status === 200) this.#processNext();
    } finally {
      this.#bytes.release(body.length);
    }
  }

  #processNext(): void {
    this.#processing = this.#processing.then(() => this.#process());
  }

  async #process(): Promise<void> {
    const { warehouse, configuration, onTrouble } = this.#options;
    const { signal } = this.#stop;
    try {
      const pass = { now: this.#now(), asksAll: false };
      const problems = await processEvents(warehouse, configuration, this.#orders, signal, pass);
      problems.forEach(onTrouble);
      const due = await nextDue(warehouse);
      if (due !== undefined) this.#retryIn(due.getTime() - this.#now().getTime());
    } catch (error) {
      if (signal.aborted) return;
      this.#report(error);
      this.#retryIn(AFTER_TROUBLE_MS);
    }
  }

  /** Processes unfinished messages again later, whether or not another one arrives. */
  #retryIn(pauseMs: number): void {
    clearTimeout(this.#retry);
    if (this.#stop.signal.aborted) return;
    const boundedMs = Math.min(Math.max(pauseMs, 1000), MAX_PAUSE_MS);
    this.#retry = setTimeout(() => this.#processNext(), boundedMs);
  }

  #report(error: unknown): void {
    this.#options.onTrouble(error instanceof TillstreamError ? error.message : String(error));
  }
}

const NOT_FOUND = { status: 404, body: 'Nothing is here.\n' } as const;
const TOO_LARGE = { status: 413, body: 'Too large.\n' } as const;
/** Locally sends the message again. */
const TOO_MANY = { status: 503, body: 'Too many at once. Try again later.\n' } as const;

/** Limits the bytes of all bodies in memory together. */
class ByteBudget {
  readonly #limit: number;
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False where that would exceed the limit. */
  take(bytes: number): boolean {
    if (this.#taken + bytes > this.#limit) return false;
    this.#taken += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#taken -= bytes;
  }
}

/** Reads the body, its bytes taken from the budget; or the refusal where it is too large. */
async function bodyOf(
  request: IncomingMessage,
  budget: ByteBudget,
): Promise<Buffer | Pick<WebhookAnswer, 'status' | 'body'>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isComplete = false;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const part = chunk as Buffer;
      if (bytes + part.length > MAX_WEBHOOK_BYTES) return TOO_LARGE;
      if (!budget.take(part.length)) return TOO_MANY;
      bytes += part.length;
      chunks.push(part);
    }
    isComplete = true;
    return Buffer.concat(chunks);
  } finally {
    if (!isComplete) budget.release(bytes);
  }
}

/**
 * Answers without reading the body. The rest is read and discarded, so that the sender sees the
 * answer; after too much of it the connection is closed.
 */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Parameters<typeof reply>[1],
): void {
  let discarded = 0;
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > MAX_WEBHOOK_BYTES) request.destroy();
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
    problem: 'The configuration has no section locally.orders, so there are no messages to receive',
    next: 'Add it as docs/locally.md shows, with the key from Station.',
  });
}
