import type pg from 'pg';
import { defer, lastValueFrom } from 'rxjs';
import { faultOfRecord } from '../../sinks/postgres/record-fault.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import { transaction, type Warehouse } from '../../sinks/postgres/warehouse.ts';
import { stopIfAborted } from '../../transforms/interruption.ts';
import { afterBusinessHours } from '../../transforms/locally/business-hours.ts';
import { type OrderMessage, readOrder, whyUnusable } from '../../transforms/locally/order-event.ts';
import { type OrderPhase, orderPhase } from '../../transforms/locally/order-phase.ts';
import type { OrdersConfiguration } from '../settings/locally-orders.ts';
import type { Configuration } from '../settings/schema.ts';
import { CartRequests, type Fetched, nextAttempt } from './cart-requests.ts';
import { NAMES_NO_ORDER, orderIn } from './webhook.ts';

/** A message from Locally that waits to be processed. */
interface WaitingEvent {
  readonly event_id: string;
  readonly received_at: Date;
  readonly body: Buffer;
  readonly attempts: number;
}

/** One pass over the messages. */
export interface EventPass {
  readonly now?: Date;
  /** Whether every missing cart is requested, due or not. Default true, as a feed needs it. */
  readonly asksAll?: boolean;
}

/** Messages read at a time. */
const BATCH = 200;

/**
 * Processes the messages that were received into orders, their lines and their history.
 *
 * Each message has its own transaction, so a pass may be stopped and repeated at any moment. Where
 * Locally's API is configured, the cart is fetched; while that fails, only the message counts, and
 * the cart is requested again later ({@link nextAttempt}). A message that cannot be used is closed
 * with the reason, and the others go on.
 *
 * @returns problems, as sentences
 */
export async function processEvents(
  warehouse: Warehouse,
  configuration: Configuration,
  orders: OrdersConfiguration,
  signal: AbortSignal,
  { now = new Date(), asksAll = true }: EventPass = {},
): Promise<readonly string[]> {
  const processor = new EventProcessor(warehouse, configuration, orders, signal, now);
  const problems: string[] = [];
  for (let last = '0'; ; ) {
    const events = await warehouse.query<WaitingEvent>(statement('orders/waiting-messages'), [
      last,
      asksAll,
      now,
      BATCH,
    ]);
    for (const event of events) {
      stopIfAborted(signal, 'Processing orders');
      const problem = await processor.process(event);
      if (problem !== undefined) problems.push(problem);
    }
    if (events.length < BATCH) return problems;
    last = events.at(-1)!.event_id;
  }
}

/** When the next cart is due to be requested again; undefined where none is. */
export async function nextDue(warehouse: Warehouse): Promise<Date | undefined> {
  const [row] = await warehouse.query<{ due: Date | null }>(
    'select min(try_after) as due from _locally_events where processed_at is null',
  );
  return row?.due ?? undefined;
}

/** Processes one message after the other; it remembers when Locally's API is down. */
class EventProcessor {
  readonly #warehouse: Warehouse;
  readonly #configuration: Configuration;
  readonly #orders: OrdersConfiguration;
  readonly #now: Date;
  readonly #carts: CartRequests;

  constructor(
    warehouse: Warehouse,
    configuration: Configuration,
    orders: OrdersConfiguration,
    signal: AbortSignal,
    now: Date,
  ) {
    this.#warehouse = warehouse;
    this.#configuration = configuration;
    this.#orders = orders;
    this.#now = now;
    this.#carts = new CartRequests(orders, signal);
  }

  /** @returns the problem, as a sentence; undefined where there is none */
  async process(event: WaitingEvent): Promise<string | undefined> {
    const message = orderIn(event.body);
    if (message === undefined) return this.#reject(event, undefined, NAMES_NO_ORDER);
    const why = whyUnusable(message, event.received_at);
    if (why !== undefined) return this.#reject(event, message, why);
    const fetched = usable(await this.#carts.cartOf(message), message, event);
    const fault = await this.#save(event, message, fetched);
    if (fault === undefined) return fetched.problem;
    if (fetched.cart === undefined) return this.#reject(event, message, fault);
    // The cart is what cannot be stored: the message may be usable without it.
    const without = withoutCart(message, fault, fetched.requests);
    const otherFault = await this.#save(event, message, without);
    return otherFault === undefined ? without.problem : this.#reject(event, message, otherFault);
  }

  /** @returns why the database cannot store it; undefined where it was stored */
  async #save(
    event: WaitingEvent,
    message: OrderMessage,
    fetched: Fetched,
  ): Promise<string | undefined> {
    const saving = transaction(this.#warehouse, client =>
      defer(() => this.#saveIn(client, event, message, fetched)),
    );
    try {
      await lastValueFrom(saving, { defaultValue: undefined });
      return undefined;
    } catch (error) {
      const fault = faultOfRecord(error);
      if (fault === undefined) throw error;
      return fault;
    }
  }

  async #saveIn(
    client: pg.PoolClient,
    event: WaitingEvent,
    message: OrderMessage,
    { cart, problem, isWorthAnother, requests }: Fetched,
  ): Promise<void> {
    const { event_id, received_at, attempts } = event;
    const tryAfter = isWorthAnother
      ? nextAttempt(attempts + requests, received_at, this.#now)
      : undefined;
    await this.#saveOrder(client, event, message, cart);
    await client.query(statement('orders/close-message'), [
      event_id,
      message.orderId,
      problem ?? null,
      requests,
      tryAfter ?? null,
      isWorthAnother && tryAfter === undefined,
      this.#now,
    ]);
    if (cart === undefined) return;
    await client.query(statement('orders/close-earlier-messages'), [message.orderId, event_id]);
  }

  async #saveOrder(
    client: pg.PoolClient,
    { event_id, received_at }: WaitingEvent,
    message: OrderMessage,
    cart: unknown,
  ): Promise<void> {
    const fetched = cart === undefined ? undefined : readOrder(cart);
    // A cart of another order is ignored.
    const known = fetched?.orderId === message.orderId ? fetched : undefined;
    const placedAt = known?.placedAt ?? message.placedAt ?? received_at;
    const locallyId = knownStore(this.#configuration, known?.locallyId ?? message.locallyId);
    await client.query(statement('orders/put-order'), [
      message.orderId,
      locallyId ?? null,
      placedAt,
      respondBy(this.#configuration, this.#orders, locallyId, placedAt),
      known === undefined ? null : JSON.stringify(cart),
    ]);
    for (const line of linesOf(message, known)) {
      await client.query(statement('orders/put-line'), [
        message.orderId,
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

  /** Closes a message that cannot be used, with the reason. */
  async #reject(
    { event_id }: WaitingEvent,
    message: OrderMessage | undefined,
    why: string,
  ): Promise<string> {
    const order = message?.orderId;
    const values = [event_id, order ?? null, asText(why), 0, null, false, this.#now];
    await this.#warehouse.query(statement('orders/close-message'), values);
    const about = order === undefined ? '' : ` about order ${order}`;
    return `Message ${event_id}${about} could not be used: ${why}. Look at the order at Locally.`;
  }
}

/** Drops a cart that belongs to another order, or that no database could store. */
function usable(fetched: Fetched, message: OrderMessage, { received_at }: WaitingEvent): Fetched {
  const cart = fetched.cart === undefined ? undefined : readOrder(fetched.cart);
  if (cart === undefined) return fetched;
  const why = whyUnusable(cart, received_at);
  return why === undefined ? fetched : withoutCart(message, why, fetched.requests);
}

function withoutCart(message: OrderMessage, why: string, requests: number): Fetched {
  const problem = asText(`The cart of order ${message.orderId} cannot be used: ${why}`);
  return { problem, isWorthAnother: false, requests };
}

/** Postgres stores no NUL in a text. */
function asText(words: string): string {
  return words.toWellFormed().replace(/\p{Cc}/gu, ' ');
}

/**
 * The products of an order, each with its status: its own, or that of the message where the
 * message is about this product or about all.
 */
function linesOf(message: OrderMessage, cart: OrderMessage | undefined) {
  const lines = new Map((cart ?? message).lines.map(line => [line.upc, line]));
  for (const line of message.lines) if (!lines.has(line.upc)) lines.set(line.upc, line);
  const named = new Set(message.lines.map(line => line.upc));
  return [...lines.values()].map(line => {
    const isNamed = message.isComplete || named.size === 0 || named.has(line.upc);
    const ofMessage = isNamed ? message.status : undefined;
    const status = line.status ?? ofMessage ?? cart?.status ?? 'ordered';
    return { ...line, status, phase: furthest([line.status, ofMessage, cart?.status]) };
  });
}

const PHASES: readonly OrderPhase[] = ['ordered', 'confirmed', 'completed', 'ended'];

function furthest(statuses: readonly (string | undefined)[]): OrderPhase {
  const places = statuses.map(status =>
    status === undefined ? 0 : PHASES.indexOf(orderPhase(status)),
  );
  return PHASES[Math.max(...places)]!;
}

/** The store, if the configuration has it. */
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
