/** Reads what Locally sends about an order: the thin event of its webhooks, or a whole cart. */
import { DateTime } from 'luxon';
import { z } from 'zod';
import { readUpc } from '../upc.ts';

/** One product of an order. Figures as text; what is not told is undefined. */
interface OrderLine {
  readonly upc: string;
  readonly qty: string | undefined;
  readonly price: string | undefined;
  readonly status: string | undefined;
}

export interface OrderTold {
  /** As `QE3QL6`. */
  readonly orderId: string;
  /** Locally store id. */
  readonly locallyId: string | undefined;
  readonly status: string | undefined;
  readonly placedAt: Date | undefined;
  /** Where the whole cart is, as the sender says. */
  readonly orderUrl: string | undefined;
  readonly lines: readonly OrderLine[];
  /** Whether the products and their quantities were told, not only one of them. */
  readonly isWhole: boolean;
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

/** Ids are letters and digits; anything else has no place in a URL of ours. */
const ORDER_ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Takes a message apart; undefined where it names no order. The thin event is `upc`, `order_id`, `status`,
 * `order_url` (webhooks reference); the cart is read by the words of the headless API (`hash`, `items`, `qty`,
 * `price_per_unit`, `store_id`), because the exact payload of PushCart is not public.
 */
export function readOrder(message: unknown): OrderTold | undefined {
  const read = body.safeParse(message);
  if (!read.success) return undefined;
  const { cart: inner, upc, order_url: orderUrl, ...outer } = read.data;
  const pick = <K extends keyof z.infer<typeof cart>>(key: K) => inner?.[key] ?? outer[key];
  const orderId = outer.order_id ?? inner?.order_id ?? inner?.hash ?? outer.hash;
  if (typeof orderId !== 'string' || !ORDER_ID.test(orderId)) return undefined;
  const list = listOf(outer) ?? (inner && listOf(inner));
  const told = list ?? (upc ? [{ upc }] : []);
  const storeId =
    pick('store_id') ?? pick('store')?.id ?? list?.find(each => each.store_id)?.store_id;
  return {
    orderId,
    locallyId: storeId ?? undefined,
    status: outer.status ?? inner?.status ?? undefined,
    placedAt: moment(pick('placed_at') ?? pick('ordered_at') ?? pick('created_at')),
    orderUrl: orderUrl ?? undefined,
    lines: summed(told.flatMap(each => lineOf(each))),
    isWhole: list !== undefined,
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

/** A product on two lines is one; whole pieces, so numbers are exact. */
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

/** An instant without an offset is UTC, on whatever machine it is read; digits alone are the seconds of 1970. */
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
/** Longest name that is kept: real ones have a few dozen characters. */
const MAX_NAME = 200;

/**
 * Why nothing can be taken from a message that names an order; undefined where it can.
 *
 * Names must be text that a database can hold, and the order must have been placed between 2000 and the day after the
 * message came: a moment beyond it would hold the units back for good, or never.
 */
export function whyUnusable(told: OrderTold, receivedAt: Date): string | undefined {
  const names: readonly (readonly [string, string | undefined])[] = [
    ['store', told.locallyId],
    ['status', told.status],
    ...told.lines.flatMap(each => [['UPC', each.upc] as const, ['status', each.status] as const]),
  ];
  for (const [what, name] of names) {
    if (name === undefined) continue;
    if (/\p{Cc}/u.test(name) || !name.isWellFormed()) {
      return `its ${what} holds characters that are no text: ${JSON.stringify(name.slice(0, 80))}`;
    }
    if (name.length > MAX_NAME) return `its ${what} has ${name.length} characters`;
  }
  const at = told.placedAt?.getTime() ?? receivedAt.getTime();
  if (at >= EARLIEST && at <= receivedAt.getTime() + DAY_MS) return undefined;
  return `its order was placed on ${told.placedAt!.toISOString().slice(0, -14)}, which cannot be`;
}
