import {
  catchError,
  defer,
  type MonoTypeOperatorFunction,
  map,
  type Observable,
  switchMap,
  tap,
  throwError,
} from 'rxjs';
import { httpDispatcher, type TlsTrust } from '../../../network/dispatcher.ts';
import { readProxies } from '../../../network/proxies.ts';
import { troubleOf } from '../../../network/trouble.ts';
import { readJson } from '../../../transforms/exact-json.ts';
import { httpDate } from '../../../transforms/http-date.ts';
import type { Attempt } from './adaptive-concurrency.ts';
import { checkChanged, createdId, FailedRequest, type RawAnswer, readAnswer } from './answer.ts';
import { type Exchange, exchange, type FreeBuffers } from './exchange.ts';
import { asSourceError, asWriteError } from './explain-failure.ts';
import { saidByNetwork } from './mistaken-address.ts';
import {
  type IsPermanent,
  RetryBudget,
  type RetryBudgetOptions,
  type Waiting,
} from './retry-budget.ts';

export interface HeartlandOptions extends RetryBudgetOptions, TlsTrust {
  /** As `https://acme.retail.heartland.us/api`. */
  readonly baseUrl: string;
  readonly token: string;
  /** Advice if the token is refused. Default: make a new one. */
  readonly whenRefused?: string;
  /** Advice if the account has another address now. Default: correct `heartland.base_url`. */
  readonly whenMoved?: string;
  /** Maximum of concurrent requests. */
  readonly inFlight: number;
  /** For connecting, for the first byte, and for each pause within the body. */
  readonly timeoutMs: number;
  /** From the request to the last byte of the answer. Default: five times `timeoutMs`. */
  readonly wholeMs?: number;
}

/** Pages may be large and connections slow, but an answer must end. */
const TIMES_THE_TIMEOUT = 5;

/** Query parameters in order; a name may come more than once, as `sort[]`. */
export type Query = readonly (readonly [name: string, value: string])[];

/** One account of Heartland Retail. Requests are sent on subscription; unsubscribing aborts them. */
export interface HeartlandClient {
  /**
   * Sends a `GET`, and retries while that may help.
   *
   * @param path below the base URL, as `inventory/values`
   * @param read reads the bytes of the answer; if it throws a SyntaxError, the request is retried
   * @param isPermanent whether a failure is known to repeat, so that it is not retried
   * @returns the result of `read`, once
   * @throws SourceError if the request was refused, or failed every time
   */
  get<T>(
    path: string,
    query: Query,
    read: (body: Uint8Array) => T,
    isPermanent?: IsPermanent,
  ): Observable<T>;
  /** Sends a `GET`, and returns the answer's JSON. */
  get(path: string, query?: Query): Observable<unknown>;
  /**
   * Creates a record with one `POST`, without retries: if the answer is lost, only the caller can find the record.
   *
   * @returns the new record's id, from the Location header, once
   * @throws SourceError `HEARTLAND_FAILED` if it may have been created; any other if it was certainly not
   */
  create(path: string, record: object): Observable<string>;
  /**
   * Changes a record with one `PUT`, without retries: somebody else may have changed it in the meantime.
   *
   * @throws SourceError `HEARTLAND_FAILED` if it may have been changed; any other if it was certainly not
   */
  update(path: string, changes: object): Observable<void>;
  /** The server's clock minus ours, in milliseconds, from its last `Date` header; 0 before the first answer. */
  readonly clockSkewMs: number;
  close(): Promise<void>;
}

/** Listeners for waits and attempts. */
export interface HeartlandListeners {
  readonly onWait?: (waiting: Waiting) => void;
  readonly onAttempt?: (attempt: Attempt) => void;
}

/** Connects to one account, with up to `inFlight` connections kept alive. */
export function heartlandClient(
  options: HeartlandOptions,
  listeners: HeartlandListeners = {},
): HeartlandClient {
  return new AccountClient(options, listeners);
}

class AccountClient implements HeartlandClient {
  readonly #options: HeartlandOptions;
  readonly #onAttempt: HeartlandListeners['onAttempt'];
  readonly #retryBudget: RetryBudget;
  /** Made at the first request. */
  #dispatcher?: ReturnType<typeof httpDispatcher>;
  readonly #freeBuffers: FreeBuffers = [];
  readonly #base: string;
  #clockSkewMs = 0;
  /** An address that has answered well once is right, whatever happens later. */
  #hasAnswered = false;

  constructor(options: HeartlandOptions, { onWait, onAttempt }: HeartlandListeners) {
    this.#options = options;
    this.#onAttempt = onAttempt;
    this.#retryBudget = new RetryBudget(options, onWait);
    // A proxy variable that cannot be used ends a command before its work begins.
    readProxies();
    this.#base = options.baseUrl.replace(/\/+$/, '');
  }

  get clockSkewMs(): number {
    return this.#clockSkewMs;
  }

  get<T>(
    path: string,
    query: Query = [],
    read = readJson as (body: Uint8Array) => T,
    isPermanent?: IsPermanent,
  ): Observable<T> {
    return this.#exchange('GET', path, query).pipe(
      map(answer => readAnswer(path, answer, read)),
      tap(() => {
        this.#hasAnswered = true;
      }),
      this.#timed(path),
      this.#retryBudget.retrying(isPermanent),
      catchError(error => throwError(() => this.#explained(error))),
    );
  }

  create(path: string, record: object): Observable<string> {
    return this.#exchange('POST', path, [], record).pipe(
      map(answer => createdId(path, answer)),
      catchError(error => throwError(() => this.#explainedWrite(error))),
    );
  }

  update(path: string, changes: object): Observable<void> {
    return this.#exchange('PUT', path, [], changes).pipe(
      map(answer => checkChanged(path, answer)),
      catchError(error => throwError(() => this.#explainedWrite(error))),
    );
  }

  async close(): Promise<void> {
    await (await this.#dispatcher)?.destroy();
  }

  /** One attempt at a request. */
  #exchange(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    query: Query,
    record?: object,
  ): Observable<RawAnswer> {
    return defer(() => {
      const { inFlight } = this.#options;
      this.#dispatcher ??= httpDispatcher({ ...this.#options, connections: inFlight });
      return this.#dispatcher;
    }).pipe(
      switchMap(dispatcher =>
        exchange(dispatcher, this.#request(method, path, query, record), this.#freeBuffers),
      ),
      map(answer => {
        const now = Date.now();
        const date = httpDate(String(answer.headers.date), now);
        if (date !== undefined) this.#clockSkewMs = date - now;
        return { ...answer, body: hide(answer.body, this.#options.token) };
      }),
      catchError(cause => throwError(() => networkFailure(path, cause))),
    );
  }

  #request(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    query: Query,
    record: object | undefined,
  ): Exchange {
    const { token, timeoutMs, wholeMs } = this.#options;
    const url = new URL(`${this.#base}/${path}`);
    for (const [name, value] of query) url.searchParams.append(name, value);
    return {
      url,
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(record !== undefined && { 'content-type': 'application/json' }),
      },
      ...(record !== undefined && { body: JSON.stringify(record) }),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      wholeMs: wholeMs ?? timeoutMs * TIMES_THE_TIMEOUT,
    };
  }

  /** Reports how long each attempt took and how it ended. */
  #timed<T>(path: string): MonoTypeOperatorFunction<T> {
    return source =>
      defer(() => {
        const startedAt = performance.now();
        const end = (isTrouble: boolean) =>
          this.#onAttempt?.({ path, startedAt, endedAt: performance.now(), isTrouble });
        return source.pipe(
          tap({
            complete: () => end(false),
            error: error => end(error instanceof FailedRequest && error.worthRetrying),
          }),
        );
      });
  }

  #explained(error: unknown): unknown {
    return asSourceError(error, this.#base, { ...this.#options, hasAnswered: this.#hasAnswered });
  }

  #explainedWrite(error: unknown): unknown {
    return asWriteError(error, this.#base, this.#explained(error));
  }
}

function networkFailure(path: string, cause: unknown): FailedRequest {
  const trouble = troubleOf(cause, 'heartland');
  const message = trouble?.reason ?? saidByNetwork(cause);
  const worthRetrying = trouble?.mayPass ?? true;
  return new FailedRequest(path, message, { worthRetrying, trouble, cause });
}

/** Masks the token in an answer, so that it cannot reach a message or a table. */
function hide(body: Uint8Array, token: string): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  if (token.length < 8 || !bytes.includes(token)) return body;
  // One character a byte, so that all other bytes stay unchanged.
  const bytewise = Buffer.from(token).toString('latin1');
  return Buffer.from(bytes.toString('latin1').replaceAll(bytewise, '***'), 'latin1');
}
