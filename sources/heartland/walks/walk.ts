import type { Observable } from 'rxjs';
import type { HeartlandClient } from '../http/client.ts';
import type { PageSlots } from '../http/slots.ts';
import type { ReadAnswer } from './page.ts';

/** Rows as they arrived, not yet validated. */
type Rows = readonly unknown[];

/** The rows of one page, and the rows of their children by table. */
export interface Page {
  /** Its position among the pages of the pull; the same each time the page is pulled. */
  readonly ordinal: number;
  readonly rows: Rows;
  readonly children: Readonly<Record<string, Rows>>;
}

/** The API's own totals of a slice, to compare with the rows that arrived. */
export interface ReportedTotal {
  /** `total` before the first and after the last page. */
  readonly before: number;
  readonly after: number;
  /** Totals in between that differ from the first; only for slices read by page number. */
  readonly otherTotals: readonly number[];
}

/** Stages a page; the page holds its slot until this completes. */
export type Land = (page: Page) => Observable<unknown>;

/**
 * Reads the body of one answer.
 *
 * @param sift takes out rows that serve a check only
 * @throws SyntaxError if it is not JSON
 */
export type ReadRows<T> = (
  body: Uint8Array,
  sift?: (rows: readonly unknown[]) => readonly unknown[],
) => ReadAnswer<T>;

/** Stages the rows of one page; the page holds its slot until this completes. */
export type LandRows<T> = (ordinal: number, rows: T) => Observable<unknown>;

/** What every walk needs. */
export interface WalkContext {
  readonly client: HeartlandClient;
  readonly slots: PageSlots;
  readonly perPage: number;
  readonly inFlight: number;
  /** Permissions known to be missing. */
  readonly lacks: ReadonlySet<string>;
}
