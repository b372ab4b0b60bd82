import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { statement } from '../../sinks/postgres/statement.ts';
import { COPY_NULL, copyText } from '../../transforms/copy-text.ts';
import type { Agreement } from '../../transforms/management-one/checks/agreement.ts';
import type { Answer } from './answers.ts';
import { ask } from './rows.ts';

/** Lines that are written at a time; one a write was measured five times slower. */
const LINES_A_WRITE = 5_000;

/** Puts Heartland's own figures beside those gathered in the transaction of `client`. */
export async function agreementWith(
  client: pg.PoolClient,
  answers: readonly Answer[],
): Promise<readonly Agreement[]> {
  const metrics = [...new Set(answers.flatMap(({ amounts }) => Object.keys(amounts)))];
  await client.query(statement('exports/management-one/create-answers'));
  if (metrics.length > 0) {
    const copy = copyFrom(statement('exports/management-one/copy-answers', { metrics }));
    await pipeline(Readable.from(writesOf(answers, metrics)), client.query(copy));
  }
  await client.query('analyze _month_answers');
  return ask<Agreement & pg.QueryResultRow>(client, 'agreement');
}

/**
 * Each level, location and class with all its figures, in COPY's text format. One that comes twice in the same report, as
 * no class code and an empty one do, has two lines.
 */
function* writesOf(answers: readonly Answer[], metrics: readonly string[]): Generator<string> {
  const lines = new Map<string, string[]>();
  const more: string[] = [];
  for (const { level, location, code, amounts } of answers) {
    const key = `${level}\t${word(location)}\t${word(code)}`;
    const line = lines.get(key) ?? metrics.map(() => COPY_NULL);
    lines.set(key, line);
    const isSecond = metrics.some((metric, at) => metric in amounts && line[at] !== COPY_NULL);
    const target = isSecond ? metrics.map(() => COPY_NULL) : line;
    for (const [at, metric] of metrics.entries()) target[at] = amounts[metric] ?? target[at]!;
    if (isSecond) more.push(`${key}\t${target.join('\t')}\n`);
  }
  let write = more;
  for (const [key, figures] of lines) {
    write.push(`${key}\t${figures.join('\t')}\n`);
    if (write.length < LINES_A_WRITE) continue;
    yield write.join('');
    write = [];
  }
  yield write.join('');
}

/** What Postgres cannot store stands in no warehouse either, so it differs from everything there. */
function word(text: string | null): string {
  return text === null ? '' : (copyText(text) ?? '\ufffd');
}
