import { defer, lastValueFrom, type Observable } from 'rxjs';
import { faultOfRecord } from '../../sinks/postgres/record-fault.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import { transaction } from '../../sinks/postgres/warehouse.ts';
import { SourceError } from '../../transforms/errors.ts';
import type { Problem } from '../../transforms/findings.ts';
import { readUpc } from '../../transforms/upc.ts';
import { feedOf, upcKey } from '../exports/locally/settings.ts';
import { upcFieldOf, upcOptions } from '../exports/locally/upc-field.ts';
import { untilAborted } from '../run/stopping.ts';
import type { Work } from '../run/work.ts';
import { oldestOpen } from './orders.ts';
import { findLost, type Head, headOf, linesOf, type Placed } from './sales-order-record.ts';

interface DueOrder extends Placed {
  readonly claimed_at: Date | null;
  readonly sales_order_id: string | null;
  readonly lines: readonly { readonly upc: string; readonly qty: string }[];
}

/**
 * Makes a sales order in Heartland for every order that a store has confirmed: once, however often its messages come
 * and whenever a run was stopped. It stays pending there, for the store to take payment.
 *
 * The claim is written before Heartland is asked. Where the answer was lost, the next run looks for the record and
 * takes it over; only when there is none it asks again; when it cannot tell, a person is asked.
 *
 * @returns problems, in words
 */
export async function createSalesOrders(
  work: Work,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { orders } = feedOf(work.configuration);
  if (orders?.sales_order === undefined) return [];
  const due = await work.warehouse.query<DueOrder>(statement('orders/due-sales-orders'), [
    oldestOpen(orders, work.now()),
  ]);
  const problems: string[] = [];
  for (const order of due) {
    try {
      const salesOrderId = order.sales_order_id ?? (await make(order));
      await addLines(order, salesOrderId);
      await work.warehouse.query(
        'update locally_sales_orders set completed_at = now(), problem = null where order_id = $1',
        [order.order_id],
      );
    } catch (error) {
      const why = error instanceof SourceError ? error.message : faultOfRecord(error);
      if (why === undefined) throw error;
      problems.push(`Order ${order.order_id}: ${why}`);
      await work.warehouse.query(
        'update locally_sales_orders set problem = $2 where order_id = $1',
        [order.order_id, why],
      );
    }
  }
  return problems;

  async function make(order: DueOrder): Promise<string> {
    const head = await headOf(work, order);
    const isNew = order.claimed_at === null;
    if (isNew) {
      await work.warehouse.query(
        'insert into locally_sales_orders (order_id, claimed_at) values ($1, $2) on conflict do nothing',
        [order.order_id, work.now()],
      );
    }
    const found = isNew ? undefined : await findLost(work, order, order.claimed_at!, head, signal);
    const id = found ?? (await ask(order, head));
    await work.warehouse.query(
      'update locally_sales_orders set sales_order_id = $2 where order_id = $1',
      [order.order_id, id],
    );
    return id;
  }

  async function ask(order: DueOrder, head: Head): Promise<string> {
    try {
      return await answerOf(work.heartland.create('sales/orders', head));
    } catch (error) {
      const isCertain = error instanceof SourceError && error.code !== 'HEARTLAND_FAILED';
      if (isCertain) {
        await work.warehouse.query('delete from locally_sales_orders where order_id = $1', [
          order.order_id,
        ]);
      }
      throw error;
    }
  }

  async function addLines(order: DueOrder, salesOrderId: string): Promise<void> {
    const there = new Set((await linesOf(work, salesOrderId, signal)).map(line => line.item_id));
    const head = await headOf(work, order);
    const lines: { readonly item_id: number; readonly qty: number }[] = [];
    for (const { upc, qty } of order.lines) {
      const itemId = Number(await itemOf(work, upc, head.source_location_id));
      const line = { item_id: itemId, qty: Number(qty) };
      lines.push(line);
      // Before Heartland is asked, so that what is there can be told from what somebody added.
      await work.warehouse.query('update locally_sales_orders set made = $2 where order_id = $1', [
        order.order_id,
        JSON.stringify({ ...head, lines }),
      ]);
      if (there.has(itemId)) continue;
      await answerOf(work.heartland.create(`sales/orders/${salesOrderId}/lines`, line));
    }
  }

  function answerOf<T>(asking: Observable<T>): Promise<T> {
    return untilAborted(asking, signal, 'Making sales orders');
  }
}

/** Sales orders that we made and that somebody must cancel in Heartland, because the Locally order ended. */
export async function salesOrdersToCancel({
  warehouse,
  configuration,
  now,
}: Work): Promise<readonly Problem[]> {
  const { orders } = feedOf(configuration);
  if (orders?.sales_order === undefined) return [];
  const [table] = await warehouse.query<{ there: boolean }>(
    `select to_regclass('sales_orders') is not null as there`,
  );
  if (!table!.there) return [];
  const rows = await warehouse.query<{
    order_id: string;
    sales_order_id: string;
    problem: string | null;
  }>(statement('orders/sales-orders-to-cancel'), [oldestOpen(orders, now())]);
  return rows.map(({ order_id, sales_order_id, problem }) => ({
    kind: 'sales_order_to_cancel',
    treatment: 'noted',
    itemNumber: undefined,
    description: `Locally order ${order_id} has ended, and its sales order is still there`,
    locationNumber: undefined,
    found: sales_order_id,
    atStake: {},
    fix: problem ?? `Cancel sales order ${sales_order_id} in Heartland.`,
  }));
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
