import { readFile } from 'node:fs/promises';
import { UsageError } from '../../../transforms/errors.ts';
import { isFigure } from '../../../transforms/management-one/compare/columns.ts';
import {
  type Comparison,
  compareFile,
} from '../../../transforms/management-one/compare/compare.ts';
import type { Month } from '../../../transforms/month.ts';
import type { Work } from '../../run/work.ts';
import { computeStoredMonth } from './figures/figures.ts';
import { refresh } from './refresh.ts';
import { monthOrLast, settingsOf } from './settings.ts';

/**
 * Compares a month with a file that Management One accepted: its layout, and each figure.
 *
 * Nothing is recorded or sent.
 *
 * @throws UsageError `COMPARE_FILE` when the file cannot be read, or is not a month-end file
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
  const { rows } = await computeStoredMonth(warehouse, { configuration, settings, month }, signal);
  const constants = { clientId: settings.client_id, start: month.start, end: month.end };
  const comparison = await compareFile(bytes, rows, constants);
  checkIsMonthEnd(comparison, request.file);
  return comparison;
}

/** @throws UsageError where no column holds classes, or none holds figures: nothing would be compared */
function checkIsMonthEnd({ columns }: Comparison, file: string): void {
  const hasClasses = columns.some(({ field }) => field === 'ClassCode');
  if (hasClasses && columns.some(({ field }) => isFigure(field))) return;
  throw new UsageError('COMPARE_FILE', {
    problem: `The file is not a readable month-end file: none of its columns was recognized as ${hasClasses ? 'figures' : 'class codes'}, by header or by values`,
    found: file,
    expected: 'a text file of the same month, with one line for each location and class',
    next: 'Check the path, and --month.',
  });
}

/**
 * Reads the file to compare with.
 *
 * @throws UsageError `COMPARE_FILE` when it cannot be read
 */
export async function readAccepted(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw new UsageError(
      'COMPARE_FILE',
      {
        problem: 'The file to compare with could not be read',
        found: file,
        expected: 'a file that Management One accepted',
        next: 'Check the path.',
      },
      cause,
    );
  });
}
