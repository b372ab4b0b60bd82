import type { z } from 'zod';
import { type Column, type ColumnValue, columnsOf } from './columns.ts';
import { compileRowEncoder, type EncoderOptions } from './copy-encoder.ts';
import { whyNotStorable } from './copy-text.ts';
import { jsonText, whyNotJson } from './json-text.ts';

/** A row that cannot go into its table, whole, with the reason a person can act on. */
export interface RejectedRow {
  readonly row: unknown;
  readonly reason: string;
}

/** A page of rows, checked and ready for COPY. */
export interface CheckedPage {
  /** COPY text: one line a row; empty when every row was rejected. */
  readonly copy: string;
  readonly accepted: number;
  readonly rejected: readonly RejectedRow[];
}

/** Checks and encodes the rows of one page. */
export type PageChecker = (rows: readonly unknown[]) => CheckedPage;

export interface CheckerOptions extends EncoderOptions {
  /** The slice that was asked for: a row of another must not replace anything in this one. */
  readonly within?: ColumnValue | undefined;
}

/**
 * Makes the checker of one table. Good rows pass in one compiled step; a row that does not is read again by its zod
 * schema, which either turns it into what the column needs (`"false"` into false) or says what is wrong with it.
 *
 * @param row the row's schema, made of the fields in `columns.ts`
 */
export function pageChecker(row: z.ZodObject, options: CheckerOptions): PageChecker {
  const columns = columnsOf(row);
  const encode = compileRowEncoder(columns, options);
  const outside = options.within && outsideOf(columns, options.within);
  return rows => {
    let copy = '';
    let accepted = 0;
    const rejected: RejectedRow[] = [];
    for (const candidate of rows) {
      if (!isRecord(candidate)) {
        rejected.push({ row: candidate, reason: 'a row must be an object' });
        continue;
      }
      const wrong = outside?.(candidate);
      const line = wrong === undefined ? (encode(candidate) ?? secondLook(candidate)) : undefined;
      if (line === undefined) {
        rejected.push({ row: candidate, reason: wrong ?? reasonFor(candidate) });
      } else {
        copy += line;
        accepted++;
      }
    }
    return { copy, accepted, rejected };
  };

  function secondLook(candidate: Readonly<Record<string, unknown>>): string | undefined {
    const read = row.safeParse(byColumnName(candidate, columns));
    return read.success ? encode({ ...candidate, ...byFirstKey(read.data, columns) }) : undefined;
  }

  function reasonFor(candidate: Readonly<Record<string, unknown>>): string {
    const named = byColumnName(candidate, columns);
    const read = row.safeParse(named);
    if (!read.success) {
      return read.error.issues
        .map(
          issue =>
            `${issue.path.join('.')} is ${shown(named[String(issue.path[0])])}: ${issue.message}`,
        )
        .join('; ');
    }
    for (const [key, value] of Object.entries(candidate)) {
      const why =
        whyNotStorable(key) ??
        (typeof value === 'string'
          ? whyNotStorable(value)
          : (whyNotJson(value) ?? whyNotStorable(rawText(value))));
      if (why !== undefined) return `${key} ${why}`;
    }
    return 'a value cannot be stored in its column';
  }
}

/** Why a row is of another slice than the one that was asked for; undefined when it is not. */
function outsideOf(columns: readonly Column[], { column: name, value: asked }: ColumnValue) {
  const { keys, kind } = columns.find(column => column.name === name)!;
  return (row: Readonly<Record<string, unknown>>) => {
    const value = keys.map(key => row[key]).find(candidate => candidate !== undefined);
    const found = kind === 'date' ? plainText(value).slice(0, 10) : plainText(value);
    return found === asked
      ? undefined
      : `${keys[0]} is ${shown(value)}, which is outside of the slice ${asked} that was asked for`;
  };
}

/** Whether a value is an object with keys, as every row must be. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byColumnName(row: Readonly<Record<string, unknown>>, columns: readonly Column[]) {
  const named = Object.create(null) as Record<string, unknown>;
  for (const column of columns) {
    const key = column.keys.find(candidate => row[candidate] !== undefined);
    if (key !== undefined) named[column.name] = row[key];
  }
  return named;
}

function byFirstKey(row: Readonly<Record<string, unknown>>, columns: readonly Column[]) {
  return Object.fromEntries(columns.map(column => [column.keys[0], row[column.name]]));
}

/** Any value as a text; an object as JSON, since what its `toString` is was sent by somebody else. */
export function plainText(value: unknown): string {
  return typeof value === 'object' ? jsonText(value) : String(value);
}

function shown(value: unknown): string {
  // What JSON writes as 1e400 is infinite here.
  if (typeof value === 'number' && !Number.isFinite(value)) return 'too large';
  const text = value === undefined ? 'missing' : jsonText(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function rawText(value: unknown): string {
  return jsonText(value).replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
