import { compareMonth, readAccepted } from '../../../pipelines/exports/management-one/compare.ts';
import {
  checkMonthHasBegun,
  checkMonthIsOver,
  confirmDelivered,
} from '../../../pipelines/exports/management-one/delivery-history.ts';
import { managementOne } from '../../../pipelines/exports/management-one/management-one.ts';
import {
  type ManagementOneResult,
  MonthHeldError,
} from '../../../pipelines/exports/management-one/result.ts';
import { settingsOf } from '../../../pipelines/exports/management-one/settings.ts';
import { untilAborted } from '../../../pipelines/run/stopping.ts';
import { requireFields } from '../../../pipelines/sync/custom-fields.ts';
import { localDate } from '../../../transforms/day.ts';
import { EXIT, UsageError } from '../../../transforms/errors.ts';
import { withThousands } from '../../../transforms/figures.ts';
import { countIssues, issuesTitle } from '../../../transforms/findings.ts';
import { parseRange } from '../../../transforms/management-one/period.ts';
import { type Month, monthBefore, parseMonth, periodInWords } from '../../../transforms/month.ts';
import type { CliCommand } from '../command.ts';
import type { Context, GlobalOptions } from '../context.ts';
import { refuseTogether } from '../exclusive-options.ts';
import { lookAtEach, runForEach } from '../merchants.ts';
import { checksInWords, problemsInWords } from '../output/findings.ts';
import { comparisonOutcome } from '../output/management-one-comparison.ts';
import type { Outcome } from '../output/outcome.ts';
import { count } from '../output/reporter.ts';
import { table } from '../output/table.ts';

interface ManagementOneOptions {
  readonly month?: string;
  readonly from?: string;
  readonly to?: string;
  readonly preview?: boolean;
  readonly compare?: string;
  readonly dryRun?: boolean;
  readonly out?: string;
  readonly resend?: boolean;
  readonly confirmDelivered?: boolean;
}

export const managementOneCommand: CliCommand<ManagementOneOptions> = {
  name: 'management-one',
  about: 'The month-end file, to Management One by e-mail',
  options: command =>
    command
      .option('--month <YYYY-MM>', 'which month (default: last month)')
      .option('--from <YYYY-MM-DD>', 'first day of a range of days, instead of a month')
      .option('--to <YYYY-MM-DD>', 'last day of the range')
      .option('--preview', 'show the file as a table too')
      .option(
        '--compare <file>',
        'compare the month with a file that Management One accepted; send nothing',
      )
      .option('--dry-run', 'build and check the file; record and send nothing')
      .option('--out <folder>', 'save the file in this folder; send nothing')
      .option('--resend', 'send a month again that was sent before')
      .option(
        '--confirm-delivered',
        'mark a delivery with an unknown outcome as delivered; send nothing',
      ),
  run: (context, options) => {
    const { dryRun = false, resend = false, preview = false, out, compare } = options;
    periodOf(options);
    checkTogether(options);
    if (options.confirmDelivered) return confirm(context, options);
    const isSent = !dryRun && out === undefined && compare === undefined;
    return runForEach(context, options, {
      command: 'management-one',
      needs: ['heartland', ...(isSent ? (['delivery_to_management_one'] as const) : [])],
      prepare: async configuration => {
        const { month_starts_on: startDay } = settingsOf({ configuration });
        const month = periodOf(options, startDay);
        const today = localDate(new Date(), configuration.timezone);
        if (month !== undefined) checkMonthHasBegun(month, today);
        if (month !== undefined && isSent) checkMonthIsOver(month, today);
        if (compare !== undefined) await readAccepted(compare);
        return month;
      },
      run: async (work, month, signal) => {
        await untilAborted(requireFields(work, 'management_one'), signal, 'The file');
        if (compare !== undefined) {
          const request = { file: compare, ...(month && { month }) };
          return comparisonOutcome(await compareMonth(work, request, signal));
        }
        const request = {
          ...{ dryRun, resend, preview },
          ...(month && { month }),
          ...(out !== undefined && { out }),
        };
        try {
          return managementOneOutcome(await managementOne(work, request, signal));
        } catch (error) {
          if (error instanceof MonthHeldError)
            return managementOneOutcome(error.result, error.message);
          throw error;
        }
      },
    });
  },
};

/** @throws UsageError where one of the options would be ignored */
function checkTogether(options: ManagementOneOptions): void {
  const { dryRun, resend, preview, out, compare, confirmDelivered } = options;
  const ways = { '--dry-run': dryRun === true, '--out': out !== undefined };
  const others = { ...ways, '--resend': resend === true, '--preview': preview === true };
  if (confirmDelivered) {
    refuseTogether(
      { '--confirm-delivered': true, '--compare': compare !== undefined, ...others },
      'If the file arrived, use --confirm-delivered alone; if it did not, --resend sends it again.',
    );
  } else if (compare !== undefined) {
    refuseTogether(
      { '--compare': true, ...others },
      'Use --compare alone: it builds and sends no file.',
    );
  } else {
    refuseTogether(ways, 'To only look at the file, use --dry-run; to save it in a folder, --out.');
    const sending = { '--out': out !== undefined, '--resend': resend === true };
    refuseTogether(
      sending,
      'To send the month again, use --resend; to only save the file in a folder, --out.',
    );
  }
}

/** Marks a delivery as delivered: a recipient has the file, though the server's answer was lost. */
function confirm(context: Context, options: GlobalOptions & ManagementOneOptions): Promise<number> {
  return lookAtEach(context, options, async (warehouse, { management_one: settings, timezone }) => {
    const period = periodOf(options, settings?.month_starts_on);
    const { label } = period ?? monthBefore(localDate(new Date(), timezone));
    const exportId = await confirmDelivered(warehouse, label);
    const text = `The file of ${periodInWords({ label })} is now marked as delivered (export ${exportId}).`;
    return { exitCode: EXIT.done, text, json: { month: label, exportId } };
  });
}

/**
 * Returns the requested days; undefined for last month.
 *
 * @throws UsageError `PERIOD` for a month together with a range, or an incomplete range
 */
function periodOf({ month, from, to }: ManagementOneOptions, startDay?: number): Month | undefined {
  if (from === undefined && to === undefined) {
    return month === undefined ? undefined : parseMonth(month, { ...(startDay && { startDay }) });
  }
  if (month !== undefined || from === undefined || to === undefined) {
    throw new UsageError('PERIOD', {
      problem: 'The options do not say clearly which days the file is for',
      expected: 'either --month, or --from and --to together',
      next: 'For example: --month 2026-10, or --from 2026-10-01 --to 2026-10-15.',
    });
  }
  return parseRange(from, to);
}

const OUTCOME: Readonly<Record<ManagementOneResult['status'], string>> = {
  delivered: 'Sent to Management One.',
  saved: 'Saved in the folder; nothing was sent.',
  dry_run: 'Dry run: nothing was sent or recorded.',
  held: '',
};

/** Shows the month by location, the checks, and the issues to fix. */
export function managementOneOutcome(result: ManagementOneResult, held?: string): Outcome {
  const text = [
    `Management One, ${periodInWords(result.month)} (${result.month.start} to ${result.month.end})`,
    '',
    monthTable(result),
    ...(result.preview === undefined ? [] : ['', previewTable(result.preview)]),
    '',
    checksInWords(result.checks),
    ...(result.problems.length === 0 ? [] : [`${issuesTitle(result.problems)}:`]),
    problemsInWords(result.problems),
    ...result.files.map(
      file => `${file.name}: ${count(file.rows, 'row')}, ${count(file.bytes, 'byte')}`,
    ),
    ...result.receipts.map(receipt => `${receipt.destination}: ${receipt.detail}`),
    held ?? OUTCOME[result.status],
  ]
    .filter((line, index) => line !== '' || index < 3)
    .join('\n');
  const { files, ...rest } = result;
  return {
    exitCode: result.status === 'held' ? EXIT.held : EXIT.done,
    text,
    json: {
      ...rest,
      issues: countIssues(result.problems),
      files: files.map(({ path: _, ...file }) => file),
    },
  };
}

/** The figures that a store owner looks for first, with their titles. */
const SHOWN: Readonly<Record<string, string>> = {
  BeginUnits: 'begin units',
  ReceivedUnits: 'received',
  SoldUnits: 'sold units',
  NetSales: 'net sales',
  Markdowns: 'markdowns',
  EndUnits: 'end units',
  EndCost: 'end cost',
  EndRetail: 'end retail',
};

/** Columns that a narrow terminal can do without: sales and the end of the month stay. */
const OPTIONAL = ['BeginUnits', 'ReceivedUnits', 'Markdowns'];

function monthTable({ totals }: ManagementOneResult): string {
  const rows = [...totals.locations, { location: 'all in the file', figures: totals.file }];
  return table(
    [
      { title: 'location' },
      ...Object.entries(SHOWN).map(([name, title]) => ({
        title,
        align: 'right' as const,
        mayBeHidden: OPTIONAL.includes(name),
      })),
    ],
    rows.map(({ location, figures }) => [
      location,
      ...Object.keys(SHOWN).map(name => withThousands(figures[name] ?? '')),
    ]),
  );
}

function previewTable([header = [], ...rows]: readonly (readonly string[])[]): string {
  const isFigure = (column: number) => rows.every(row => /^-?[\d.]*$/.test(row[column] ?? ''));
  return table(
    header.map((title, column) => ({ title, align: isFigure(column) ? 'right' : 'left' })),
    rows,
    // The file as it is, whatever its width.
    Number.POSITIVE_INFINITY,
  );
}
