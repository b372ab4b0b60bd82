import { map, type Observable } from 'rxjs';
import { z } from 'zod';
import { IncompleteError } from '../../../transforms/errors.ts';
import type { HeartlandClient, Query } from '../http/client.ts';
import type { IsPermanent } from '../http/retry-budget.ts';

/** One page of a list, in the form of every list of Heartland (API documentation, Search Results). */
export interface Answer {
  /** Records that match the request, on all pages. */
  readonly total: number;
  /** Pages of the size that the server uses, which may be smaller than requested. */
  readonly pages: number;
  readonly results: readonly unknown[];
}

/** A page whose rows the caller has read. */
export interface ReadAnswer<T> {
  /** Everything but the rows. */
  readonly envelope: unknown;
  /** The number of rows on the page. */
  readonly arrived: number;
  readonly rows: T;
}

const envelope = z.looseObject({
  total: z.int().nonnegative(),
  pages: z.int().nonnegative(),
  results: z.array(z.unknown()),
});

/**
 * Requests one page of a list.
 *
 * @param unwrap makes an envelope for an answer that may lack one
 * @throws IncompleteError if the answer is not a list
 */
export function requestPage(
  client: HeartlandClient,
  path: string,
  query: Query,
  unwrap: (body: unknown) => unknown = body => body,
): Observable<Answer> {
  return client.get(path, query).pipe(map(body => asAnswer(path, unwrap(body))));
}

/**
 * Requests one page of a list, whose rows `read` reads.
 *
 * @throws IncompleteError if the answer is not a list
 */
export function requestRows<T>(
  client: HeartlandClient,
  path: string,
  query: Query,
  read: (body: Uint8Array) => ReadAnswer<T>,
  isPermanent?: IsPermanent,
): Observable<ReadAnswer<T> & Omit<Answer, 'results'>> {
  return client
    .get(path, query, read, isPermanent)
    .pipe(map(answer => ({ ...answer, ...asAnswer(path, answer.envelope) })));
}

function asAnswer(path: string, body: unknown): Answer {
  const read = envelope.safeParse(body);
  if (read.success) return read.data;
  throw new IncompleteError('NOT_A_COLLECTION', {
    problem: `Heartland’s answer for ${path} is not a list of results`,
    found: shapeOf(body),
    expected: 'an object with total, pages and results',
    next: 'Check that heartland.base_url ends in /api.',
  });
}

/** The type of a value, without its content, which may be personal data. */
function shapeOf(body: unknown): string {
  if (Array.isArray(body)) return `a list of ${body.length}`;
  if (typeof body !== 'object' || body === null) return typeof body;
  return `an object with ${Object.keys(body).slice(0, 10).join(', ')}`;
}

/** Wraps a list, or a single record, in the envelope that other lists have. */
export function enveloped(body: unknown): unknown {
  if (Array.isArray(body)) return { total: body.length, pages: 1, results: body };
  if (typeof body !== 'object' || body === null || 'results' in body) return body;
  return { total: 1, pages: 1, results: [body] };
}

/** A filter as the request parameter `_filter`, which can express all of Heartland's filter language. */
export function filterParameter(clauses: readonly object[]): Query {
  if (clauses.length === 0) return [];
  return [['_filter', JSON.stringify(clauses.length === 1 ? clauses[0] : { $and: clauses })]];
}
