import { createHash } from 'node:crypto';
import { z } from 'zod';
import { whyNotStorable } from './copy-text.ts';

/**
 * The kinds of column a stream's row is made of.
 *
 * A stream describes its row once, as a zod object made of these fields. The row's TypeScript type, its validation,
 * the table's columns with their comments and the COPY encoder all follow from that one description.
 */
export type ColumnKind =
  | 'bigint'
  | 'numeric'
  | 'text'
  | 'boolean'
  | 'timestamptz'
  | 'timestamp'
  | 'date'
  | 'jsonb';

/** One column of a table, derived from one field of the row's schema. */
export interface Column {
  /** Name in the warehouse: the API's field without its `?` and without a metric's family. */
  readonly name: string;
  /** Keys under which the API may send it, the likeliest first. */
  readonly keys: readonly string[];
  readonly kind: ColumnKind;
  readonly required: boolean;
  readonly comment: string;
  /** Of text that is part of a key: how long it may be, in UTF-8. */
  readonly mostBytes?: number;
}

/** A column, and what is in it of every row. */
export interface ColumnValue {
  /** Column name. */
  readonly column: string;
  readonly value: string;
}

interface FieldMeta {
  readonly kind: ColumnKind;
  readonly comment: string;
  readonly required: boolean;
  readonly keys?: readonly string[];
  readonly mostBytes?: number;
}

const fields = z.registry<FieldMeta>();

/** A number as text. Postgres has a bound for digits, which no figure of a shop comes near; beyond it is an error. */
export const NUMERIC = /^-?\d{1,100}(\.\d{1,100})?([eE][+-]?\d{1,3})?$/;
const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;

const wholeNumber = z.int('expected a whole number below 9007199254740992');
const decimal = z.union(
  [z.number(), z.string().regex(NUMERIC, 'expected a number')],
  'expected a number',
);
const text = z.union([z.string(), z.number().transform(String)], 'expected a text');
const flag = z.union(
  [z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })],
  'expected true or false',
);
const instant = z
  .string()
  .regex(INSTANT, 'expected an ISO 8601 date and time')
  .refine(isRealInstant, 'expected a date and time that exists');
/** What a clock on the wall showed: an offset, where one is sent, is left off and nothing is converted. */
const wallTime = instant.transform(value => value.slice(0, 19));
const date = z
  .string()
  .transform(value => value.slice(0, 10))
  .refine(isRealDate, 'expected a date as YYYY-MM-DD that exists');

/** Whether `value` is a calendar date as `YYYY-MM-DD`, so that Postgres will take it. */
export function isRealDate(value: string): boolean {
  return value.length === 10 && isRealDay(value);
}

/** Whether `value` is an ISO 8601 instant on a real date, with or without an offset. */
export function isRealInstant(value: string): boolean {
  return INSTANT.test(value) && isRealDay(value.slice(0, 10)) && isRealTime(value);
}

/** A page holds few different days, so the answer for the last one is kept. */
let lastRealDay = '';

function isRealDay(day: string): boolean {
  if (day === lastRealDay) return true;
  // Postgres has no year 0.
  if (!DATE.test(day) || day.startsWith('0000')) return false;
  const parsed = new Date(`${day}T00:00:00Z`);
  const isReal = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
  if (isReal) lastRealDay = day;
  return isReal;
}

function isRealTime(value: string): boolean {
  // Digits are known to be there; only their size is left to see. An offset of more than 15 hours is none.
  const [hour, minute, second] = [value.slice(11, 13), value.slice(14, 16), value.slice(17, 19)];
  if (hour > '23' || minute > '59' || second > '59') return false;
  const offset = /[+-](\d\d):?(\d\d)$/.exec(value.slice(19));
  return offset === null || (offset[1]! <= '15' && offset[2]! <= '59');
}

function field<T extends z.ZodType>(schema: T, meta: FieldMeta): T {
  // A clone, because one base schema serves many fields and the registry knows them by identity.
  const own = schema.clone() as T;
  fields.add(own, meta);
  return own;
}

const needed =
  <T extends z.ZodType>(schema: T, kind: ColumnKind) =>
  (comment: string, ...keys: string[]) =>
    field(schema, { kind, comment, required: true, ...(keys.length > 0 && { keys }) });

const optional =
  <T extends z.ZodType>(schema: T, kind: ColumnKind) =>
  (comment: string, ...keys: string[]) =>
    field(schema.nullish(), { kind, comment, required: false, ...(keys.length > 0 && { keys }) });

/** A record's own number: there in every row. */
export const id = needed(wholeNumber, 'bigint');
/** Bytes of a number or a name that is part of a key; Postgres takes 2704 in all, and no real one has a hundred. */
const KEY_BYTES = 500;
/** Bytes that the groups of a report may have together. */
const GROUPS_BYTES = 2000;

/** Text that is part of a key. */
export const keyText = (comment: string, ...keys: string[]) =>
  field(
    z
      .union([z.string(), z.number().transform(String), z.null().transform(() => '')])
      .refine(
        value => Buffer.byteLength(value) <= KEY_BYTES,
        `expected at most ${KEY_BYTES} bytes, because it is part of a key`,
      ),
    {
      ...{ kind: 'text', comment, required: true, mostBytes: KEY_BYTES },
      ...(keys.length > 0 && { keys }),
    },
  );
/** A calendar date that is part of a key. */
export const keyDate = needed(date, 'date');
/** What a report's group is called where it is not set. */
export const NOT_SET = '(none)';
/**
 * What a report is grouped by. Not set and empty are two groups, and a key holds no null. Of a text that is too long for a
 * key its beginning is kept, with a hash of all of it, so that it stays a group of its own.
 *
 * @param groups texts that the report is grouped by: their key has room for all of them together
 */
export const groupText = (groups: number, comment: string, ...keys: string[]) => {
  const mostBytes = Math.floor(GROUPS_BYTES / groups);
  return field(
    z
      .union([z.string(), z.number().transform(String), z.null().transform(() => NOT_SET)])
      .transform(value => shortenedKey(value, mostBytes)),
    { kind: 'text', comment, required: true, mostBytes, ...(keys.length > 0 && { keys }) },
  );
};

function shortenedKey(text: string, mostBytes: number): string {
  // What cannot be stored is left for whoever says so.
  if (Buffer.byteLength(text) <= mostBytes || whyNotStorable(text) !== undefined) return text;
  const hash = `…#${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  const room = Math.floor((mostBytes - Buffer.byteLength(hash)) / 4);
  return text.slice(0, Math.max(0, room)).replace(/[\ud800-\udbff]$/, '') + hash;
}

/** A number that is part of a key, as the month of a year; Heartland may send its digits. */
export const keyNumber = needed(
  z.union([
    wholeNumber,
    z
      .string()
      .regex(/^-?\d{1,15}$/, 'expected a whole number')
      .transform(Number),
  ]),
  'bigint',
);
/** The number of another record, if there is one. */
export const ref = optional(wholeNumber, 'bigint');
export const words = optional(text, 'text');
/** Money, a quantity or a ratio: never a float once it is here. */
export const amount = optional(decimal, 'numeric');
/** A quantity that every row has: one without it is unknown, which is not nothing. */
export const quantity = needed(decimal, 'numeric');
/** True or false; Heartland sends the key with a question mark, its documentation shows it without. */
export const yesNo = optional(flag, 'boolean');
export const moment = optional(instant, 'timestamptz');
/** A local date and time, as the store's own clock showed it. */
export const wallClock = optional(wallTime, 'timestamp');
export const day = optional(date, 'date');
export const json = optional(z.unknown(), 'jsonb');

/** The columns of a row's schema, in its order. */
export function columnsOf(row: z.ZodObject): readonly Column[] {
  return Object.entries(row.shape).map(([name, schema]) => {
    const meta = fields.get(schema as z.ZodType);
    if (meta === undefined) throw new TypeError(`column "${name}" is not made of a known field`);
    return {
      name,
      keys: meta.keys ?? (meta.kind === 'boolean' ? [`${name}?`, name] : [name]),
      kind: meta.kind,
      required: meta.required,
      comment: meta.comment,
      ...(meta.mostBytes !== undefined && { mostBytes: meta.mostBytes }),
    };
  });
}
