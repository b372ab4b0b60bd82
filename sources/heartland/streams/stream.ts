import type { z } from 'zod';
import type { Query } from '../http/client.ts';

/** A kind of personal data. None is pulled unless the configuration turns it on. */
export type PersonalData = 'customers' | 'customer_addresses' | 'users';

/**
 * Which fields of a record are stored.
 *
 * Excluded fields are removed as soon as a record arrives, so they reach no table, not even `_extra` or `_quarantine`.
 */
interface FieldPolicy {
  /** Keys of the API to include; all others are excluded. Undefined includes all. */
  readonly include?: readonly string[];
  /** Keys of the API to exclude. */
  readonly exclude?: readonly string[];
  /** Keys to exclude unless all personal data of that kind is turned on. */
  readonly excludeUnless?: Readonly<Partial<Record<PersonalData, readonly string[]>>>;
  /** The kind of personal data that the whole table is; turning it on turns the table on, unless `onDemand`. */
  readonly personal?: PersonalData;
  /** Pulled only if the configuration asks for it. */
  readonly onDemand?: boolean;
}

/** Rows that belong to a parent row, such as a ticket's lines, in a table of their own. */
export interface ChildStream extends FieldPolicy {
  /** Table name, as `purchase_order_lines`. */
  readonly name: string;
  readonly about: string;
  /** Found at `{parent's path}/{id}/{path}`; also the key under which a parent embeds the rows. */
  readonly path: string;
  /** The documentation shows the answer without its envelope: a list, or one record. */
  readonly mayComeBare?: boolean;
  /** Requested with `_include[]={path}`, which saves a request a parent if the account supports it. */
  readonly isEmbedded?: boolean;
  /**
   * Requested for each location that the parent, a user, may see, with `location_id`, which the rows lack.
   * Their order is undocumented.
   */
  readonly byLocation?: boolean;
  /** Current values, which change without their parent: so every parent is read each time. */
  readonly isOfNow?: boolean;
  /** A record has one or two of them, fewer than any page holds, so embedding does not cut them off. */
  readonly areFew?: boolean;
  readonly row: z.ZodObject;
  /** Column with the parent's id; filled in if the API leaves it out. */
  readonly parentKey: string;
  /** Columns that identify a row; the parent's too if an id is unique only within its parent. */
  readonly key: readonly string[];
}

/**
 * Records with an id: read by key, in ranges, and counted against the API's own total.
 *
 * `changedBy` says how later runs find changes: by `updated_at` for records that change, by `id` for records that are only
 * added. Undefined is for small tables, which every run reads whole.
 */
export interface KeyWalk {
  readonly kind: 'by_key';
  readonly changedBy?: 'updated_at' | 'id';
  /** A first run reads only records changed or created since the configured start of the history. */
  readonly fromHistoryStart?: boolean;
  /** Rows a page; fewer if each row is large. The configured number is the upper limit. */
  readonly perPage?: number;
}

/** Answers without a numeric id: read by page number, one slice at a time; each slice is replaced whole. */
export type PageWalk = SlicedWalk | WholeWalk;

export interface SlicedWalk {
  readonly kind: 'by_page';
  /** What one slice is: a location's stock, a business day, a month, the end of a month. */
  readonly slicedBy: 'location' | 'day' | 'month' | 'month_end';
  /** Column that holds the slice. */
  readonly sliceColumn: string;
  /** Everything but page and size, sort included: no order is promised without one. */
  readonly query: (slice: string) => Query;
  /** Whether the slice has to be written into the rows, because the API leaves it out. */
  readonly stampSlice?: boolean;
  /** First day, if it differs from the configured start of the history. */
  readonly from?: string;
  /** The request's definition, if the merchant configures it: when it changes, every slice is due again. */
  readonly definition?: string;
  /** A check of each pulled slice, beside the number of its rows. */
  readonly check?: () => PageCheck;
  /** Whether a slice is the stock at its end, so that every movement before it counts. */
  readonly isStock?: boolean;
  /** The stream with the costs of the same rows, requested separately: due again when these rows change. */
  readonly costsIn?: string;
  /** Fields of other records that its rows show or filter by, as `item.public_id`; `item.any` for all of them. */
  readonly shows?: readonly string[];
}

/** Checks every row of a slice, and may take out rows that serve the check only. */
export interface PageCheck {
  take(rows: readonly unknown[]): readonly unknown[];
  /** How many rows were taken out. */
  taken(): number;
  /** @throws IncompleteError if the rows contradict the figures sent with them */
  finish(): void;
}

/** A list that is short enough to be read as one slice. */
interface WholeWalk {
  readonly kind: 'by_page';
  readonly slicedBy: 'nothing';
  readonly query: () => Query;
}

/** One entry of the catalogue: where rows come from, what they are, and which table they go to. */
export interface Stream extends FieldPolicy {
  /** Also the name of its table. */
  readonly name: string;
  /** One sentence; also the table's comment. */
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
   * Columns with the day on which a record counts in reports; of several, the first that is set. When the record or one
   * of its children changes, the reports of that day are due again.
   */
  readonly countsOn?: readonly string[];
  /** Permissions that the token's user needs, as Heartland's list of scopes names them. */
  readonly permissions: readonly string[];
}
