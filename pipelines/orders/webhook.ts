import { createHash, timingSafeEqual } from 'node:crypto';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import { readOrder, whyUnusable } from '../../transforms/locally/order-event.ts';
import type { OrdersConfiguration } from '../settings/locally-orders.ts';

/** A request as any HTTP server has it. */
export interface WebhookRequest {
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** What to answer. Never says more than it must. */
export interface WebhookAnswer {
  readonly status: 200 | 400 | 401 | 405 | 413 | 503;
  readonly body: string;
}

/**
 * What to answer before the body is read; undefined where it may be. Whoever has not the token gets nothing read.
 */
export function refusalOf(
  { token }: OrdersConfiguration['webhook'],
  { method, headers }: Omit<WebhookRequest, 'body'>,
): WebhookAnswer | undefined {
  if (method !== 'POST') return { status: 405, body: 'Only POST is taken here.\n' };
  if (isToken(headers['locally-webhook-token'], token)) return undefined;
  return { status: 401, body: 'The header locally-webhook-token is missing or wrong.\n' };
}

/** Largest body that is taken: a cart is a few kilobytes. A server should stop reading there. */
export const MAX_WEBHOOK_BYTES = 1 << 20;

/**
 * Takes a message from Locally: keeps it byte for byte, and answers at once. What it says is worked in by
 * `processEvents`, which a server calls afterwards and every feed calls before it is made.
 *
 * Known by the header `locally-webhook-token` (webhooks reference); nothing of anybody else's is kept. A message that
 * cannot be read is kept too, and answered with 400.
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
  const told = orderIn(request.body);
  const why = told === undefined ? NAMES_NO_ORDER : whyUnusable(told, now);
  await warehouse.query(
    `insert into _locally_events (received_at, body, order_id, processed_at, problem)
     values ($1, $2, $3, case when $4::text is null then null else $1::timestamptz end, $4)`,
    [now, request.body, told?.orderId ?? null, why ?? null],
  );
  if (why === undefined) return { status: 200, body: 'Received.\n' };
  return {
    status: 400,
    body: told === undefined ? 'The message names no order.\n' : `Set aside: ${why}.\n`,
  };
}

/** Why a message is set aside that is no JSON or of no order. */
export const NAMES_NO_ORDER = 'names no order';

/** The order that a kept message tells of; undefined where it is no JSON or names none. */
export function orderIn(body: Buffer): ReturnType<typeof readOrder> {
  try {
    return readOrder(JSON.parse(body.toString('utf8')));
  } catch {
    return undefined;
  }
}

/** Compared in constant time, whatever the length: both are hashed first. */
function isToken(given: string | readonly string[] | undefined, token: string): boolean {
  if (typeof given !== 'string') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
