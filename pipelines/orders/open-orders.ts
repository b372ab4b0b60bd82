import { DateTime } from 'luxon';
import { statement } from '../../sinks/postgres/statement.ts';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import { localTime } from '../../transforms/day.ts';
import type { Problem } from '../../transforms/findings.ts';
import type { OrderPhase } from '../../transforms/locally/order-phase.ts';
import type { OrdersConfiguration } from '../settings/locally-orders.ts';
import type { Configuration } from '../settings/schema.ts';

/** A product of an order that has not ended. */
export interface OpenOrder {
  readonly orderId: string;
  readonly locallyId: string | undefined;
  readonly placedAt: Date;
  readonly respondBy: Date;
  readonly upc: string;
  readonly qty: string;
  readonly status: string;
  readonly phase: OrderPhase;
  /** Whether the store must still answer: `soon` from `warn_hours` before the deadline. */
  readonly answer: 'given' | 'due' | 'soon' | 'overdue';
}

/** The open orders, by deadline. */
export async function openOrders(
  warehouse: Warehouse,
  orders: OrdersConfiguration,
  now: Date,
): Promise<readonly OpenOrder[]> {
  const rows = await warehouse.query<{
    order_id: string;
    locally_id: string | null;
    placed_at: Date;
    respond_by: Date;
    upc: string;
    qty: string;
    status: string;
    phase: OrderPhase;
  }>(statement('orders/open-orders'), [oldestOpen(orders, now)]);
  return rows.map(row => ({
    orderId: row.order_id,
    locallyId: row.locally_id ?? undefined,
    placedAt: row.placed_at,
    respondBy: row.respond_by,
    upc: row.upc,
    qty: row.qty,
    status: row.status,
    phase: row.phase,
    answer: row.phase === 'ordered' ? answerDue(row.respond_by, orders, now) : 'given',
  }));
}

function answerDue(
  respondBy: Date,
  { warn_hours: hours }: OrdersConfiguration,
  now: Date,
): 'due' | 'soon' | 'overdue' {
  const leftMs = respondBy.getTime() - now.getTime();
  if (leftMs < 0) return 'overdue';
  return leftMs <= hours * 3_600_000 ? 'soon' : 'due';
}

/** Orders placed before this moment no longer hold units back. */
export function oldestOpen({ forget_after_days: days }: OrdersConfiguration, now: Date): Date {
  return DateTime.fromJSDate(now, { zone: 'utc' }).minus({ days }).toJSDate();
}

/** The orders that a store must answer soon or should have answered, as problems. */
export function unansweredProblems(
  orders: readonly OpenOrder[],
  timezone: string,
): readonly Problem[] {
  return orders
    .filter(({ answer }) => answer === 'soon' || answer === 'overdue')
    .map(order => {
      const by = localTime(order.respondBy, timezone);
      const store = order.locallyId ?? '(unknown)';
      return {
        kind: 'order_unanswered',
        treatment: 'noted',
        itemNumber: undefined,
        description: `Order ${order.orderId} of store ${store}, UPC ${order.upc}`,
        locationNumber: undefined,
        found: order.status,
        atStake: { units: order.qty },
        fix:
          order.answer === 'overdue'
            ? `Answer it at Locally now. The deadline was ${by}.`
            : `Answer it at Locally before ${by}.`,
      };
    });
}

interface MessageRow {
  readonly event_id: string;
  readonly order_id: string | null;
  readonly received_at: Date;
  readonly problem: string;
  readonly attempts: number;
  readonly state: 'waiting' | 'given_up' | 'unusable';
  readonly total: number;
}

/** Messages listed one by one; the rest are counted. */
const LISTED = 100;

/**
 * The messages from Locally that are not fully known: unusable ones, and those whose cart could
 * not be fetched. The feed may hold back too few units for them, or none.
 */
export async function messageProblems(
  warehouse: Warehouse,
  { timezone }: Configuration,
  orders: OrdersConfiguration,
  now: Date,
): Promise<readonly Problem[]> {
  const rows = await warehouse.query<MessageRow>(statement('orders/messages-to-look-at'), [
    oldestOpen(orders, now),
    LISTED,
  ]);
  const more = (rows[0]?.total ?? 0) - rows.length;
  const problems = rows.map(row => problemOf(row, timezone));
  if (more <= 0) return problems;
  const rest = `${more.toLocaleString('en-US')} earlier messages from Locally with such a problem`;
  const fix = 'Look at the orders of these days at Locally, and answer them there.';
  return [...problems, problem('order_message_unusable', rest, undefined, fix)];
}

function problemOf(row: MessageRow, timezone: string): Problem {
  const { event_id, order_id, received_at, state } = row;
  const order = order_id === null ? 'an unknown order' : `order ${order_id}`;
  const received = localTime(received_at, timezone);
  if (state === 'unusable') {
    const look = order_id === null ? 'the orders of that time' : order;
    return problem(
      'order_message_unusable',
      `Message ${event_id} from Locally (${received}) about ${order} could not be used, ` +
        'so no units are held back for it',
      row.problem,
      `Look at ${look} at Locally, and answer it there.`,
    );
  }
  const times = row.attempts === 1 ? 'once' : `${row.attempts.toLocaleString('en-US')} times`;
  const counts = 'so only its messages count, one unit of each UPC they name';
  const requested = `(requested ${times} since ${received})`;
  return state === 'waiting'
    ? problem(
        'order_cart_waiting',
        `The cart of ${order} is not known yet, ${counts} ${requested}`,
        row.problem,
        `Nothing: it is requested again. If it stays so, look at ${order} at Locally.`,
      )
    : problem(
        'order_cart_given_up',
        `The cart of ${order} could not be fetched within 3 days, ${counts} ${requested}`,
        row.problem,
        `Look at ${order} at Locally, and ring it up by hand. ` +
          'A new message about it requests the cart again.',
      );
}

function problem(
  kind: string,
  description: string,
  found: string | undefined,
  fix: string,
): Problem {
  return {
    kind,
    treatment: 'noted',
    itemNumber: undefined,
    description,
    locationNumber: undefined,
    found,
    atStake: {},
    fix,
  };
}
