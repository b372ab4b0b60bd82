import { GIVE, permissionInWords } from '../../../sources/heartland/scopes.ts';
import { catalogue } from '../../../sources/heartland/streams/catalogue.ts';
import {
  adjustment_sets,
  purchase_orders,
  purchase_returns,
  receipts,
  transfers,
} from '../../../sources/heartland/streams/documents.ts';
import {
  inventory_cost_month_end,
  inventory_month_end,
  inventory_transactions,
} from '../../../sources/heartland/streams/inventory.ts';
import { items, locations } from '../../../sources/heartland/streams/master.ts';
import {
  sales_daily,
  sales_margin_daily,
  source_sales_daily,
  source_sales_margin_daily,
} from '../../../sources/heartland/streams/sales.ts';
import type { Stream } from '../../../sources/heartland/streams/stream.ts';
import { addDays, daysOf } from '../../../transforms/day.ts';
import { HeldError, IncompleteError, type SourceError } from '../../../transforms/errors.ts';
import { type Month, periodInWords } from '../../../transforms/month.ts';
import { untilAborted } from '../../run/stopping.ts';
import { allTables } from '../../run/tables.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { committedInWords, type StreamResult, sync } from '../../sync/sync.ts';

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
const STOCK: readonly Stream[] = [inventory_month_end, inventory_cost_month_end];
const COSTS: readonly Stream[] = [
  sales_margin_daily,
  source_sales_margin_daily,
  inventory_cost_month_end,
];

/** The sales streams a month needs: those of the file, and those that stock reconciles with. */
function salesStreams({ sales }: ManagementOneConfiguration): readonly Stream[] {
  const handedOver = [sales_daily, sales_margin_daily];
  return sales === 'location_sales'
    ? handedOver
    : [source_sales_daily, source_sales_margin_daily, ...handedOver];
}

/** The days whose closing stock a month needs: the day before it, and its last. */
export function stockDays({ start, end }: Month): readonly [string, string] {
  return [addDays(start, -1), end];
}

/** One part of what the month is made of: a stream, and its day or month end if it has those. */
export interface Part {
  readonly stream: string;
  readonly slice: string;
}

/** Lists every part that the month needs complete. */
export function partsOf(settings: ManagementOneConfiguration, month: Month): readonly Part[] {
  const each = (streams: readonly Stream[], slices: readonly string[]) =>
    streams.flatMap(({ name }) => slices.map(slice => ({ stream: name, slice })));
  return [
    ...each(RECORDS, ['']),
    ...each(salesStreams(settings), daysOf(month)),
    ...each(STOCK, stockDays(month)),
  ];
}

/** Lists the tables that a month is made of: those read day by day, and those with records. */
export function tablesOf(settings: ManagementOneConfiguration) {
  const names = (streams: readonly Stream[]) => allTables(streams).map(({ name }) => name);
  return { byDay: names([...salesStreams(settings), ...STOCK]), records: names(RECORDS) };
}

/**
 * Pulls what the month needs: changed records, each of its days, and the stock at both ends.
 *
 * @throws HeldError `COST_PERMISSION` when only the costs are refused
 * @throws IncompleteError when anything else is missing: the file would be wrong without showing it
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
      `Pulling ${periodInWords(month)}`,
    );
    for (const result of results) checkComplete(result, month);
  };
  work.report({ kind: 'stage', title: `Pulling the data of ${periodInWords(month)}` });
  await pull(RECORDS);
  await pull(salesStreams(settings), daysOf(month));
  await pull(STOCK, stockDays(month));
}

function checkComplete(result: StreamResult, month: Month): void {
  const { stream, failure } = result;
  if (failure === undefined) return;
  if (COSTS.some(({ name }) => name === stream) && mayBeRefused(failure)) {
    throw new HeldError(
      'COST_PERMISSION',
      {
        problem: `The Management One file of ${periodInWords(month)} is held and was not sent: Heartland refused the costs in ${stream}, probably because the token’s user lacks the permission ${permissionInWords('item.view_cost')}`,
        next: `${GIVE} If the user has it already, run the command again later.`,
      },
      failure,
    );
  }
  throw new IncompleteError(
    'MONTH_INCOMPLETE',
    {
      problem: `No file of ${periodInWords(month)} was made or sent, because ${stream} could not be updated`,
      next: `${failure.message} ${committedInWords(result)}`,
    },
    failure,
  );
}

/** Without the permission for costs Heartland answers 401 or 403, and on live accounts also 500. */
function mayBeRefused(failure: SourceError): boolean {
  const code = failure.code;
  if (code === 'HEARTLAND_TOKEN_REFUSED' || code === 'HEARTLAND_FORBIDDEN') return true;
  return code === 'HEARTLAND_FAILED' && /\(500\b/.test(failure.message);
}
