import { defer, lastValueFrom } from 'rxjs';
import { statement } from '../../sinks/postgres/statement.ts';
import { transaction } from '../../sinks/postgres/warehouse.ts';
import { SourceError } from '../../transforms/errors.ts';
import { readUpc } from '../../transforms/upc.ts';
import { feedOf, upcKey } from '../exports/locally/settings.ts';
import { upcFieldOf, upcOptions } from '../exports/locally/upc-field.ts';
import type { Work } from '../run/work.ts';
import {
  HeartlandSalesOrders,
  type NewLine,
  type SalesOrderHead,
} from './heartland-sales-orders.ts';
import { oldestOpen } from './open-orders.ts';
import { deleteRecord, findLost, forEachOrder, headOf, type Placed } from './sales-order-record.ts';

/** An order that a store confirmed and that has no complete sales order yet. */
interface DueOrder extends Placed {
  /** When its creation was first requested; null where it never was. */
  readonly requested_at: Date | null;
  readonly sales_order_id: string | null;
  readonly lines: readonly { readonly upc: string; readonly qty: string }[];
}

/**
 * Creates a sales order in Heartland for each order that a store has confirmed.
 *
 * One per order, however often its messages arrive and whenever a run was stopped. It stays
 * pending in Heartland, for the store to take payment. The warehouse records the request before
 * Heartland gets it. If the answer was lost, the next run looks for the sales order first, and
 * creates one only when there is none; if several match, a person decides.
 *
 * @returns problems, as sentences
 */
export async function createSalesOrders(
  work: Work,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { orders } = feedOf(work.configuration);
  if (orders?.sales_order === undefined) return [];
  const salesOrders = new HeartlandSalesOrders(work, signal);
  const due = await work.warehouse.query<DueOrder>(statement('orders/due-sales-orders'), [
    oldestOpen(orders, work.now()),
  ]);
  return forEachOrder(work, due, async order => {
    const id = order.sales_order_id ?? (await findOrCreate(work, salesOrders, order));
    await addMissingLines(work, salesOrders, order, id);
    await work.warehouse.query(
      'update locally_sales_orders set completed_at = now(), problem = null where order_id = $1',
      [order.order_id],
    );
  });
}

async function findOrCreate(
  work: Work,
  salesOrders: HeartlandSalesOrders,
  order: DueOrder,
): Promise<string> {
  const head = await headOf(work, order);
  const { order_id, requested_at: requestedAt } = order;
  if (requestedAt === null) {
    await work.warehouse.query(
      `insert into locally_sales_orders (order_id, requested_at) values ($1, $2)
       on conflict do nothing`,
      [order_id, work.now()],
    );
  }
  const lost =
    requestedAt === null ? undefined : await findLost(work, salesOrders, order, requestedAt, head);
  const id = lost ?? (await create(work, salesOrders, order, head));
  await work.warehouse.query(
    'update locally_sales_orders set sales_order_id = $2 where order_id = $1',
    [order_id, id],
  );
  return id;
}

async function create(
  work: Work,
  salesOrders: HeartlandSalesOrders,
  order: DueOrder,
  head: SalesOrderHead,
): Promise<string> {
  try {
    return await salesOrders.create(head);
  } catch (error) {
    const wasNotCreated = error instanceof SourceError && error.code !== 'HEARTLAND_FAILED';
    if (wasNotCreated) await deleteRecord(work, order);
    throw error;
  }
}

async function addMissingLines(
  work: Work,
  salesOrders: HeartlandSalesOrders,
  order: DueOrder,
  salesOrderId: string,
): Promise<void> {
  const existing = new Set((await salesOrders.linesOf(salesOrderId)).map(line => line.item_id));
  const head = await headOf(work, order);
  const lines: NewLine[] = [];
  for (const { upc, qty } of order.lines) {
    const itemId = Number(await itemOf(work, upc, head.source_location_id));
    const line = { item_id: itemId, qty: Number(qty) };
    lines.push(line);
    // Recorded before it is added, so that canceling can tell our lines from those of others.
    await work.warehouse.query('update locally_sales_orders set made = $2 where order_id = $1', [
      order.order_id,
      JSON.stringify({ ...head, lines }),
    ]);
    if (!existing.has(itemId)) await salesOrders.addLine(salesOrderId, line);
  }
}

/** @throws SourceError when no item has the UPC */
async function itemOf(work: Work, upc: string, locationId: number): Promise<string> {
  const { configuration, warehouse } = work;
  const candidates = await warehouse.query<{ item_id: string; upc: string }>(
    statement('orders/items-with-upc'),
    [upcKey(configuration), upc.replace(/^0+/, ''), locationId],
  );
  const field = await lastValueFrom(
    transaction(warehouse, client => defer(() => upcFieldOf(client, configuration))),
  );
  const options = upcOptions(configuration, field);
  const item = candidates.find(candidate => {
    const reading = readUpc(candidate.upc, options);
    return reading.ok && reading.upc === upc;
  });
  if (item !== undefined) return item.item_id;
  throw new SourceError('SALES_ORDER_NO_ITEM', {
    problem: 'No item in Heartland has the UPC of a Locally order',
    found: upc,
    next: 'Ring the order up by hand, and enter the UPC in Heartland.',
  });
}
