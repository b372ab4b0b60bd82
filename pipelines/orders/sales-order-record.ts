import { faultOfRecord } from '../../sinks/postgres/record-fault.ts';
import { SourceError } from '../../transforms/errors.ts';
import { feedOf } from '../exports/locally/settings.ts';
import type { Work } from '../run/work.ts';
import type { HeartlandSalesOrders, SalesOrderHead } from './heartland-sales-orders.ts';

/** A Locally order that a sales order is for. */
export interface Placed {
  readonly order_id: string;
  readonly locally_id: string | null;
}

/** Clocks of two machines differ: a record created at that moment may seem a little older. */
const CLOCK_DIFFERENCE_MS = 5 * 60_000;

/**
 * Runs `step` for each order. The problem of one that fails is recorded, and the others go on.
 *
 * @returns problems, as sentences
 */
export async function forEachOrder<Order extends Placed>(
  { warehouse }: Work,
  orders: readonly Order[],
  step: (order: Order) => Promise<void>,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const order of orders) {
    try {
      await step(order);
    } catch (error) {
      const why = error instanceof SourceError ? error.message : faultOfRecord(error);
      if (why === undefined) throw error;
      problems.push(`Order ${order.order_id}: ${why}`);
      await warehouse.query('update locally_sales_orders set problem = $2 where order_id = $1', [
        order.order_id,
        why,
      ]);
    }
  }
  return problems;
}

/** Deletes the record of a sales order that was certainly not created. */
export async function deleteRecord({ warehouse }: Work, { order_id }: Placed): Promise<void> {
  await warehouse.query('delete from locally_sales_orders where order_id = $1', [order_id]);
}

/**
 * Finds the sales order that an earlier run may have created without getting the answer: with
 * the same head, created since then, known to no other order, and still without lines.
 *
 * @returns its id; undefined where there is none
 * @throws SourceError where several match
 */
export async function findLost(
  { warehouse }: Work,
  salesOrders: HeartlandSalesOrders,
  { order_id }: Placed,
  requestedAt: Date,
  head: SalesOrderHead,
): Promise<string | undefined> {
  const since = new Date(requestedAt.getTime() - CLOCK_DIFFERENCE_MS);
  const candidates = await salesOrders.withHead(head, since);
  const known = await warehouse.query<{ id: string }>(
    'select sales_order_id::text as id from locally_sales_orders where sales_order_id is not null',
  );
  const taken = new Set(known.map(each => each.id));
  const empty: string[] = [];
  for (const id of candidates) {
    if (!taken.has(id) && (await salesOrders.linesOf(id)).length === 0) empty.push(id);
  }
  if (empty.length <= 1) return empty[0];
  throw new SourceError('SALES_ORDER_UNCLEAR', {
    problem: `Heartland has several sales orders that may be the one of Locally order ${order_id}`,
    found: empty.join(', '),
    next: 'Look at them in Heartland and cancel those that nobody needs. No other was created.',
  });
}

/**
 * The head of an order's sales order: the configured customer, and the store's station and first
 * location.
 *
 * @throws SourceError when the store is unknown, or has no station in the configuration
 */
export async function headOf(
  { configuration, warehouse }: Work,
  { order_id, locally_id }: Placed,
): Promise<SalesOrderHead> {
  const settings = feedOf(configuration).orders!.sales_order!;
  const number = Object.entries(configuration.locations).find(
    ([, location]) => locally_id !== null && location.locally_id === locally_id,
  )?.[0];
  const station = locally_id === null ? undefined : settings.stations[locally_id];
  const [location] = await warehouse.query<{ id: string }>(
    'select id from locations where public_id = $1 and _deleted_at is null',
    [number ?? null],
  );
  if (location !== undefined && station !== undefined) {
    return {
      customer_id: settings.customer_id,
      station_id: station,
      source_location_id: Number(location.id),
    };
  }
  throw new SourceError('SALES_ORDER_NO_STORE', {
    problem: `Locally order ${order_id} got no sales order: its store or station is unknown`,
    found: locally_id ?? undefined,
    expected: 'a store under locally.orders.sales_order.stations',
    next: 'Add it to the configuration, or ring the order up by hand.',
  });
}
