import type { Observable } from 'rxjs';
import { z } from 'zod';
import { statement } from '../../sinks/postgres/statement.ts';
import { SourceError } from '../../transforms/errors.ts';
import { encodeJson } from '../../transforms/filter/encode.ts';
import type { Problem } from '../../transforms/findings.ts';
import { readUpc } from '../../transforms/upc.ts';
import { untilAborted } from '../stopping.ts';
import type { Work } from '../work.ts';
import { oldestOpen } from './orders.ts';
import { feedOf, upcKey, upcOptionsOf } from './settings.ts';

interface DueOrder {
  readonly order_id: string;
  readonly locally_id: string | null;
  readonly claimed_at: Date | null;
  readonly sales_order_id: string | null;
  readonly lines: readonly { readonly upc: string; readonly qty: string }[];
}

/** What a sales order needs beside its lines (Heartland API, "Create a sales order"). */
interface Head {
  readonly customer_id: number;
  readonly station_id: number;
  readonly source_location_id: number;
}

/** Clocks of two machines differ; a record made at the moment of the claim may seem a little older. */
const CLOCKS_MS = 5 * 60_000;

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
      if (!(error instanceof SourceError)) throw error;
      problems.push(`Order ${order.order_id}: ${error.message}`);
      await work.warehouse.query(
        'update locally_sales_orders set problem = $2 where order_id = $1',
        [order.order_id, error.message],
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
    const found = isNew ? undefined : await findLost(order, head);
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

  /** The record that an earlier run may have made without hearing of it: ours in every way, and still empty. */
  async function findLost(order: DueOrder, head: Head): Promise<string | undefined> {
    const since = new Date(order.claimed_at!.getTime() - CLOCKS_MS).toISOString();
    const filter = { ...head, created_at: { $gte: since } };
    const query = [encodeJson(filter), ['per_page', '100'], ['sort[]', 'id']] as const;
    const { results } = records.parse(await answerOf(work.heartland.get('sales/orders', query)));
    const known = await work.warehouse.query<{ id: string }>(
      'select sales_order_id::text as id from locally_sales_orders where sales_order_id is not null',
    );
    const taken = new Set(known.map(each => each.id));
    const empty: string[] = [];
    for (const { id } of results) {
      if (taken.has(String(id))) continue;
      if ((await linesIn(String(id))).size === 0) empty.push(String(id));
    }
    if (empty.length <= 1) return empty[0];
    throw new SourceError('SALES_ORDER_UNCLEAR', {
      problem: `Heartland holds several sales orders that may be the one of Locally order ${order.order_id}`,
      found: empty.join(', '),
      next: 'Look at them in Heartland and cancel those that nobody needs; none was made anew.',
    });
  }

  async function addLines(order: DueOrder, salesOrderId: string): Promise<void> {
    const there = await linesIn(salesOrderId);
    const { source_location_id: location } = await headOf(work, order);
    for (const { upc, qty } of order.lines) {
      const itemId = await itemOf(work, upc, location);
      if (there.has(itemId)) continue;
      const line = { item_id: Number(itemId), qty: Number(qty) };
      await answerOf(work.heartland.create(`sales/orders/${salesOrderId}/lines`, line));
    }
  }

  /** Items that the sales order has. */
  async function linesIn(salesOrderId: string): Promise<ReadonlySet<string>> {
    const path = `sales/orders/${salesOrderId}/lines`;
    const { results } = records.parse(
      await answerOf(work.heartland.get(path, [['per_page', '100']])),
    );
    return new Set(results.map(line => String(line.item_id)));
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
  const rows = await warehouse.query<{ order_id: string; sales_order_id: string }>(
    statement('orders/sales-orders-to-cancel'),
    [oldestOpen(orders, now())],
  );
  return rows.map(({ order_id, sales_order_id }) => ({
    kind: 'sales_order_to_cancel',
    treatment: 'noted',
    itemNumber: undefined,
    description: `Locally order ${order_id} has ended, and its sales order is still there`,
    locationNumber: undefined,
    found: sales_order_id,
    atStake: {},
    fix: `Cancel sales order ${sales_order_id} in Heartland.`,
  }));
}

const records = z.object({
  results: z.array(z.object({ id: z.number(), item_id: z.number().nullish() })),
});

/** @throws SourceError when the order's store is not known, or has no till in the configuration */
async function headOf(work: Work, { order_id, locally_id }: DueOrder): Promise<Head> {
  const { configuration, warehouse } = work;
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
    problem: `No sales order was made for Locally order ${order_id}, because its store or the store's station is not known`,
    found: locally_id ?? undefined,
    expected: 'a store under locally.orders.sales_order.stations',
    next: 'Add it to the configuration, or ring the order up by hand.',
  });
}

/** @throws SourceError when no item has the UPC */
async function itemOf(work: Work, upc: string, locationId: number): Promise<string> {
  const { configuration, warehouse } = work;
  const candidates = await warehouse.query<{ item_id: string; upc: string }>(
    statement('orders/items-with-upc'),
    [upcKey(configuration), upc.replace(/^0+/, ''), locationId],
  );
  const options = upcOptionsOf(feedOf(configuration));
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
