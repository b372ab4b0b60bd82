/** Reads a message from Locally about an order: the short event of its webhooks, or a cart. */
import { DateTime } from 'luxon';
import { z } from 'zod';
import { readUpc } from '../upc.ts';

/** One product of an order. Figures as text; undefined where the message has none. */
interface OrderLine {
  readonly upc: string;
  readonly qty: string | undefined;
  readonly price: string | undefined;
  readonly status: string | undefined;
}

/** A message about an order. */
export interface OrderMessage {
  /** As `QE3QL6`. */
  readonly orderId: string;
  /** Locally store id. */
  readonly locallyId: string | undefined;
  readonly status: string | undefined;
  readonly placedAt: Date | undefined;
  /** Where the cart is, according to the sender. */
  readonly orderUrl: string | undefined;
  readonly lines: readonly OrderLine[];
  /** Whether it lists all products with their quantities, as a cart does. */
  readonly isComplete: boolean;
}

const name = z.union([z.string(), z.number().transform(String)]).nullish();
const figure = z
  .union([z.string().regex(/^\d{1,9}(\.\d{1,4})?$/), z.number().min(0).max(1e9).transform(String)])
  .nullish()
  .catch(undefined);

const line = z.object({
  upc: name,
  ean: name,
  qty: figure,
  quantity: figure,
  price: figure,
  price_per_unit: figure,
  status: name,
  store_id: name,
});

const cart = z.object({
  order_id: name,
  hash: name,
  store_id: name,
  store: z.object({ id: name }).nullish().catch(undefined),
  status: name,
  created_at: name,
  ordered_at: name,
  placed_at: name,
});

const lists = z.object({
  items: z.array(line).optional().catch(undefined),
  cart_items: z.array(line).optional().catch(undefined),
  line_items: z.array(line).optional().catch(undefined),
});

const body = z.object({
  ...cart.shape,
  ...lists.shape,
  upc: name,
  order_url: name,
  cart: z
    .object({ ...cart.shape, ...lists.shape })
    .nullish()
    .catch(undefined),
});

/** Only letters and digits, so that an id is safe in a URL. */
const ORDER_ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Reads a message; undefined where it names no order.
 *
 * The short event is `upc`, `order_id`, `status`, `order_url` (webhooks reference). A cart is read by
 * the names of the headless API (`hash`, `items`, `qty`, `price_per_unit`, `store_id`), because the
 * exact payload of PushCart is not public.
 */
export function readOrder(message: unknown): OrderMessage | undefined {
  const read = body.safeParse(message);
  if (!read.success) return undefined;
  const { cart: inner, upc, order_url: orderUrl, ...outer } = read.data;
  const pick = <K extends keyof z.infer<typeof cart>>(key: K) => inner?.[key] ?? outer[key];
  const orderId = outer.order_id ?? inner?.order_id ?? inner?.hash ?? outer.hash;
  if (typeof orderId !== 'string' || !ORDER_ID.test(orderId)) return undefined;
  const list = listOf(outer) ?? (inner && listOf(inner));
  const products = list ?? (upc ? [{ upc }] : []);
  const storeId =
    pick('store_id') ?? pick('store')?.id ?? list?.find(each => each.store_id)?.store_id;
  return {
    orderId,
    locallyId: storeId ?? undefined,
    status: outer.status ?? inner?.status ?? undefined,
    placedAt: moment(pick('placed_at') ?? pick('ordered_at') ?? pick('created_at')),
    orderUrl: orderUrl ?? undefined,
    lines: summed(products.flatMap(each => lineOf(each))),
    isComplete: list !== undefined,
  };
}

type Line = Partial<z.infer<typeof line>>;

function listOf(
  lists: {
    readonly [key in 'items' | 'cart_items' | 'line_items']?: readonly Line[] | undefined;
  },
): readonly Line[] | undefined {
  return lists.items ?? lists.cart_items ?? lists.line_items;
}

function lineOf(line: Line): OrderLine[] {
  const written = line.upc ?? line.ean;
  if (!written) return [];
  const reading = readUpc(written);
  return [
    {
      upc: reading.ok ? reading.upc : written,
      qty: line.qty ?? line.quantity ?? undefined,
      price: line.price ?? line.price_per_unit ?? undefined,
      status: line.status ?? undefined,
    },
  ];
}

/** Sums a product on two lines into one; units are whole, so numbers are exact. */
function summed(lines: readonly OrderLine[]): readonly OrderLine[] {
  const byUpc = new Map<string, OrderLine>();
  for (const line of lines) {
    const other = byUpc.get(line.upc);
    const qty =
      other === undefined ? line.qty : String(Number(other.qty ?? 1) + Number(line.qty ?? 1));
    byUpc.set(line.upc, { ...line, qty });
  }
  return [...byUpc.values()];
}

/** Without an offset it is UTC, on every machine; only digits are seconds (or ms) since 1970. */
function moment(written: string | null | undefined): Date | undefined {
  const text = written?.trim() ?? '';
  if (/^\d{10}$/.test(text)) return new Date(Number(text) * 1000);
  if (/^\d{13}$/.test(text)) return new Date(Number(text));
  const zone = { zone: 'utc' };
  const read = [
    DateTime.fromISO(text, zone),
    DateTime.fromSQL(text, zone),
    DateTime.fromRFC2822(text, zone),
    DateTime.fromHTTP(text, zone),
  ].find(each => each.isValid);
  return read?.toJSDate();
}

const DAY_MS = 86_400_000;
const EARLIEST = Date.UTC(2000, 0, 1);
/** Longest accepted name: real ones have a few dozen characters. */
const MAX_NAME = 200;

/**
 * Why a message about an order cannot be used; undefined where it can.
 *
 * Names must be text that a database can store. The order must have been placed between 2000 and
 * the day after the message arrived: other times would hold units back forever, or never.
 */
export function whyUnusable(message: OrderMessage, receivedAt: Date): string | undefined {
  const names: readonly (readonly [string, string | undefined])[] = [
    ['store', message.locallyId],
    ['status', message.status],
    ...message.lines.flatMap(each => [
      ['UPC', each.upc] as const,
      ['status', each.status] as const,
    ]),
  ];
  for (const [what, name] of names) {
    if (name === undefined) continue;
    if (/\p{Cc}/u.test(name) || !name.isWellFormed()) {
      return `its ${what} has characters that are not text: ${JSON.stringify(name.slice(0, 80))}`;
    }
    if (name.length > MAX_NAME) return `its ${what} has ${name.length} characters`;
  }
  const at = message.placedAt?.getTime() ?? receivedAt.getTime();
  if (at >= EARLIEST && at <= receivedAt.getTime() + DAY_MS) return undefined;
  const day = message.placedAt!.toISOString().slice(0, -14);
  return `its order was placed on ${day}, which cannot be right`;
}
