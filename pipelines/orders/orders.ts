import { DateTime } from 'luxon';
import type pg from 'pg';
import { defer, lastValueFrom } from 'rxjs';
import { faultOfRecord } from '../../sinks/postgres/record-fault.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import { transaction, type Warehouse } from '../../sinks/postgres/warehouse.ts';
import { stopIfAborted } from '../../transforms/interruption.ts';
import { afterBusinessHours } from '../../transforms/locally/business-hours.ts';
import { type OrderTold, readOrder, whyUnusable } from '../../transforms/locally/order-event.ts';
import { type OrderPhase, orderPhase } from '../../transforms/locally/order-phase.ts';
import type { OrdersConfiguration } from '../settings/locally-orders.ts';
import type { Configuration } from '../settings/schema.ts';
import { CartRequests, type Fetched, nextAttempt } from './cart-requests.ts';
import { NAMES_NO_ORDER, orderIn } from './webhook.ts';

interface KeptEvent {
  readonly event_id: string;
  readonly received_at: Date;
  readonly body: Buffer;
  readonly attempts: number;
}

/** One pass over the messages. */
export interface EventPass {
  readonly now?: Date;
  /** Whether every cart that is missing is asked for, due or not. Default true, as a feed wants it. */
  readonly asksAll?: boolean;
}

/** Messages worked in at a time. */
const BATCH = 200;

/**
 * Works in the messages that were received: orders, their lines, their history. Each in a transaction of its own, so
 * it may be stopped and repeated at any moment. Where Locally's API is configured the cart is fetched again; while
 * that fails, the message alone counts, and the cart is asked for later ({@link nextAttempt}). A message that cannot be
 * used is set aside with its reason, and the others go on.
 *
 * @returns problems, in words
 */
export async function processEvents(
  warehouse: Warehouse,
  configuration: Configuration,
  orders: OrdersConfiguration,
  signal: AbortSignal,
  { now = new Date(), asksAll = true }: EventPass = {},
): Promise<readonly string[]> {
  const problems: string[] = [];
  const carts = new CartRequests(orders, signal);
  for (let last = '0'; ; ) {
    const events = await warehouse.query<KeptEvent>(statement('orders/waiting-messages'), [
      last,
      asksAll,
      now,
      BATCH,
    ]);
    for (const event of events) {
      stopIfAborted(signal, 'Taking orders');
      const problem = await process(event);
      if (problem !== undefined) problems.push(problem);
    }
    if (events.length < BATCH) return problems;
    last = events.at(-1)!.event_id;
  }

  async function process(event: KeptEvent): Promise<string | undefined> {
    const told = orderIn(event.body);
    const why = told === undefined ? NAMES_NO_ORDER : whyUnusable(told, event.received_at);
    if (told === undefined || why !== undefined) return setAside(event, told, why!);
    const fetched = usable(await carts.cartOf(told), told, event);
    try {
      await take(event, told, fetched);
      return fetched.problem;
    } catch (error) {
      const fault = faultOfRecord(error);
      if (fault === undefined) throw error;
      return fetched.cart === undefined
        ? setAside(event, told, fault)
        : takeWithoutCart(event, told, fetched, fault);
    }
  }

  async function takeWithoutCart(
    event: KeptEvent,
    told: OrderTold,
    { requests }: Fetched,
    fault: string,
  ): Promise<string> {
    const fetched = without(told, fault, requests);
    try {
      await take(event, told, fetched);
      return fetched.problem;
    } catch (error) {
      const other = faultOfRecord(error);
      if (other === undefined) throw error;
      return setAside(event, told, other);
    }
  }

  async function take(event: KeptEvent, told: OrderTold, fetched: Fetched): Promise<void> {
    const { event_id, received_at, attempts } = event;
    const { isWorthAnother, requests } = fetched;
    const tryAfter = isWorthAnother
      ? nextAttempt(attempts + requests, received_at, now)
      : undefined;
    await lastValueFrom(
      transaction(warehouse, client =>
        defer(async () => {
          await workIn(client, configuration, orders, event, told, fetched);
          await client.query(statement('orders/close-message'), [
            event_id,
            told.orderId,
            fetched.problem ?? null,
            requests,
            tryAfter ?? null,
            isWorthAnother && tryAfter === undefined,
            now,
          ]);
          if (fetched.cart === undefined) return;
          await client.query(statement('orders/close-earlier-messages'), [told.orderId, event_id]);
        }),
      ),
      { defaultValue: undefined },
    );
  }

  async function setAside(
    { event_id }: KeptEvent,
    told: OrderTold | undefined,
    why: string,
  ): Promise<string> {
    const order = told?.orderId;
    const values = [event_id, order ?? null, asText(why), 0, null, false, now];
    await warehouse.query(statement('orders/close-message'), values);
    const about = order === undefined ? '' : ` about order ${order}`;
    return `Message ${event_id}${about} was set aside: ${why}. Look at the order at Locally.`;
  }
}

/** Of a cart that is of another order, or that no database could hold, nothing is taken. */
function usable(fetched: Fetched, told: OrderTold, { received_at }: KeptEvent): Fetched {
  const cart = fetched.cart === undefined ? undefined : readOrder(fetched.cart);
  if (cart === undefined) return fetched;
  const why = whyUnusable(cart, received_at);
  return why === undefined ? fetched : without(told, why, fetched.requests);
}

function without(told: OrderTold, why: string, requests: number) {
  const problem = asText(`The cart of order ${told.orderId} cannot be used: ${why}`);
  return { problem, isWorthAnother: false, requests };
}

/** Postgres holds no NUL in a text. */
function asText(words: string): string {
  return words.toWellFormed().replace(/\p{Cc}/gu, ' ');
}

async function workIn(
  client: pg.PoolClient,
  configuration: Configuration,
  orders: OrdersConfiguration,
  { event_id, received_at }: KeptEvent,
  told: OrderTold,
  { cart }: Fetched,
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
