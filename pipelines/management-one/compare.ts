import { readFile } from 'node:fs/promises';
import { UsageError } from '../../transforms/errors.ts';
import { type Comparison, compareFile } from '../../transforms/management-one/compare/compare.ts';
import type { Month } from '../../transforms/month.ts';
import type { Work } from '../work.ts';
import { collectMonth } from './collect.ts';
import { refresh } from './refresh.ts';
import { monthOrLast, settingsOf } from './settings.ts';

/**
 * Compares a month with a file that Management One accepted before: what its layout is, and figure by figure what agrees,
 * what differs and why it might. Nothing is kept or sent.
 *
 * @throws UsageError when the file cannot be read
 */
export async function compareMonth(
  work: Work,
  request: { readonly file: string; readonly month?: Month },
  signal: AbortSignal,
): Promise<Comparison> {
  const settings = settingsOf(work);
  const month = monthOrLast(work, settings, request.month);
  const bytes = await readAccepted(request.file);
  await refresh(work, settings, month, signal);
  const { configuration, warehouse } = work;
  const { rows } = await collectMonth(warehouse, { configuration, settings, month });
  const constants = { clientId: settings.client_id, start: month.start, end: month.end };
  return compareFile(bytes, rows, constants);
}

/** @throws UsageError when the file cannot be read */
export async function readAccepted(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw new UsageError(
      'COMPARE_FILE',
      {
        problem: 'The file to compare with cannot be read',
        found: file,
        expected: 'a file that Management One accepted',
        next: 'Check the path.',
      },
      cause,
    );
  });
}
