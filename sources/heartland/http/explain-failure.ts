import type { Trouble } from '../../../network/trouble.ts';
import { SourceError } from '../../../transforms/errors.ts';
import { FailedRequest } from './answer.ts';
import { mistakenAddress } from './mistaken-address.ts';
import { notTheApi } from './not-the-api.ts';

/** What is known about the account besides the failure. */
interface Known {
  /** Advice if the token is refused. Default: make a new one. */
  readonly whenRefused?: string;
  /** Advice if the account has another address now. Default: correct `heartland.base_url`. */
  readonly whenMoved?: string;
  /** An address that has answered well once is right, whatever happens later. */
  readonly hasAnswered: boolean;
}

const NEW_TOKEN =
  'Make a new token in Heartland under My Account › API Tokens, or give its user the permission.';

/** Explains the failure of a request that creates or changes a record; without an answer it may have succeeded. */
export function asWriteError(error: unknown, base: string, read: unknown): unknown {
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
          problem: `Heartland at ${host} did not confirm the change of ${path} (${message})`,
          next: 'The request was not repeated. The next run finds out whether it succeeded.',
        },
        error,
      );
    default:
      return read;
  }
}

/** Explains a failed request and what to do about it; returns any other error unchanged. */
export function asSourceError(
  error: unknown,
  base: string,
  { whenRefused = NEW_TOKEN, whenMoved, hasAnswered }: Known,
): unknown {
  if (!(error instanceof FailedRequest)) return error;
  const { status, path, message, trouble } = error;
  const host = new URL(base).host;
  if (trouble !== undefined) return asTroubleError(error, host, trouble);
  const other = notTheApi(error, base, whenMoved);
  if (other !== undefined) return new SourceError(codeOf(error), other, error);
  const mistaken = hasAnswered ? undefined : mistakenAddress(error, base);
  if (status === 401) {
    return new SourceError('HEARTLAND_TOKEN_REFUSED', {
      problem: `Heartland at ${host} refused the token in a request for ${path} (401)`,
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
  if (status !== undefined && status >= 300 && status < 500 && status !== 429) {
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
        : `, and asked to wait ${(Math.ceil(error.retryAfterMs / 100) / 10).toLocaleString('en-US')} s`;
    const tooOften = {
      problem: `Heartland at ${host} did not answer the request for ${path} within heartland.max_wait_ms (${message})${asked}`,
      next: 'Run the command again later; if it persists, lower heartland.in_flight or raise heartland.max_wait_ms.',
    };
    return new SourceError('HEARTLAND_FAILED', tooOften, error);
  }
  return new SourceError(
    'HEARTLAND_FAILED',
    mistaken ?? {
      problem: `Heartland at ${host} could not answer the request for ${path}, despite retries (${message})`,
      next: 'Check heartland.base_url and the network, then run the command again.',
    },
    error,
  );
}

/** The error code for an answer that did not come from the API. */
function codeOf({ status, location }: FailedRequest): string {
  if (location !== undefined) return 'HEARTLAND_REFUSED';
  return status === 200 ? 'HEARTLAND_FAILED' : 'HEARTLAND_BLOCKED';
}

/** Explains a network failure; without a connection the request was certainly not sent. */
function asTroubleError(failed: FailedRequest, host: string, trouble: Trouble): SourceError {
  const { kind, reason } = trouble;
  const next =
    trouble.next ??
    'Run the command again later; if it persists, lower heartland.per_page, or check for a proxy in between.';
  const [code, problem] = {
    certificate: [
      'HEARTLAND_CERTIFICATE',
      `was not sent the request for ${failed.path}: ${reason}`,
    ],
    proxy: ['HEARTLAND_PROXY', `cannot be reached: ${reason}`],
    answer: ['HEARTLAND_FAILED', `could not answer the request for ${failed.path} (${reason})`],
  }[kind] as [string, string];
  return new SourceError(code, { problem: `Heartland at ${host} ${problem}`, next }, failed);
}
