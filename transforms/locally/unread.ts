/** Rows of a feed's items and stock from Heartland that could not be read. */
import type { Check, Problem } from '../findings.ts';

/** A quarantined row, with the item and location that it names. */
export interface UnreadRow {
  /** Table name. */
  readonly stream: string;
  readonly reason: string;
  readonly location_number: string | null;
  readonly item_number: string | null;
  readonly description: string | null;
}

/** Rows named in the check; the list of problems has more. */
const NAMED = 5;
const LISTED = 200;
const NAME = 'rows that could not be read';
const LOOK = 'Look at them with: tillstream quarantine list.';

/** A note that names the rows; none where all were read. */
export function unreadCheck(rows: readonly UnreadRow[]): readonly Check[] {
  if (rows.length === 0) return [];
  const named = rows.slice(0, NAMED).map(row => `${subject(row)}: ${row.reason}`);
  const more = rows.length - named.length;
  return [
    {
      name: NAME,
      result: 'note',
      figure: rows.length.toLocaleString('en-US'),
      detail:
        `${named.join('; ')}${more > 0 ? `; and ${more.toLocaleString('en-US')} more` : ''}. ` +
        `Their products are sent as before, or not at all if they never were. ${LOOK}`,
    },
  ];
}

/** The note in one sentence, if it is among these checks. */
export function unreadRemark(checks: readonly Check[]): string | undefined {
  const note = checks.find(({ name }) => name === NAME);
  return note && `${NAME}: ${note.figure} (${note.detail})`;
}

/**
 * Fails where a product would be sent as removed for the first time that may be in a row which could
 * not be read: a 0 would hide its stock.
 */
export function unexplainedCheck(
  rows: readonly UnreadRow[],
  { products, upc }: { readonly products: number; readonly upc: string | null },
): readonly Check[] {
  if (rows.length === 0 || products === 0) return [];
  return [
    {
      name: 'products that disappeared',
      result: 'failed',
      figure: products.toLocaleString('en-US'),
      detail:
        `such as UPC ${upc}: no known item has it, but a row that could not be read may ` +
        `(${rows.length.toLocaleString('en-US')} in total). ${LOOK}`,
    },
  ];
}

/** The rows as problems: the count for each table, then each row with its item. */
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
    description:
      `${rows.length.toLocaleString('en-US')} rows of ${first!.stream} from Heartland could not ` +
      'be read: their products are sent as before, or not at all',
    locationNumber: undefined,
    found: first!.reason,
    atStake: { rows: String(rows.length) },
    fix: `${LOOK} Fix them in Heartland, or report the reason.`,
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
    fix: `The item is sent as before. Fix the value in Heartland, or report the reason. ${LOOK}`,
  };
}

/** What the row describes, such as `stock of item SKU-1 at location 2`. */
function subject({ stream, item_number: item, location_number: location }: UnreadRow): string {
  const what = stream === 'inventory_values' ? 'stock of ' : '';
  if (stream === 'locations') return location === null ? 'a location' : `location ${location}`;
  const which = item === null ? 'an item that the row does not name' : `item ${item}`;
  return `${what}${which}${location === null ? '' : ` at location ${location}`}`;
}
