/** Rows of a feed's items and stock that arrived from Heartland and could not be read. */
import type { Check, Problem } from '../findings.ts';

/** One such row, with what it is about as far as it says. */
export interface UnreadRow {
  /** Table name. */
  readonly stream: string;
  readonly reason: string;
  readonly location_number: string | null;
  readonly item_number: string | null;
  readonly description: string | null;
}

/** Rows that are named in the check; the list of problems has more. */
const NAMED = 5;
const LISTED = 200;
const NAME = 'rows that could not be read';
const LOOK = 'Look at them with: tillstream quarantine list.';

/** A note that names what the feed has as it was last known, as far as that is known; none where all was read. */
export function unreadCheck(rows: readonly UnreadRow[]): readonly Check[] {
  if (rows.length === 0) return [];
  const named = rows.slice(0, NAMED).map(row => `${subject(row)}: ${row.reason}`);
  const more = rows.length - named.length;
  return [
    {
      name: NAME,
      verdict: 'note',
      figure: rows.length.toLocaleString('en-US'),
      detail: `${named.join('; ')}${more > 0 ? `; and ${more.toLocaleString('en-US')} more` : ''}. What they are about is sent as it was last known, or not at all where it never was. ${LOOK}`,
    },
  ];
}

/** The note in one sentence, where it is among these checks: what a person has to see though the feed was sent. */
export function unreadRemark(checks: readonly Check[]): string | undefined {
  const note = checks.find(({ name }) => name === NAME);
  return note && `${NAME}: ${note.figure} (${note.detail})`;
}

/**
 * Products that would be sent as gone for the first time while rows could not be read. One that no item is known to have had
 * may be in such a row: a zero would hide what is there.
 */
export function unexplainedCheck(
  rows: readonly UnreadRow[],
  { products, upc }: { readonly products: number; readonly upc: string | null },
): readonly Check[] {
  if (rows.length === 0 || products === 0) return [];
  return [
    {
      name: 'products that disappeared',
      verdict: 'failed',
      figure: products.toLocaleString('en-US'),
      detail: `as UPC ${upc}: no item that could be read has it, and ${rows.length.toLocaleString('en-US')} of the rows from Heartland could not be read, so it may still be there. ${LOOK}`,
    },
  ];
}

/** The rows as something to fix: how many of each table, then each with what it is about. */
export function unreadProblems(rows: readonly UnreadRow[]): readonly Problem[] {
  const byTable = Map.groupBy(rows, ({ stream }) => stream);
  return [
    ...[...byTable.values()].map(tableProblem),
    ...rows
      .filter(({ item_number: item }) => item !== null)
      .slice(0, LISTED)
      .map(rowProblem),
  ];
}

function tableProblem(rows: readonly UnreadRow[]): Problem {
  const [first] = rows;
  return {
    kind: 'quarantined',
    treatment: 'noted',
    itemNumber: undefined,
    description: `${rows.length} rows of ${first!.stream} from Heartland could not be read: what they are about is sent as it was before, or not at all`,
    locationNumber: undefined,
    found: first!.reason,
    atStake: { rows: String(rows.length) },
    fix: `${LOOK} Correct them in Heartland, or report the reason.`,
  };
}

function rowProblem(row: UnreadRow): Problem {
  return {
    kind: 'not_read',
    treatment: 'noted',
    itemNumber: row.item_number ?? undefined,
    description: row.description ?? undefined,
    locationNumber: row.location_number ?? undefined,
    found: row.reason,
    atStake: {},
    fix: `The item is sent as it was last known. Correct what is named in Heartland, or report the reason. ${LOOK}`,
  };
}

/** What the row is about, as `stock of item SKU-1 at location 2`. */
function subject({ stream, item_number: item, location_number: location }: UnreadRow): string {
  const what = stream === 'inventory_values' ? 'stock of ' : '';
  if (stream === 'locations') return location === null ? 'a location' : `location ${location}`;
  const which = item === null ? 'an item that the row does not name' : `item ${item}`;
  return `${what}${which}${location === null ? '' : ` at location ${location}`}`;
}
