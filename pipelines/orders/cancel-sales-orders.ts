import type { Observable } from 'rxjs';
import { z } from 'zod';
import { faultOfRecord } from '../../sinks/postgres/record-fault.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import { SourceError } from '../../transforms/errors.ts';
import { feedOf } from '../exports/locally/settings.ts';
import { untilAborted } from '../run/stopping.ts';
import type { Work } from '../run/work.ts';
import { oldestOpen } from './orders.ts';
import {
  findLost,
  headOf,
  linesOf,
  type Placed,
  type SalesOrderLine,
  understood,
} from './sales-order-record.ts';

/** What Heartland was asked to make, as it was written down then. */
interface Made {
  readonly customer_id: number;
  readonly station_id: number;
  readonly source_location_id: number;
  readonly lines: readonly { readonly item_id: number; readonly qty: number }[];
}

interface EndedOrder extends Placed {
  readonly claimed_at: Date;
  readonly sales_order_id: string | null;
  readonly made: Made | null;
  /** Whether all its lines were added; else some of them may be missing. */
  readonly is_complete: boolean;
}

const record = z.object({
  status: z.string(),
  customer_id: z.number(),
  station_id: z.number(),
  source_location_id: z.number(),
  shipping_method_id: z.unknown().optional(),
  shipping_charge: z.coerce.number().nullish(),
  gift_cards: z.array(z.unknown()).nullish(),
});
type SalesOrder = z.infer<typeof record>;

const payments = z.object({ total: z.number() });

/**
 * Cancels the sales orders in Heartland that were made for Locally orders which have ended, where the configuration says
 * so: each once, and only one that is still as it was made, which is read first. Of any other a person is told.
 *
 * Heartland API, "Update a sales order": `PUT sales/orders/{id}` with `{"status": "canceled"}`. The request is never
 * repeated blindly: the record is read afterwards, and where that fails too the next run begins by reading it.
 *
 * @returns problems, in words
 */
export async function cancelSalesOrders(
  work: Work,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { warehouse, heartland } = work;
  const { orders } = feedOf(work.configuration);
  if (!orders?.sales_order?.cancel) return [];
  const ended = await warehouse.query<EndedOrder>(statement('orders/sales-orders-ended'), [
    oldestOpen(orders, work.now()),
  ]);
  const problems: string[] = [];
  for (const order of ended) {
    try {
      await cancel(order);
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

  async function cancel(ended: EndedOrder): Promise<void> {
    const order = ended.sales_order_id === null ? await takeOver(ended) : ended;
    const id = order?.sales_order_id;
    if (order === undefined || id == null) return;
    const before = await read(id);
    if (before.status !== 'canceled') {
      const why = await whyNot(order, id, before);
      if (why !== undefined) throw notOurs(order, id, why);
      await answerOf(heartland.update(`sales/orders/${id}`, { status: 'canceled' }));
      const { status } = await read(id);
      if (status !== 'canceled') throw notCanceled(id, status);
    }
    await warehouse.query(
      'update locally_sales_orders set canceled_at = $2, problem = null where order_id = $1',
      [order.order_id, work.now()],
    );
  }

  /** The record whose answer was lost. Where there is none, nothing was made, and nothing is to be done. */
  async function takeOver(order: EndedOrder): Promise<EndedOrder | undefined> {
    const head = await headOf(work, order);
    const id = await findLost(work, order, order.claimed_at, head, signal);
    if (id === undefined) {
      await warehouse.query('delete from locally_sales_orders where order_id = $1', [
        order.order_id,
      ]);
      return undefined;
    }
    const made: Made = { ...head, lines: [] };
    await warehouse.query(
      'update locally_sales_orders set sales_order_id = $2, made = $3 where order_id = $1',
      [order.order_id, id, JSON.stringify(made)],
    );
    return { ...order, sales_order_id: id, made };
  }

  async function whyNot(
    { made, is_complete }: EndedOrder,
    id: string,
    there: SalesOrder,
  ): Promise<string | undefined> {
    if (there.status !== 'pending') return `it is ${there.status}`;
    const lines = await linesOf(work, id, signal);
    if (lines.some(line => (line.qty_invoiced ?? 0) !== 0)) return 'something of it was invoiced';
    const paid = await paymentsOf(id);
    if (paid === undefined) return 'Heartland does not tell whether it has a payment';
    if (paid !== 0) return 'it has a payment';
    if (made === null) return 'it is not known how it was made';
    return isAsMade(made, there) && areAsMade(made, lines, is_complete)
      ? undefined
      : 'somebody changed it';
  }

  /** How many there are; undefined where Heartland refuses to say, since it documents that path for adding one alone. */
  async function paymentsOf(id: string): Promise<number | undefined> {
    const path = `sales/orders/${id}/payments`;
    try {
      return understood(payments, await answerOf(heartland.get(path)), path).total;
    } catch (error) {
      const isRefused = error instanceof SourceError && error.code !== 'HEARTLAND_FAILED';
      if (isRefused) return undefined;
      throw error;
    }
  }

  async function read(id: string): Promise<SalesOrder> {
    const path = `sales/orders/${id}`;
    return understood(record, await answerOf(heartland.get(path)), path);
  }

  function answerOf<T>(asking: Observable<T>): Promise<T> {
    return untilAborted(asking, signal, 'Cancelling sales orders');
  }
}

function isAsMade(made: Made, there: SalesOrder): boolean {
  return (
    there.customer_id === made.customer_id &&
    there.station_id === made.station_id &&
    there.source_location_id === made.source_location_id &&
    (there.shipping_method_id ?? undefined) === undefined &&
    (there.shipping_charge ?? 0) === 0 &&
    (there.gift_cards ?? []).length === 0
  );
}

/** Of one that was not finished, lines may be missing; none may be another. */
function areAsMade(made: Made, lines: readonly SalesOrderLine[], isComplete: boolean): boolean {
  const wanted = new Map(made.lines.map(line => [line.item_id, line.qty]));
  const items = new Set(lines.map(line => line.item_id));
  return (
    items.size === lines.length &&
    lines.every(line => wanted.get(line.item_id ?? -1) === line.qty) &&
    (!isComplete || lines.length === wanted.size)
  );
}

function notOurs({ order_id }: EndedOrder, id: string, why: string): SourceError {
  return new SourceError('SALES_ORDER_CHANGED', {
    problem: `Locally order ${order_id} has ended, and sales order ${id} was not cancelled, because ${why}`,
    next: `Look at sales order ${id} in Heartland, and cancel it there if nobody needs it.`,
  });
}

function notCanceled(id: string, status: string): SourceError {
  return new SourceError('SALES_ORDER_NOT_CANCELED', {
    problem: `Heartland took the request to cancel sales order ${id}, and it is not canceled`,
    found: status,
    next: 'Cancel it in Heartland.',
  });
}
