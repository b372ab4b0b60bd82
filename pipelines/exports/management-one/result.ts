import type { OutgoingFile, Receipt } from '../../../sinks/delivery.ts';
import type { Check, Problem } from '../../../transforms/findings.ts';
import type { Figures } from '../../../transforms/management-one/figures.ts';
import type { Month } from '../../../transforms/month.ts';

export interface ManagementOneRequest {
  /** Default: the month before this one. A range of days is one too (`parseRange`). */
  readonly month?: Month;
  /** Makes and proves the file, keeps and sends nothing. */
  readonly dryRun?: boolean;
  /** A folder that gets the file; then nothing is sent. */
  readonly out?: string;
  /** Sends a month again that went out before. */
  readonly resend?: boolean;
  /** Gives the file as a table too. */
  readonly preview?: boolean;
}

/** The month's figures as they stand in the file, summed; exact text. */
export interface MonthTotals {
  /** By Management One's location number, in the order of the file. */
  readonly locations: readonly { readonly location: string; readonly figures: Figures }[];
  /** All that is in the file. */
  readonly file: Figures;
  /** What Heartland has beyond it. */
  readonly leftOut: Figures;
}

export interface ManagementOneResult {
  readonly month: Month;
  /** `dry_run`: nothing was kept or sent. `saved`: copied to a folder and sent to nobody. */
  readonly status: 'held' | 'dry_run' | 'saved' | 'delivered';
  /** Its number in `_exports`; undefined after a dry run. */
  readonly exportId: string | undefined;
  readonly files: readonly OutgoingFile[];
  readonly totals: MonthTotals;
  readonly checks: readonly Check[];
  readonly problems: readonly Problem[];
  readonly receipts: readonly Receipt[];
  /** The file as a table, its header first; only where it was asked for. */
  readonly preview?: readonly (readonly string[])[];
}
