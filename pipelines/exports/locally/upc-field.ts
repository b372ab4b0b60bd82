import type pg from 'pg';
import type { Check } from '../../../transforms/findings.ts';
import type { UpcOptions } from '../../../transforms/upc.ts';
import {
  checkDigitsInWords,
  decideCheckDigits,
  type LengthCount,
  UpcFieldCount,
  type UpcLengths,
} from '../../../transforms/upc-field.ts';
import type { Configuration } from '../../settings/schema.ts';
import { feedOf, upcKey } from './settings.ts';
import { rowsOfCursor } from './stage.ts';

/** What all UPCs of the account together show about their check digits. */
export interface UpcField {
  readonly counts: readonly LengthCount[];
  readonly lengths: UpcLengths;
}

/**
 * Counts the UPCs of all items by length, and decides whether they end in their check digit.
 *
 * Items outside the feed count too: more numbers make it surer. Runs in the caller's transaction;
 * memory holds one batch.
 */
export async function upcFieldOf(
  client: pg.PoolClient,
  configuration: Configuration,
): Promise<UpcField> {
  const key = upcKey(configuration);
  const written = key === null ? 'public_id' : 'custom ->> $1::text';
  await client.query(
    `declare upc_field no scroll cursor for
     select ${written} as upc from items where _deleted_at is null and ${written} ~ '[0-9]'`,
    key === null ? [] : [key],
  );
  const count = new UpcFieldCount();
  for await (const rows of rowsOfCursor<{ upc: string }>(client, 'upc_field')) {
    for (const { upc } of rows) count.add(upc);
  }
  const counts = count.lengths;
  return { counts, lengths: decideCheckDigits(counts, configuration.item_fields.upc_check_digit) };
}

/** The options for reading UPCs. */
export function upcOptions(configuration: Configuration, { lengths }: UpcField): UpcOptions {
  return { addCheckDigit: feedOf(configuration).add_check_digit, lengths };
}

/** A note where check digits are missing or uncertain; nothing where all UPCs have them. */
export function checkUpcField({ counts, lengths }: UpcField): readonly Check[] {
  const detail = checkDigitsInWords(counts, lengths);
  if (detail === undefined) return [];
  const values = counts.reduce((sum, each) => sum + each.values, 0);
  const figure = `${values.toLocaleString('en-US')} UPCs`;
  return [{ name: 'check digits of the UPCs', result: 'note', figure, detail }];
}
