import type { z } from 'zod';
import type { Query } from '../http/client.ts';

/** Personal data, by the part of the account it is about. None is pulled unless the configuration turns it on. */
export type PersonalData = 'customers' | 'customer_addresses' | 'users';

/** What is left off a record as soon as it arrives, so that it reaches no table, not even `_extra` or `_quarantine`. */
interface Limits {
  /** Keys of the API that are kept; the others are left off. Undefined keeps all. */
  readonly only?: readonly string[];
  /** Keys of the API that are left off. */
  readonly never?: readonly string[];
  /** Keys that are left off unless that personal data is turned on whole. */
  readonly withheld?: Readonly<Partial<Record<PersonalData, readonly string[]>>>;
  /** The personal data that the whole table is part of, and that turns it on; unless it is `onDemand` too. */
  readonly personal?: PersonalData;
  /** Not pulled unless something in the configuration asks for it. */
  readonly onDemand?: boolean;
}

/** The rows that belong to a parent row, as a ticket's lines, kept in a table of their own. */
export interface ChildStream extends Limits {
  /** Table name, as `purchase_order_lines`. */
  readonly name: string;
  readonly about: string;
  /** Found at `{parent's path}/{id}/{path}`; also its name where it is embedded in the parent. */
  readonly path: string;
  /** The documentation shows the answer without its envelope: a list, or one record. */
  readonly mayComeBare?: boolean;
  /** Asked for with `_include[]={path}`, which saves a request a parent where the account supports it. */
  readonly isEmbedded?: boolean;
  /**
   * What is asked for of each location that is open to the parent, a user, with `location_id`, which its rows do not have.
   * Nothing is said of its order.
   */
  readonly byLocation?: boolean;
  /** True at this moment only, whether its parent changed or not: so the parents are read whole each time. */
  readonly isOfNow?: boolean;
  /** A record has one or two of them, fewer than any page holds, so embedding has no reason to cut them off. */
  readonly areFew?: boolean;
  readonly row: z.ZodObject;
  /** Column that names the parent; filled in where the API leaves it out. */
  readonly parentKey: string;
  /** Columns that identify a row; with the parent's, where an id is unique only within its parent. */
  readonly key: readonly string[];
}

/**
 * Records with an id: walked by key, in ranges, counted against the API's own total.
 *
 * `changedBy` says how later runs find what is new: by `updated_at` for records that change, by `id` for records
 * that are only ever added, not at all (undefined) for small tables that are read whole each time.
 */
export interface KeyWalk {
  readonly kind: 'by_key';
  readonly changedBy?: 'updated_at' | 'id';
  /** A first run reads only what changed, or was made, since the start of the kept history. */
  readonly fromHistoryStart?: boolean;
  /** Rows a page; less where each row is heavy. The configuration's figure is the upper limit. */
  readonly perPage?: number;
}

/** Answers without a number as id: walked by page number, one slice at a time, each slice replaced whole. */
export type PageWalk = SlicedWalk | WholeWalk;

export interface SlicedWalk {
  readonly kind: 'by_page';
  /** What one slice is: a location's stock, a business day, a month, the end of a month. */
  readonly slicedBy: 'location' | 'day' | 'month' | 'month_end';
  /** Column that holds the slice. */
  readonly sliceColumn: string;
  /** Everything but page and size, sort included: no order is promised without one. */
  readonly query: (slice: string) => Query;
  /** Set where the API's row does not say which slice it belongs to. */
  readonly stampSlice?: boolean;
  /** First day, where it is another than that of the kept history. */
  readonly from?: string;
  /** What is asked, where a merchant may ask something else tomorrow: then every slice is due again. */
  readonly definition?: string;
  /** What each pull of a slice is held against beside the number of its rows. */
  readonly check?: () => PageCheck;
  /** Whether a slice is what there was at its end, so that every movement before it counts. */
  readonly isStock?: boolean;
  /** The stream that has the costs of its rows, which are asked for apart: they are due again where its rows change. */
  readonly costsIn?: string;
  /** What its rows show of other records, or are chosen by, as `item.public_id`; `item.any` for all of an item. */
  readonly shows?: readonly string[];
}

/** Looks at every row of a slice, and may take some out that are there for checking only. */
export interface PageCheck {
  take(rows: readonly unknown[]): readonly unknown[];
  /** How many rows were taken out. */
  taken(): number;
  /** @throws IncompleteError when the rows contradict what came with them */
  finish(): void;
}

/** A list that is short enough to be read in one go. */
interface WholeWalk {
  readonly kind: 'by_page';
  readonly slicedBy: 'nothing';
  readonly query: () => Query;
}

/** One entry of the catalogue: where rows come from, what they are, and which table they go to. */
export interface Stream extends Limits {
  /** Table name too. */
  readonly name: string;
  /** One sentence for people; also the table's comment. */
  readonly about: string;
  /** Below the base URL. */
  readonly path: string;
  /** Made of the fields in `transforms/columns.ts`. */
  readonly row: z.ZodObject;
  /** Columns that identify a row. */
  readonly key: readonly string[];
  readonly walk: KeyWalk | PageWalk;
  /** Rows that each record has: lines, payments, events. */
  readonly children?: readonly ChildStream[];
  /**
   * Columns that say on which day a record counts in reports; of several the first that is set. A change of the record, or of
   * its children, makes the reports of that day due again.
   */
  readonly countsOn?: readonly string[];
  /** What the token's user needs, by the names of Heartland's scopes list. */
  readonly permissions: readonly string[];
}
