import { DateTime } from 'luxon';
import type pg from 'pg';
import { defer, lastValueFrom } from 'rxjs';
import { statement } from '../../sinks/postgres/statement.ts';
import { transaction, type Warehouse } from '../../sinks/postgres/warehouse.ts';
import { fetchCart } from '../../sources/locally/cart.ts';
import { SourceError } from '../../transforms/errors.ts';
import { interrupted, stopIfAborted } from '../../transforms/interruption.ts';
import { afterBusinessHours } from '../../transforms/locally/business-hours.ts';
import { type OrderTold, readOrder } from '../../transforms/locally/order-event.ts';
import { type OrderPhase, orderPhase } from '../../transforms/locally/order-phase.ts';
import type { OrdersConfiguration } from '../configuration/locally-orders.ts';
import type { Configuration } from '../configuration/schema.ts';
import { trustOf } from '../configuration/tls.ts';
import { orderIn } from './webhook.ts';

interface KeptEvent {
  readonly event_id: string;
  readonly received_at: Date;
  readonly body: Buffer;
}

/** Messages worked in at a time. */
const BATCH = 200;
/** A cart that cannot be fetched is asked for this often. */
const ATTEMPTS = 20;

/**
 * Works in the messages that were received: orders, their lines, their history. Each in a transaction of its own, so
 * it may be stopped and repeated at any moment. Where Locally's API is configured the cart is fetched again; while
 * that fails, the message alone counts and is tried again later.
 *
 * @returns problems, in words
 */
export async function processEvents(
  warehouse: Warehouse,
  configuration: Configuration,
  orders: OrdersConfiguration,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (let last = '0'; ; ) {
    const events = await warehouse.query<KeptEvent>(
      `select event_id, received_at, body from _locally_events
       where processed_at is null and attempts < $1 and event_id > $2 order by event_id limit $3`,
      [ATTEMPTS, last, BATCH],
    );
    for (const event of events) {
      stopIfAborted(signal, 'Taking orders');
      const told = orderIn(event.body);
      if (told === undefined) continue;
      const cart = await cartOf(orders, told, signal);
      if (cart.problem !== undefined) problems.push(cart.problem);
      await lastValueFrom(
        transaction(warehouse, client =>
          defer(() => workIn(client, configuration, orders, event, told, cart)),
        ),
        { defaultValue: undefined },
      );
    }
    if (events.length < BATCH) return problems;
    last = events.at(-1)!.event_id;
  }
}

/** The cart as Locally has it now, where its API may be asked. */
interface Fetched {
  readonly cart?: unknown;
  /** Why there is none. */
  readonly problem?: string;
  readonly isWorthAnother: boolean;
}

async function cartOf(
  { api }: OrdersConfiguration,
  { orderId, orderUrl }: OrderTold,
  signal: AbortSignal,
): Promise<Fetched> {
  if (api === undefined) return { isWorthAnother: false };
  try {
    const section = 'locally.orders.api';
    const from = { baseUrl: api.base_url, token: api.token, section, ...trustOf(api) };
    return { cart: await fetchCart(from, orderId, orderUrl, signal), isWorthAnother: false };
  } catch (error) {
    if (signal.aborted) throw interrupted('Taking orders');
    if (!(error instanceof SourceError)) throw error;
    return { problem: error.message, isWorthAnother: error.code !== 'LOCALLY_CART_ELSEWHERE' };
  }
}

async function workIn(
  client: pg.PoolClient,
  configuration: Configuration,
  orders: OrdersConfiguration,
  { event_id, received_at }: KeptEvent,
  told: OrderTold,
  { cart, problem, isWorthAnother }: Fetched,
): Promise<void> {
  const fetched = cart === undefined ? undefined : readOrder(cart);
  // Of an order that the cart is not of, nothing is taken.
  const known = fetched?.orderId === told.orderId ? fetched : undefined;
  const placedAt = known?.placedAt ?? told.placedAt ?? received_at;
  const locallyId = knownStore(configuration, known?.locallyId ?? told.locallyId);
  await client.query(statement('orders/put-order'), [
    told.orderId,
    locallyId ?? null,
    placedAt,
    respondBy(configuration, orders, locallyId, placedAt),
    known === undefined ? null : JSON.stringify(cart),
  ]);
  for (const line of linesOf(told, known)) {
    await client.query(statement('orders/put-line'), [
      told.orderId,
      line.upc,
      line.qty ?? null,
      line.price ?? null,
      line.status,
      line.phase,
      event_id,
      received_at,
    ]);
  }
  await client.query(
    `update _locally_events
        set attempts = attempts + 1, problem = $2, processed_at = case when $3 then null else now() end
      where event_id = $1`,
    [event_id, problem, isWorthAnother],
  );
}

/** Each product with the status that is told of it: its own, or the message's where that is about it or all. */
function linesOf(told: OrderTold, known: OrderTold | undefined) {
  const lines = new Map((known ?? told).lines.map(line => [line.upc, line]));
  for (const line of told.lines) if (!lines.has(line.upc)) lines.set(line.upc, line);
  const named = new Set(told.lines.map(line => line.upc));
  return [...lines.values()].map(line => {
    const isNamed = told.isWhole || named.size === 0 || named.has(line.upc);
    const status = line.status ?? (isNamed ? told.status : undefined) ?? known?.status ?? 'ordered';
    const phases = [line.status, isNamed ? told.status : undefined, known?.status];
    return { ...line, status, phase: furthest(phases) };
  });
}

const ORDER: readonly OrderPhase[] = ['ordered', 'confirmed', 'completed', 'ended'];

function furthest(statuses: readonly (string | undefined)[]): OrderPhase {
  const places = statuses.map(status =>
    status === undefined ? 0 : ORDER.indexOf(orderPhase(status)),
  );
  return ORDER[Math.max(...places)]!;
}

/** A store that the configuration does not know is no store of ours. */
function knownStore(
  { locations }: Configuration,
  locallyId: string | undefined,
): string | undefined {
  const ids = Object.values(locations).map(location => location.locally_id);
  return locallyId !== undefined && ids.includes(locallyId) ? locallyId : undefined;
}

function respondBy(
  { locations, timezone }: Configuration,
  { respond_within_hours: hours, business_hours: open }: OrdersConfiguration,
  locallyId: string | undefined,
  placedAt: Date,
): Date {
  const location = Object.values(locations).find(
    each => locallyId !== undefined && each.locally_id === locallyId,
  );
  return afterBusinessHours(placedAt, hours, open, location?.timezone ?? timezone);
}

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

/** The open orders, those to be answered first on top. */
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

/** Orders placed before this moment hold nothing back any more. */
export function oldestOpen({ forget_after_days: days }: OrdersConfiguration, now: Date): Date {
  return DateTime.fromJSDate(now, { zone: 'utc' }).minus({ days }).toJSDate();
}
