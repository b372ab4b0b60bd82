import { statement } from '../../sinks/postgres/statement.ts';
import { SourceError } from '../../transforms/errors.ts';
import type { Problem } from '../../transforms/findings.ts';
import { feedOf } from '../exports/locally/settings.ts';
import type { Work } from '../run/work.ts';
import {
  HeartlandSalesOrders,
  type NewLine,
  type SalesOrder,
  type SalesOrderHead,
  type SalesOrderLine,
} from './heartland-sales-orders.ts';
import { oldestOpen } from './open-orders.ts';
import { deleteRecord, findLost, forEachOrder, headOf, type Placed } from './sales-order-record.ts';

/** What we created in Heartland, as recorded at that time. */
interface Created extends SalesOrderHead {
  readonly lines: readonly NewLine[];
}

/** An order that ended, and that has or may have a sales order in Heartland. */
interface EndedOrder extends Placed {
  /** When its creation was first requested. */
  readonly requested_at: Date;
  readonly sales_order_id: string | null;
  readonly made: Created | null;
  /** Whether all its lines were added; if not, some may be missing. */
  readonly is_complete: boolean;
}

/**
 * Cancels the sales orders of Locally orders that ended, where `sales_order.cancel` is on.
 *
 * Each is read first, and canceled only if it is still as we created it; otherwise the report
 * asks a person to look at it. The request is never repeated blindly: the sales order is read
 * afterwards, and where that fails the next run begins by reading it.
 *
 * @returns problems, as sentences
 */
export async function cancelSalesOrders(
  work: Work,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { orders } = feedOf(work.configuration);
  if (!orders?.sales_order?.cancel) return [];
  const salesOrders = new HeartlandSalesOrders(work, signal);
  const ended = await work.warehouse.query<EndedOrder>(statement('orders/sales-orders-ended'), [
    oldestOpen(orders, work.now()),
  ]);
  return forEachOrder(work, ended, async order => {
    const known = order.sales_order_id === null ? await found(work, salesOrders, order) : order;
    if (known?.sales_order_id == null) return;
    await cancelIfUnchanged(salesOrders, known, known.sales_order_id);
    await work.warehouse.query(
      'update locally_sales_orders set canceled_at = $2, problem = null where order_id = $1',
      [order.order_id, work.now()],
    );
  });
}

/** @throws SourceError when somebody changed it, or when it is not canceled afterwards */
async function cancelIfUnchanged(
  salesOrders: HeartlandSalesOrders,
  order: EndedOrder,
  id: string,
): Promise<void> {
  const current = await salesOrders.read(id);
  if (current.status === 'canceled') return;
  const why = await whyNotCanceled(salesOrders, order, id, current);
  if (why !== undefined) throw changed(order, id, why);
  await salesOrders.cancel(id);
  const { status } = await salesOrders.read(id);
  if (status !== 'canceled') throw notCanceled(id, status);
}

/**
 * The order with the sales order whose answer was lost. Where Heartland has none, nothing was
 * created and there is nothing to cancel: undefined.
 */
async function found(
  work: Work,
  salesOrders: HeartlandSalesOrders,
  order: EndedOrder,
): Promise<EndedOrder | undefined> {
  const head = await headOf(work, order);
  const id = await findLost(work, salesOrders, order, order.requested_at, head);
  if (id === undefined) {
    await deleteRecord(work, order);
    return undefined;
  }
  const made: Created = { ...head, lines: [] };
  await work.warehouse.query(
    'update locally_sales_orders set sales_order_id = $2, made = $3 where order_id = $1',
    [order.order_id, id, JSON.stringify(made)],
  );
  return { ...order, sales_order_id: id, made };
}

/** Why a sales order must not be canceled; undefined where it is as we created it. */
async function whyNotCanceled(
  salesOrders: HeartlandSalesOrders,
  { made, is_complete }: EndedOrder,
  id: string,
  current: SalesOrder,
): Promise<string | undefined> {
  if (current.status !== 'pending') return `it is ${current.status}`;
  const lines = await salesOrders.linesOf(id);
  if (lines.some(line => (line.qty_invoiced ?? 0) !== 0)) return 'part of it was invoiced';
  const payments = await salesOrders.paymentsOf(id);
  if (payments === undefined) return 'Heartland does not say whether it has a payment';
  if (payments !== 0) return 'it has a payment';
  if (made === null) return 'the warehouse has no record of how it was created';
  return hasSameHead(made, current) && hasSameLines(made, lines, is_complete)
    ? undefined
    : 'somebody changed it';
}

function hasSameHead(made: Created, current: SalesOrder): boolean {
  return (
    current.customer_id === made.customer_id &&
    current.station_id === made.station_id &&
    current.source_location_id === made.source_location_id &&
    (current.shipping_method_id ?? undefined) === undefined &&
    (current.shipping_charge ?? 0) === 0 &&
    (current.gift_cards ?? []).length === 0
  );
}

/** Lines may be missing where not all were added; none may differ or be additional. */
function hasSameLines(
  made: Created,
  lines: readonly SalesOrderLine[],
  isComplete: boolean,
): boolean {
  const wanted = new Map(made.lines.map(line => [line.item_id, line.qty]));
  const items = new Set(lines.map(line => line.item_id));
  return (
    items.size === lines.length &&
    lines.every(line => wanted.get(line.item_id ?? -1) === line.qty) &&
    (!isComplete || lines.length === wanted.size)
  );
}

function changed({ order_id }: EndedOrder, id: string, why: string): SourceError {
  return new SourceError('SALES_ORDER_CHANGED', {
    problem: `Locally order ${order_id} ended, but sales order ${id} was not canceled: ${why}`,
    next: `Look at sales order ${id} in Heartland, and cancel it there if nobody needs it.`,
  });
}

function notCanceled(id: string, status: string): SourceError {
  return new SourceError('SALES_ORDER_NOT_CANCELED', {
    problem: `Heartland accepted the request to cancel sales order ${id}, but did not cancel it`,
    found: status,
    next: 'Cancel it in Heartland.',
  });
}

/** Sales orders that a person must cancel in Heartland, because the Locally order ended. */
export async function salesOrdersToCancel({
  warehouse,
  configuration,
  now,
}: Work): Promise<readonly Problem[]> {
  const { orders } = feedOf(configuration);
  if (orders?.sales_order === undefined) return [];
  const [table] = await warehouse.query<{ exists: boolean }>(
    `select to_regclass('sales_orders') is not null as exists`,
  );
  if (!table!.exists) return [];
  const rows = await warehouse.query<{
    order_id: string;
    sales_order_id: string;
    problem: string | null;
  }>(statement('orders/sales-orders-to-cancel'), [oldestOpen(orders, now())]);
  return rows.map(({ order_id, sales_order_id, problem }) => ({
    kind: 'sales_order_to_cancel',
    treatment: 'noted',
    itemNumber: undefined,
    description: `Locally order ${order_id} ended, but its sales order is still open`,
    locationNumber: undefined,
    found: sales_order_id,
    atStake: {},
    fix: problem ?? `Cancel sales order ${sales_order_id} in Heartland.`,
  }));
}
