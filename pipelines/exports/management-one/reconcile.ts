import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { statement } from '../../../sinks/postgres/statement.ts';
import type { Reconciliation } from '../../../transforms/management-one/checks/reconciliation.ts';
import { ask } from './ask.ts';
import type { Partition } from './partitions.ts';
import type { Answers } from './reported-figures.ts';

/** Puts Heartland's own figures beside those of half the locations; what is in all is that half's part of it. */
export async function reconcilePartition(
  answers: Answers,
  { client, first, isFirst }: Partition,
): Promise<readonly Reconciliation[]> {
  await client.query(statement('exports/management-one/create-control-totals'));
  const firstLocations = new Set(first);
  const texts = answers.copyText(location => firstLocations.has(location) === isFirst);
  const copy = copyFrom(statement('exports/management-one/copy-control-totals'));
  await pipeline(Readable.from(texts), client.query(copy));
  return ask<Reconciliation>(client, 'reconciliation');
}
