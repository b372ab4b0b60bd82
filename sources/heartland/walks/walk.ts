import type { Observable } from 'rxjs';
import type { HeartlandClient } from '../http/client.ts';
import type { PageSlots } from '../http/slots.ts';
import type { ReadAnswer } from './page.ts';

/** As they came: whether they are rows at all is checked later. */
type Rows = readonly unknown[];

/** The rows of one page, and those of their children by the children's table. */
export interface Page {
  /** Its place among the pages of the pull; the same page has the same one when it is pulled again. */
  readonly ordinal: number;
  readonly rows: Rows;
  readonly children: Readonly<Record<string, Rows>>;
}

/** What the API said it holds, to be held against what arrived. */
export interface ReportedTotal {
  /** `total` before the first and after the last page. */
  readonly before: number;
  readonly after: number;
  /** Totals seen on the way that differ from the first; only for slices walked by page number. */
  readonly otherTotals: readonly number[];
}

/** Brings a page to where it goes; the page keeps its slot until this completes. */
export type Land = (page: Page) => Observable<unknown>;

/**
 * Reads the body of one answer; what its rows are then, only the one who lands them knows.
 *
 * @param sift takes rows out that are there for checking only
 * @throws SyntaxError when it is not JSON
 */
export type ReadRows<T> = (
  body: Uint8Array,
  sift?: (rows: readonly unknown[]) => readonly unknown[],
) => ReadAnswer<T>;

/** Brings the rows of one page to where they go; the page keeps its slot until this completes. */
export type LandRows<T> = (ordinal: number, rows: T) => Observable<unknown>;

/** What every walk needs. */
export interface WalkContext {
  readonly client: HeartlandClient;
  readonly slots: PageSlots;
  readonly perPage: number;
  readonly inFlight: number;
  /** Permissions that the token's user is known to lack. */
  readonly lacks: ReadonlySet<string>;
}
