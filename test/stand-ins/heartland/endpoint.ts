import type { JsonRecord } from './decimal.ts';
import type { Page } from './query/page.ts';
import type { Fields, Rows } from './query/rows.ts';
import type { Circumstances } from './query/search.ts';

/** What each record of a collection has, by the last part of its path. */
export type Children<T> = Readonly<Record<string, (document: T) => Rows>>;
/** Makes a collection of a list of documents. */
export type EndpointMaker = <T extends { readonly id: number }>(
  scope: string,
  documents: () => readonly T[],
  fields: Fields<T>,
  children?: Children<T>,
  widen?: (document: T, includes: readonly string[]) => JsonRecord,
) => (path: string) => Endpoint;

/** A collection of the API: its list, its single records, and what each of them has. */
export interface Endpoint {
  /** Without this permission it answers 401. */
  readonly scope: string;
  list(query: URLSearchParams, circumstances: Circumstances): Page<JsonRecord>;
  one(id: number, query: URLSearchParams): JsonRecord | undefined;
  children(id: number, name: string): Rows | undefined;
}
