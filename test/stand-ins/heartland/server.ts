import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api } from './api.ts';
import type { JsonRecord } from './decimal.ts';
import { Faults } from './faults.ts';
import { Ledger, type LedgerOptions } from './ledger/ledger.ts';
import { Permissions, type Scope } from './permissions.ts';
import { invalid, notFound, Refusal, unauthorized } from './refusal.ts';
import { driftOf, falsify, jsonReply, type Reply, replyInstead, send } from './reply.ts';
import { write } from './writes/writes.ts';

/** How the stand-in is started. */
export interface HeartlandOptions extends LedgerOptions {
  readonly token?: string;
  /** The server's own cap on `per_page`, applied without a word; 1000 unless said. */
  readonly perPageCap?: number;
  /** How long every answer takes at least. */
  readonly latencyMs?: number;
  /** 0 (any free port) unless said. */
  readonly port?: number;
}

/** One request as the server saw it. */
export interface RequestRecord {
  readonly method: string;
  /** Below `/api/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Milliseconds since 1970, by the real clock. */
  readonly at: number;
  /** Undefined until it is answered. */
  readonly status: number | undefined;
  /** Whether the client hung up before its answer was out. */
  readonly aborted: boolean;
}

/** A running stand-in account. */
export interface Heartland {
  /** As `http://127.0.0.1:PORT/api`. */
  readonly baseUrl: string;
  readonly token: string;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly requests: readonly RequestRecord[];
  /** Most requests that were in the server at one time. */
  readonly maxConcurrent: number;
  /** Takes a permission from the token's user. */
  withhold(scope: Scope): void;
  grant(scope: Scope): void;
  /** From now on a missing permission is a 500 that does not say so. */
  hideRefusals(): void;
  close(): Promise<void>;
}

/** Starts a Heartland Retail account that exists only in memory, on a port of its own. */
export async function startHeartland(options: HeartlandOptions = {}): Promise<Heartland> {
  const account = new StandIn(options);
  await account.listen(options.port ?? 0);
  return account;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

class StandIn implements Heartland {
  readonly token: string;
  readonly ledger: Ledger;
  readonly faults = new Faults();
  readonly requests: Writable<RequestRecord>[] = [];
  maxConcurrent = 0;
  readonly #perPageCap: number;
  readonly #latencyMs: number;
  readonly #permissions = new Permissions();
  readonly #server: Server;
  readonly #api: Api;
  #inside = 0;

  constructor({
    token = 'stand-in-token',
    perPageCap = 1000,
    latencyMs = 0,
    ...ledger
  }: HeartlandOptions) {
    this.token = token;
    this.#perPageCap = perPageCap;
    this.#latencyMs = latencyMs;
    this.ledger = new Ledger(ledger);
    this.#api = new Api(this.ledger, this.#permissions, () => this.#host);
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
    // Longer than any test thinks between two requests, so that no idle connection is closed under a client's hands.
    this.#server.keepAliveTimeout = 60_000;
  }

  get #host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get baseUrl(): string {
    return `http://${this.#host}/api`;
  }

  withhold(scope: Scope): void {
    this.#permissions.withhold(scope);
  }

  grant(scope: Scope): void {
    this.#permissions.grant(scope);
  }

  hideRefusals(): void {
    this.#permissions.hidesRefusals = true;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  close(): Promise<void> {
    return new Promise(resolve => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    // A client that joins an address and a path puts two slashes between them.
    const path = url.pathname.replace(/^\/api\/+/, '').replace(/\/$/, '');
    const record: Writable<RequestRecord> = {
      method: request.method ?? 'GET',
      path,
      query: url.searchParams,
      at: Date.now(),
      status: undefined,
      aborted: false,
    };
    const turn = this.requests.push(record);
    this.maxConcurrent = Math.max(this.maxConcurrent, ++this.#inside);
    const met = this.faults.meet(path, url.searchParams, this.#inside - 1);
    const isCutHere = met.some(({ fault }) => fault.kind === 'cut');
    const gone = new AbortController();
    response.once('close', () => {
      this.#inside--;
      record.aborted = !response.writableFinished && !isCutHere;
      gone.abort();
    });
    const text = textOf(request);

    const waits = met.map(({ fault, isOff }) =>
      pause(fault.kind === 'slow' ? fault.ms : 0, AbortSignal.any([gone.signal, isOff])),
    );
    await Promise.all([pause(this.#latencyMs, gone.signal), ...waits]);
    if (gone.signal.aborted) return;
    if (met.some(({ fault }) => fault.kind === 'cut' && fault.when === 'before')) {
      response.destroy();
      return;
    }
    const reply = replyInstead(met) ?? this.#reply(request, url, path, turn, met, await text);
    record.status = reply.status;
    send(response, reply, met, request.method === 'HEAD');
  }

  /** The last step of OAuth: a code for the token. The stand-in takes any client whose code is `granted`. */
  #exchange(query: URLSearchParams): JsonRecord {
    for (const name of ['client_id', 'client_secret', 'redirect_uri'])
      if (!query.get(name)) throw invalid(`${name} is required.`, { [name]: 'required' });
    if (query.get('grant_type') !== 'authorization_code' || query.get('code') !== 'granted')
      throw unauthorized('The code is not valid.');
    return { access_token: this.token, token_type: 'bearer' };
  }

  /** 201 with a Location, or 200; both without a body (Heartland API; every known client). */
  #write(method: string, path: string, text: string): Reply {
    const { location, status, body } = write(this.ledger, this.#permissions, method, path, text);
    const reply = jsonReply(status ?? (location === undefined ? 200 : 201), body ?? null);
    if (location !== undefined) reply.headers.location = `/api/${location}`;
    return body === undefined ? { ...reply, body: '' } : reply;
  }

  #reply(
    request: IncomingMessage,
    url: URL,
    path: string,
    turn: number,
    met: ReturnType<Faults['meet']>,
    text: string,
  ): Reply {
    try {
      if (!url.pathname.startsWith('/api/')) throw notFound(url.pathname);
      if (path === 'oauth/token') return jsonReply(200, this.#exchange(url.searchParams));
      if (path === 'auth/identity/callback') return signedIn(text, this.token);
      if (!isSignedIn(request, this.token)) throw unauthorized('You must be logged in to do that.');
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return this.#write(request.method ?? '', path, text);
      const body = this.#api.answer(path, url.searchParams, {
        perPageCap: this.#perPageCap,
        turn,
        drift: driftOf(met, url.searchParams),
      });
      return jsonReply(200, falsify(body, met, path));
    } catch (error) {
      if (error instanceof Refusal) return jsonReply(error.status, error.body);
      // A fault of the stand-in itself must be seen by whoever runs the test.
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return jsonReply(500, { error: 'stand_in_defect', message, details: {} });
    }
  }
}

/** The bearer token, or the cookie of the log-in that came before tokens. */
function isSignedIn({ headers }: IncomingMessage, token: string): boolean {
  return headers.authorization === `Bearer ${token}` || headers.cookie === `session=${token}`;
}

/** Log-in with a name and a password, as old clients do; the password is the token here. */
function signedIn(text: string, token: string): Reply {
  const form = new URLSearchParams(text);
  if (!form.get('auth_key') || form.get('password') !== token)
    throw unauthorized('The name or the password is wrong.');
  const reply = jsonReply(200, {});
  reply.headers['set-cookie'] = `session=${token}`;
  return reply;
}

/** More than any client sends in one request. */
const MOST_BYTES = 8 << 20;

/** The body of a request. Past the most that is taken, the rest is let go by. */
function textOf(request: IncomingMessage): Promise<string> {
  return new Promise(resolve => {
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= MOST_BYTES) parts.push(part);
    });
    request.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    request.on('error', () => resolve(''));
    request.on('close', () => resolve(''));
  });
}

/** Waits, unless there is nothing to wait for any more. */
function pause(ms: number, inVain: AbortSignal): Promise<void> {
  if (ms <= 0 || inVain.aborted) return Promise.resolve();
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    inVain.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
