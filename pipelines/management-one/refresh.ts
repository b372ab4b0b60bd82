import { catalogue } from '../../sources/heartland/catalogue.ts';
import { GIVE, permissionInWords } from '../../sources/heartland/scopes.ts';
import type { Stream } from '../../sources/heartland/stream.ts';
import {
  adjustment_sets,
  purchase_orders,
  purchase_returns,
  receipts,
  transfers,
} from '../../sources/heartland/streams/documents.ts';
import {
  inventory_cost_daily,
  inventory_daily,
  inventory_transactions,
} from '../../sources/heartland/streams/inventory.ts';
import { items, locations } from '../../sources/heartland/streams/master.ts';
import {
  sales_daily,
  sales_margin_daily,
  source_sales_daily,
  source_sales_margin_daily,
} from '../../sources/heartland/streams/sales.ts';
import { addDays, daysOf } from '../../transforms/day.ts';
import { HeldError, IncompleteError, type SourceError } from '../../transforms/errors.ts';
import type { Month } from '../../transforms/month.ts';
import type { ManagementOneConfiguration } from '../configuration/management-one.ts';
import { untilAborted } from '../stopping.ts';
import { type StreamResult, sync, whatIsIn } from '../sync.ts';
import { allTables } from '../tables.ts';
import type { Work } from '../work.ts';

const RECORDS: readonly Stream[] = [
  locations,
  items,
  purchase_orders,
  receipts,
  purchase_returns,
  transfers,
  adjustment_sets,
  inventory_transactions,
];
const STOCK: readonly Stream[] = [inventory_daily, inventory_cost_daily];
const COSTS: readonly Stream[] = [
  sales_margin_daily,
  source_sales_margin_daily,
  inventory_cost_daily,
];

/** The sales streams a month needs: those of the file, and those that stock must agree with. */
export function salesStreams({ sales }: ManagementOneConfiguration): readonly Stream[] {
  const handedOver = [sales_daily, sales_margin_daily];
  return sales === 'location_sales'
    ? handedOver
    : [source_sales_daily, source_sales_margin_daily, ...handedOver];
}

/** The ends of days whose stock a month needs: the day before it, and its last. */
export function stockDays({ start, end }: Month): readonly [string, string] {
  return [addDays(start, -1), end];
}

/** One part of what the month is made of: a stream, and its day or month end where it has those. */
export interface Part {
  readonly stream: string;
  readonly slice: string;
}

/** Every part that must have been pulled whole. */
export function partsOf(settings: ManagementOneConfiguration, month: Month): readonly Part[] {
  const each = (streams: readonly Stream[], slices: readonly string[]) =>
    streams.flatMap(({ name }) => slices.map(slice => ({ stream: name, slice })));
  return [
    ...each(RECORDS, ['']),
    ...each(salesStreams(settings), daysOf(month)),
    ...each(STOCK, stockDays(month)),
  ];
}

/** Every table that a month is made of: those that are read day by day, and those that hold records of any day. */
export function tablesOf(settings: ManagementOneConfiguration) {
  const names = (streams: readonly Stream[]) => allTables(streams).map(({ name }) => name);
  return { byDay: names([...salesStreams(settings), ...STOCK]), records: names(RECORDS) };
}

/**
 * Pulls what the month needs, fresh: items, locations and documents that changed, each of its days, and the stock at
 * both ends.
 *
 * @throws HeldError `COST_PERMISSION` when only the costs are refused
 * @throws IncompleteError when anything else is missing: a file made of less would be wrong and not look it
 */
export async function refresh(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  signal: AbortSignal,
): Promise<void> {
  const pull = async (streams: readonly Stream[], days?: readonly string[]) => {
    const inOrder = catalogue.filter(stream => streams.includes(stream));
    const results = await untilAborted(
      sync(work, inOrder, days === undefined ? {} : { days }),
      signal,
      `Pulling ${month.label}`,
    );
    for (const result of results) checkWhole(result, month);
  };
  work.report({ kind: 'stage', title: `Pulling what ${month.label} is made of` });
  await pull(RECORDS);
  await pull(salesStreams(settings), daysOf(month));
  await pull(STOCK, stockDays(month));
}

function checkWhole(result: StreamResult, month: Month): void {
  const { stream, failure } = result;
  if (failure === undefined) return;
  if (COSTS.some(({ name }) => name === stream) && mayBeRefused(failure)) {
    throw new HeldError(
      'COST_PERMISSION',
      {
        problem: `The Management One file of ${month.label} is held, and nothing was sent: Heartland does not give the costs in ${stream}, as when the token’s user lacks the permission ${permissionInWords('item.view_cost')}`,
        next: `${GIVE} If it is there already, run the command again later.`,
      },
      failure,
    );
  }
  throw new IncompleteError(
    'MONTH_INCOMPLETE',
    {
      problem: `No file of ${month.label} was made or sent, because ${stream} could not be brought up to date`,
      next: `${failure.message} ${whatIsIn(result)}`,
    },
    failure,
  );
}

/** A missing permission for costs is answered 401 or 403, and on live accounts with 500 as well. */
function mayBeRefused(failure: SourceError): boolean {
  const code = failure.code;
  if (code === 'HEARTLAND_TOKEN_REFUSED' || code === 'HEARTLAND_FORBIDDEN') return true;
  return code === 'HEARTLAND_FAILED' && /\(500\b/.test(failure.message);
}
