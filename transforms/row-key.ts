import type { z } from 'zod';
import { type ColumnValue, columnsOf } from './columns.ts';
import { whyNotStorable } from './copy-text.ts';
import { isRecord } from './validate.ts';

/**
 * The key of a row as the warehouse writes it, its columns joined by `|`; undefined where the row does not tell it for
 * certain. A row that cannot be used may still say which record it is about; then nothing is known of the others only.
 */
export type KeyReader = (row: unknown) => string | undefined;

/**
 * Makes the reader of one table's keys.
 *
 * @param within the slice that was asked for: a row of another says nothing of the record that it stands for
 */
export function keyReader(
  row: z.ZodObject,
  key: readonly string[],
  within: ColumnValue | undefined,
): KeyReader {
  const columns = columnsOf(row);
  const parts = key.map(name => ({
    keys: columns.find(column => column.name === name)!.keys,
    schema: row.shape[name] as z.ZodType,
    mustBe: within?.column === name ? within.value : undefined,
  }));
  return candidate => {
    if (!isRecord(candidate)) return undefined;
    const texts: string[] = [];
    for (const { keys, schema, mustBe } of parts) {
      const value = keys.map(name => candidate[name]).find(found => found !== undefined);
      const read = schema.safeParse(value);
      if (!read.success) return undefined;
      const text = String(read.data);
      if (whyNotStorable(text) !== undefined) return undefined;
      if (mustBe !== undefined && text !== mustBe) return undefined;
      texts.push(text);
    }
    return texts.join('|');
  };
}
