import { map, type Observable } from 'rxjs';
import { z } from 'zod';
import { IncompleteError } from '../../../transforms/errors.ts';
import type { HeartlandClient, Query } from '../http/client.ts';
import type { IsHopeless } from '../http/retry-budget.ts';

/** One answer of a collection: Heartland wraps every list the same way (API documentation, Search Results). */
export interface Answer {
  /** Records that match the request, over all pages. */
  readonly total: number;
  /** Pages at the size the server really uses, which may be smaller than the one asked for. */
  readonly pages: number;
  readonly results: readonly unknown[];
}

/** An answer whose rows were read by somebody who knows what they are for. */
export interface ReadAnswer<T> {
  /** All but the rows. */
  readonly envelope: unknown;
  /** How many rows came. */
  readonly arrived: number;
  readonly rows: T;
}

const envelope = z.looseObject({
  total: z.int().nonnegative(),
  pages: z.int().nonnegative(),
  results: z.array(z.unknown()),
});

/**
 * Asks for one page of a collection.
 *
 * @param unwrap makes an envelope of an answer that may come without one
 * @throws IncompleteError when the answer is not a collection
 */
export function askPage(
  client: HeartlandClient,
  path: string,
  query: Query,
  unwrap: (body: unknown) => unknown = body => body,
): Observable<Answer> {
  return client.get(path, query).pipe(map(body => asAnswer(path, unwrap(body))));
}

/**
 * Asks for one page of a collection, its rows in the form that `read` makes of them.
 *
 * @throws IncompleteError when the answer is not a collection
 */
export function askRows<T>(
  client: HeartlandClient,
  path: string,
  query: Query,
  read: (body: Uint8Array) => ReadAnswer<T>,
  isHopeless?: IsHopeless,
): Observable<ReadAnswer<T> & Omit<Answer, 'results'>> {
  return client
    .get(path, query, read, isHopeless)
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

/** What sort of thing it is: its content may be personal data. */
function shapeOf(body: unknown): string {
  if (Array.isArray(body)) return `a list of ${body.length}`;
  if (typeof body !== 'object' || body === null) return typeof body;
  return `an object with ${Object.keys(body).slice(0, 10).join(', ')}`;
}

/** Puts a list, or a single record, into the envelope that other collections come in. */
export function enveloped(body: unknown): unknown {
  if (Array.isArray(body)) return { total: body.length, pages: 1, results: body };
  if (typeof body !== 'object' || body === null || 'results' in body) return body;
  return { total: 1, pages: 1, results: [body] };
}

/** A filter in Heartland's language as the one request parameter that can express all of it. */
export function filterParameter(clauses: readonly object[]): Query {
  if (clauses.length === 0) return [];
  return [['_filter', JSON.stringify(clauses.length === 1 ? clauses[0] : { $and: clauses })]];
}
