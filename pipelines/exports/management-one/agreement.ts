import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { statement } from '../../../sinks/postgres/statement.ts';
import type { Agreement } from '../../../transforms/management-one/checks/agreement.ts';
import { ask } from './ask.ts';
import type { Answers } from './heartland-figures.ts';
import type { LocationHalf } from './location-halves.ts';

/** Puts Heartland's own figures beside those of half the locations; what is in all is that half's part of it. */
export async function agreementWith(
  answers: Answers,
  { client, first, isFirst }: LocationHalf,
): Promise<readonly Agreement[]> {
  await client.query(statement('exports/management-one/create-answers'));
  const firstLocations = new Set(first);
  const texts = answers.copyText(location => firstLocations.has(location) === isFirst);
  const copy = copyFrom(statement('exports/management-one/copy-answers'));
  await pipeline(Readable.from(texts), client.query(copy));
  return ask<Agreement>(client, 'agreement');
}
