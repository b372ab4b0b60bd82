import { EXIT } from '../../../transforms/errors.ts';
import { parseMonth } from '../../../transforms/month.ts';
import { MonthHeldError } from '../../management-one/held.ts';
import type { ManagementOneResult } from '../../management-one/result.ts';
import { managementOne } from '../../management-one.ts';
import type { CliCommand } from '../command.ts';
import { checksInWords, problemsInWords } from '../findings.ts';
import { runForEach } from '../merchants.ts';
import type { Outcome } from '../outcome.ts';
import { table, withThousands } from '../table.ts';

interface ManagementOneOptions {
  readonly month?: string;
  readonly dryRun?: boolean;
  readonly out?: string;
  readonly resend?: boolean;
}

export const managementOneCommand: CliCommand<ManagementOneOptions> = {
  name: 'management-one',
  about: 'The month-end file, to Management One by e-mail',
  options: command =>
    command
      .option('--month <YYYY-MM>', 'which month (default: the one before this)')
      .option('--dry-run', 'make and prove the file; send and keep nothing')
      .option('--out <folder>', 'write the file into this folder; send nothing')
      .option('--resend', 'send a month again that went out before'),
  run: (context, options) => {
    const { month: typed, dryRun = false, out, resend = false } = options;
    const month = typed === undefined ? undefined : parseMonth(typed);
    return runForEach(context, options, 'management-one', async work => {
      const request = {
        dryRun,
        resend,
        ...(month && { month }),
        ...(out !== undefined && { out }),
      };
      try {
        return managementOneOutcome(await managementOne(work, request, context.signal));
      } catch (error) {
        if (error instanceof MonthHeldError)
          return managementOneOutcome(error.result, error.message);
        throw error;
      }
    });
  },
};

const ENDING: Readonly<Record<ManagementOneResult['status'], string>> = {
  delivered: 'Sent to Management One.',
  saved: 'Written to the folder; nothing was sent.',
  dry_run: 'Nothing was sent or kept: this is a dry run.',
  held: '',
};

/** The month by location, the checks, and what to mend. */
export function managementOneOutcome(result: ManagementOneResult, held?: string): Outcome {
  const text = [
    `Management One, ${result.month.label} (${result.month.start} to ${result.month.end})`,
    '',
    monthTable(result),
    '',
    checksInWords(result.checks),
    problemsInWords(result.problems),
    ...result.files.map(file => `${file.name}: ${file.rows} rows, ${file.bytes} bytes`),
    ...result.receipts.map(receipt => `${receipt.destination}: ${receipt.detail}`),
    held ?? ENDING[result.status],
  ]
    .filter((line, index) => line !== '' || index < 3)
    .join('\n');
  const { files, ...rest } = result;
  return {
    exitCode: result.status === 'held' ? EXIT.held : EXIT.done,
    text,
    json: { ...rest, files: files.map(({ path: _, ...file }) => file) },
  };
}

/** The figures that a shop owner asks for first, with the names they have here. */
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

function monthTable({ totals }: ManagementOneResult): string {
  const rows = [...totals.locations, { location: 'in the file', figures: totals.file }];
  return table(
    [
      { title: 'location' },
      ...Object.values(SHOWN).map(title => ({ title, align: 'right' as const })),
    ],
    rows.map(({ location, figures }) => [
      location,
      ...Object.keys(SHOWN).map(name => withThousands(figures[name] ?? '')),
    ]),
  );
}
