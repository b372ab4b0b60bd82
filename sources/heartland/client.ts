import {
  catchError,
  defer,
  type MonoTypeOperatorFunction,
  map,
  type Observable,
  tap,
  throwError,
} from 'rxjs';
import { Agent } from 'undici';
import { SourceError } from '../../transforms/errors.ts';
import { readJson } from '../../transforms/exact-json.ts';
import { createdId, FailedRequest, type RawAnswer, readAnswer } from './answer.ts';
import { exchange, type FreeBuffers } from './exchange.ts';
import { mistakenAddress, saidByNetwork } from './mistaken-address.ts';
import type { Attempt } from './pace.ts';
import { type IsHopeless, Patience, type PatienceOptions, type Waiting } from './patience.ts';

export interface HeartlandOptions extends PatienceOptions {
  /** As `https://acme.retail.heartland.us/api`. */
  readonly baseUrl: string;
  readonly token: string;
  /** What a person is to do when the token is refused; unless said, make a new one. */
  readonly whenRefused?: string;
  /** Requests at a time at most. */
  readonly inFlight: number;
  /** For connecting, for the first byte, and for each pause within the body. */
  readonly timeoutMs: number;
}

/** Query parameters in order; a name may come more than once, as `sort[]`. */
export type Query = readonly (readonly [name: string, value: string])[];

/** One account of Heartland Retail. Answers are cold: nothing is asked before someone subscribes. */
export interface HeartlandClient {
  /**
   * One `GET`, tried again while that may help. Unsubscribing aborts it.
   *
   * @param path below the base URL, as `inventory/values`
   * @param read reads the bytes of the answer; a SyntaxError from it is an answer that is not JSON, and asked for again
   * @param isHopeless failures that are known to come again, so that the request is not
   * @returns what `read` makes of the answer, once
   * @throws SourceError when it was refused, or failed every time
   */
  get<T>(
    path: string,
    query: Query,
    read: (body: Uint8Array) => T,
    isHopeless?: IsHopeless,
  ): Observable<T>;
  /** The same, and the answer's JSON as it is. */
  get(path: string, query?: Query): Observable<unknown>;
  /**
   * One `POST` that makes a record, never tried again: whether a lost answer meant a record, only the caller can find
   * out. Unsubscribing aborts it.
   *
   * @returns the new record's id, from the Location header, once
   * @throws SourceError `HEARTLAND_FAILED` when it may have been made; any other when it was certainly not
   */
  create(path: string, record: object): Observable<string>;
  /**
   * One `PUT` that changes a record, never tried again: by then somebody else may have changed it too. Unsubscribing
   * aborts it.
   *
   * @throws SourceError `HEARTLAND_FAILED` when it may have been changed; any other when it was certainly not
   */
  update(path: string, changes: object): Observable<void>;
  /** The server's clock minus ours, in milliseconds, from its last `Date` header; 0 before the first answer. */
  readonly clockSkewMs: number;
  close(): Promise<void>;
}

/** Told to whoever wants to know how it goes. */
export interface HeartlandListeners {
  readonly onWait?: (waiting: Waiting) => void;
  readonly onAttempt?: (attempt: Attempt) => void;
}

/** Connects to one account, keeping up to `inFlight` connections alive. */
export function heartlandClient(
  options: HeartlandOptions,
  { onWait, onAttempt }: HeartlandListeners = {},
): HeartlandClient {
  const patience = new Patience(options, onWait);
  const agent = new Agent({
    connections: options.inFlight,
    connect: { timeout: options.timeoutMs },
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
  });
  const freeBuffers: FreeBuffers = [];
  const base = options.baseUrl.replace(/\/+$/, '');
  let clockSkewMs = 0;
  /** What has answered well once is at the right address, whatever it does later. */
  let hasAnswered = false;
  const explained = (error: unknown) =>
    asSourceError(error, base, { whenRefused: options.whenRefused, hasAnswered });

  return {
    get: <T>(
      path: string,
      query: Query = [],
      read = readJson as (body: Uint8Array) => T,
      isHopeless?: IsHopeless,
    ) =>
      once(path, query).pipe(
        map(answer => readAnswer(path, answer, read)),
        tap(() => {
          hasAnswered = true;
        }),
        timed(path),
        patience.retrying(isHopeless),
        catchError(error => throwError(() => explained(error))),
      ),
    create: (path, record) =>
      once(path, [], record).pipe(
        map(answer => createdId(path, answer)),
        catchError(error => throwError(() => asWriteError(error, base, explained(error)))),
      ),
    update: (path, changes) =>
      once(path, [], changes, 'PUT').pipe(
        map(answer => readAnswer(path, answer, () => undefined)),
        catchError(error => throwError(() => asWriteError(error, base, explained(error)))),
      ),
    get clockSkewMs() {
      return clockSkewMs;
    },
    close: () => agent.destroy(),
  };

  function timed<T>(path: string): MonoTypeOperatorFunction<T> {
    return source =>
      defer(() => {
        const startedAt = performance.now();
        const end = (isTrouble: boolean) =>
          onAttempt?.({ path, startedAt, endedAt: performance.now(), isTrouble });
        return source.pipe(
          tap({
            complete: () => end(false),
            error: error => end(error instanceof FailedRequest && error.worthRetrying),
          }),
        );
      });
  }

  function once(
    path: string,
    query: Query,
    record?: object,
    method: 'POST' | 'PUT' = 'POST',
  ): Observable<RawAnswer> {
    return defer(() => {
      const url = new URL(`${base}/${path}`);
      for (const [name, value] of query) url.searchParams.append(name, value);
      const request = {
        url,
        method: record === undefined ? 'GET' : method,
        headers: {
          authorization: `Bearer ${options.token}`,
          accept: 'application/json',
          ...(record !== undefined && { 'content-type': 'application/json' }),
        },
        ...(record !== undefined && { body: JSON.stringify(record) }),
      };
      return exchange(agent, request, freeBuffers);
    }).pipe(
      map(answer => {
        const date = Date.parse(String(answer.headers.date));
        if (!Number.isNaN(date)) clockSkewMs = date - Date.now();
        return { ...answer, body: hide(answer.body, options.token) };
      }),
      catchError(cause => {
        const message = saidByNetwork(cause);
        return throwError(() => new FailedRequest(path, message, { worthRetrying: true, cause }));
      }),
    );
  }
}

/** A server that repeats the token in its answer must not bring it into a message or a table. */
function hide(body: Uint8Array, token: string): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  if (token.length < 8 || !bytes.includes(token)) return body;
  // One character a byte, so that the rest stays as it is, whatever it is.
  const bytewise = Buffer.from(token).toString('latin1');
  return Buffer.from(bytes.toString('latin1').replaceAll(bytewise, '***'), 'latin1');
}

const NEW_TOKEN =
  'Make a new token in Heartland under My Account › API Tokens, or give its user the permission.';

/** A record that was to be made or changed: no answer may mean either. */
function asWriteError(error: unknown, base: string, read: unknown): unknown {
  if (!(error instanceof FailedRequest && read instanceof SourceError)) return read;
  const host = new URL(base).host;
  const { path, message } = error;
  switch (read.code) {
    case 'HEARTLAND_FORBIDDEN':
      return new SourceError(read.code, {
        problem: `Heartland at ${host} does not let this token change ${path} (${message})`,
        next: 'Give the user who made the token the permission, in Heartland under Settings › Roles.',
      });
    case 'HEARTLAND_FAILED':
      return new SourceError(
        read.code,
        {
          problem: `Heartland at ${host} did not say whether it changed ${path} (${message})`,
          next: 'It was not asked twice. The next run looks what became of it.',
        },
        error,
      );
    default:
      return read;
  }
}

function asSourceError(
  error: unknown,
  base: string,
  {
    whenRefused = NEW_TOKEN,
    hasAnswered,
  }: { whenRefused?: string | undefined; hasAnswered: boolean },
): unknown {
  if (!(error instanceof FailedRequest)) return error;
  const { status, path, message } = error;
  const host = new URL(base).host;
  const mistaken = hasAnswered ? undefined : mistakenAddress(error, base);
  if (status === 401) {
    return new SourceError('HEARTLAND_TOKEN_REFUSED', {
      problem: `Heartland at ${host} refused the token when asked for ${path} (401)`,
      expected: 'an API token of a user who may read this',
      next: whenRefused,
    });
  }
  if (status === 403) {
    return new SourceError('HEARTLAND_FORBIDDEN', {
      problem: `Heartland at ${host} does not let this token read ${path} (${message})`,
      next: 'Give the user who made the token the permission named, in Heartland under Settings › Roles.',
    });
  }
  if (status !== undefined && status < 500 && status !== 429 && status !== 200) {
    const refused = {
      problem: `Heartland at ${host} did not accept the request for ${path} (${message})`,
      next: 'Check heartland.base_url; if it is right, please report this message.',
    };
    return new SourceError('HEARTLAND_REFUSED', mistaken ?? refused, error);
  }
  if (status === 429) {
    const asked =
      error.retryAfterMs === undefined
        ? ''
        : `, and asked to be left alone for ${Math.ceil(error.retryAfterMs / 1000)} s`;
    const tooOften = {
      problem: `Heartland at ${host} gave no good answer for ${path} in the time that a run may wait (${message})${asked}`,
      next: 'Run the command again later; if it persists, lower heartland.in_flight or raise heartland.max_wait_ms.',
    };
    return new SourceError('HEARTLAND_FAILED', tooOften, error);
  }
  return new SourceError(
    'HEARTLAND_FAILED',
    mistaken ?? {
      problem: `Heartland at ${host} gave no good answer for ${path}, also when asked again (${message})`,
      next: 'Check heartland.base_url and the network, then run the command again.',
    },
    error,
  );
}
