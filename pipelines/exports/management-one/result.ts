import type { OutgoingFile, Receipt } from '../../../sinks/delivery.ts';
import { HeldError } from '../../../transforms/errors.ts';
import { type Check, countIssues, type Problem } from '../../../transforms/findings.ts';
import type { Figures } from '../../../transforms/management-one/figures.ts';
import { type Month, periodInWords } from '../../../transforms/month.ts';

export interface ManagementOneRequest {
  /** Default: last month. A range of days is one too (`parseRange`). */
  readonly month?: Month;
  /** Builds and checks the file; records and sends nothing. */
  readonly dryRun?: boolean;
  /** A folder that gets the file; then nothing is sent. */
  readonly out?: string;
  /** Sends a month again that was sent before. */
  readonly resend?: boolean;
  /** Returns the file as a table too. */
  readonly preview?: boolean;
}

/** The month's figures as they are in the file, summed; exact text. */
export interface MonthTotals {
  /** By Management One's location number, in the order of the file. */
  readonly locations: readonly { readonly location: string; readonly figures: Figures }[];
  /** Everything in the file. */
  readonly file: Figures;
  /** What Heartland has beyond it. */
  readonly leftOut: Figures;
}

export interface ManagementOneResult {
  readonly month: Month;
  /** `dry_run`: nothing was recorded or sent. `saved`: copied to a folder, sent to nobody. */
  readonly status: 'held' | 'dry_run' | 'saved' | 'delivered';
  /** Its number in `_exports`; undefined after a dry run. */
  readonly exportId: string | undefined;
  readonly files: readonly OutgoingFile[];
  readonly totals: MonthTotals;
  readonly checks: readonly Check[];
  readonly problems: readonly Problem[];
  readonly receipts: readonly Receipt[];
  /** The file as a table, its header first; only where it was requested. */
  readonly preview?: readonly (readonly string[])[];
}

/** The month is held: `result` has the checks that failed and the list of issues to fix. */
export class MonthHeldError extends HeldError {
  readonly result: ManagementOneResult;

  constructor(result: ManagementOneResult) {
    const fix = 'Fix the issues that are listed, then run the command again.';
    super('MONTH_HELD', {
      problem: `The Management One file of ${periodInWords(result.month)} is held: ${reasons(result)}`,
      next:
        result.exportId === undefined
          ? fix
          : `Nothing was sent; the file is recorded as export ${result.exportId}. ${fix}${howToOpen(result)}`,
    });
    this.result = result;
  }
}

/** How to open the file, where there is one. */
function howToOpen({ exportId, files }: ManagementOneResult): string {
  return files.length === 0
    ? ''
    : ` To look at the file: tillstream exports save ${exportId} --out check`;
}

function reasons({ checks, problems }: ManagementOneResult): string {
  const failed = checks.filter(({ result }) => result === 'failed');
  const holding = problems.filter(({ treatment }) => treatment === 'held');
  const byKind = Map.groupBy(holding, ({ kind }) => kind.replaceAll('_', ' '));
  const kinds = [...byKind].map(([kind, ofKind]) => `${kind} (${countIssues(ofKind)})`);
  return [
    ...failed.map(({ name, detail }) => `${name} failed (${detail})`),
    ...(kinds.length > 0 ? [kinds.join(', ')] : []),
  ].join('; ');
}
