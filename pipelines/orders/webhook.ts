import { createHash, timingSafeEqual } from 'node:crypto';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import { readOrder, whyUnusable } from '../../transforms/locally/order-event.ts';
import type { OrdersConfiguration } from '../settings/locally-orders.ts';

/** A request, independent of the HTTP server. */
export interface WebhookRequest {
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** The response to send. It says no more than it must. */
export interface WebhookAnswer {
  readonly status: 200 | 400 | 401 | 405 | 413 | 503;
  readonly body: string;
}

/** The response to a request whose body must not be read; undefined where the token is right. */
export function refusalOf(
  { token }: OrdersConfiguration['webhook'],
  { method, headers }: Omit<WebhookRequest, 'body'>,
): WebhookAnswer | undefined {
  if (method !== 'POST') return { status: 405, body: 'Only POST is accepted here.\n' };
  if (isToken(headers['locally-webhook-token'], token)) return undefined;
  return { status: 401, body: 'The header locally-webhook-token is missing or wrong.\n' };
}

/** Largest accepted body: a cart is a few kilobytes. A server should stop reading there. */
export const MAX_WEBHOOK_BYTES = 1 << 20;

/**
 * Receives a message from Locally: stores it byte for byte and answers at once.
 *
 * `processEvents` processes it afterwards: a server calls it then, and every feed before it is
 * built. A message is accepted by its header `locally-webhook-token` (webhooks reference); without
 * it nothing is stored. A message that cannot be read is stored too, and answered with 400.
 */
export async function receiveEvent(
  warehouse: Warehouse,
  orders: OrdersConfiguration,
  request: WebhookRequest,
  now: Date,
): Promise<WebhookAnswer> {
  const refusal = refusalOf(orders.webhook, request);
  if (refusal !== undefined) return refusal;
  if (request.body.length > MAX_WEBHOOK_BYTES) return { status: 413, body: 'Too large.\n' };
  const message = orderIn(request.body);
  const why = message === undefined ? NAMES_NO_ORDER : whyUnusable(message, now);
  await warehouse.query(
    `insert into _locally_events (received_at, body, order_id, processed_at, problem)
     values ($1, $2, $3, case when $4::text is null then null else $1::timestamptz end, $4)`,
    [now, request.body, message?.orderId ?? null, why ?? null],
  );
  if (why === undefined) return { status: 200, body: 'Received.\n' };
  return {
    status: 400,
    body: message === undefined ? 'The message names no order.\n' : `Not usable: ${why}.\n`,
  };
}

/** The reason for a message that is not JSON or names no order. */
export const NAMES_NO_ORDER = 'names no order';

/** The order that a stored message is about; undefined where it is not JSON or names none. */
export function orderIn(body: Buffer): ReturnType<typeof readOrder> {
  try {
    return readOrder(JSON.parse(body.toString('utf8')));
  } catch {
    return undefined;
  }
}

/** Compares in constant time, whatever the length: both are hashed first. */
function isToken(given: string | readonly string[] | undefined, token: string): boolean {
  if (typeof given !== 'string') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
