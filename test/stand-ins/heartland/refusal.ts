import type { JsonRecord } from './decimal.ts';

/** A request that is answered with an error: the body has `error`, `message` and `details`, as Heartland's do. */
export class Refusal extends Error {
  readonly status: number;
  readonly error: string;
  readonly details: JsonRecord;

  constructor(status: number, error: string, message: string, details: JsonRecord = {}) {
    super(message);
    this.status = status;
    this.error = error;
    this.details = details;
  }

  get body(): JsonRecord {
    return { error: this.error, message: this.message, details: this.details };
  }
}

/** 400: the request asks for something that does not exist or cannot be combined. */
export function invalid(message: string, details: JsonRecord = {}): Refusal {
  return new Refusal(400, 'invalid_request', message, details);
}

export function notFound(path: string): Refusal {
  return new Refusal(404, 'not_found', `There is nothing at ${path}.`);
}

/** 401: the token's user lacks a permission, or there is no valid token. */
export function unauthorized(message: string, details: JsonRecord = {}): Refusal {
  return new Refusal(401, 'unauthorized', message, details);
}
