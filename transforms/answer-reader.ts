import type { z } from 'zod';
import { type ColumnValue, columnsOf } from './columns.ts';
import { readJson } from './exact-json.ts';
import { flatRowsReader } from './flat-rows.ts';
import { type CheckedPage, type CheckerOptions, isRecord, pageChecker } from './validate.ts';

/** The rows of one page, checked, as the bytes that COPY takes. */
interface EncodedPage extends Omit<CheckedPage, 'copy'> {
  readonly copy: Buffer;
}

/** One answer of a collection, its rows checked and ready for COPY. */
interface CheckedAnswer {
  /** The answer without its rows: where there were any, `results` is an empty list. */
  readonly envelope: unknown;
  /** Rows that came, those included that were sifted out. */
  readonly arrived: number;
  readonly rows: EncodedPage;
}

/** Takes rows out of an answer that are there for something else than the table. */
type Sift = (rows: readonly unknown[]) => readonly unknown[];

/**
 * Reads and checks the body of one answer.
 *
 * @throws SyntaxError when it is not JSON
 */
export type AnswerReader = (body: Uint8Array, sift?: Sift) => CheckedAnswer;

export interface AnswerReaderOptions extends CheckerOptions {
  /** A column that the API does not send, the same in every row. */
  readonly stamp?: ColumnValue | undefined;
}

/**
 * Makes the reader of one table. Flat rows go from JSON text to COPY text without a parser (see `flat-rows.ts`); what
 * that leaves, and every answer whose rows somebody has to look at, is parsed and checked row by row.
 */
export function answerReader(row: z.ZodObject, options: AnswerReaderOptions): AnswerReader {
  const { stamp } = options;
  const check = pageChecker(row, options);
  const readFlat = flatRowsReader(columnsOf(row), options);
  const stamped = (rows: readonly unknown[]) =>
    stamp === undefined
      ? rows
      : rows.map(row => (isRecord(row) ? { ...row, [stamp.column]: stamp.value } : row));

  return (bytes, sift) =>
    sift === undefined ? (flat(bytes) ?? parsed(bytes)) : parsed(bytes, sift);

  function flat(bytes: Uint8Array): CheckedAnswer | undefined {
    const others: unknown[] = [];
    const found = readFlat(bytes, row => others.push(row));
    if (found === undefined) return undefined;
    const rest = check(stamped(others));
    const rows = {
      copy: Buffer.concat([found.copy, Buffer.from(rest.copy)]),
      accepted: found.count - others.length + rest.accepted,
      rejected: rest.rejected,
    };
    return { envelope: found.envelope, arrived: found.count, rows };
  }

  function parsed(bytes: Uint8Array, sift: Sift = rows => rows): CheckedAnswer {
    const body = readJson(bytes);
    const results = isRecord(body) && Array.isArray(body.results) ? body.results : undefined;
    const envelope = results === undefined ? body : { ...(body as object), results: [] };
    const came = results ?? [];
    const rows = check(stamped(sift(came)));
    return { envelope, arrived: came.length, rows: { ...rows, copy: Buffer.from(rows.copy) } };
  }
}
