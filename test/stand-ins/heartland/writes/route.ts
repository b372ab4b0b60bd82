import type { Json, JsonRecord } from '../decimal.ts';
import type { Account } from '../ledger/account.ts';
import { notFound } from '../refusal.ts';
import type { Body } from './body.ts';

/** What a write came to. */
export interface Change {
  /** Where the new record is, below `/api/`. Makes it a 201; the body stays empty. */
  readonly location?: string;
  /** 200 unless there is a location. */
  readonly status?: number;
  /** Only where the API is known to answer a write with one. */
  readonly body?: JsonRecord;
}

/** @param names the path's parts that are no ids, as a permission */
export type Handler = (
  account: Account,
  ids: readonly number[],
  body: Body,
  names: readonly string[],
) => Change;

/** Method, path below `/api/` with `:id` for each id and `:name` for another text, the scope it needs, and what it does. */
export type Route = readonly ['POST' | 'PUT' | 'DELETE', string, string, Handler];

/** The record with an id. Throws 404. */
export function idOf<T extends { readonly id: number }>(records: readonly T[], id: number): T {
  const found = records.find(each => each.id === id);
  if (found === undefined) throw notFound(`id ${id}`);
  return found;
}

/** What may be written to a record that is shown with these fields; `id` and stamps may not, others are passed over. */
export function laidOver(body: Body, fields: Readonly<Record<string, unknown>>): JsonRecord {
  const values: Record<string, Json> = {};
  for (const [name, value] of Object.entries(body.record)) {
    const key = [name, `${name}?`].find(each => each in fields);
    if (key !== undefined && !FIXED.has(key)) values[key] = value;
  }
  const { custom } = body;
  if ('custom' in fields && Object.keys(custom).length > 0) values.custom = custom;
  return values;
}

const FIXED = new Set([
  'id',
  'uuid',
  'created_at',
  'updated_at',
  'created_by_user_id',
  'updated_by_user_id',
]);
