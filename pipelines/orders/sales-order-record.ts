import { z } from 'zod';
import { SourceError } from '../../transforms/errors.ts';
import { encodeJson } from '../../transforms/filter/encode.ts';
import { feedOf } from '../exports/locally/settings.ts';
import { untilAborted } from '../run/stopping.ts';
import type { Work } from '../run/work.ts';

/** A Locally order that a sales order is for. */
export interface Placed {
  readonly order_id: string;
  readonly locally_id: string | null;
}

/** What a sales order needs beside its lines (Heartland API, "Create a sales order"). */
export interface Head {
  readonly customer_id: number;
  readonly station_id: number;
  readonly source_location_id: number;
}

const line = z.object({
  id: z.number(),
  item_id: z.number().nullish(),
  qty: z.coerce.number(),
  qty_invoiced: z.coerce.number().nullish(),
});

/** A line of a sales order as Heartland has it. */
export type SalesOrderLine = z.infer<typeof line>;

const lines = z.object({ total: z.number(), results: z.array(line) });
const found = z.object({ results: z.array(z.object({ id: z.number() })) });

/** @throws SourceError where the answer to `path` is not of the documented form */
export function understood<T>(schema: z.ZodType<T>, answer: unknown, path: string): T {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  throw new SourceError('SALES_ORDER_UNREADABLE', {
    problem: `Heartland's answer for ${path} is not as documented`,
    found: read.error.issues.map(issue => issue.path.join('.')).join(', '),
    next: 'Look at the sales order in Heartland; please report this message.',
  });
}

/** Lines that are asked for at once; an order of Locally's has a few. */
const MOST_LINES = 100;

/** @throws SourceError where they cannot be read, or are more than any that we made */
export async function linesOf(
  work: Work,
  salesOrderId: string,
  signal: AbortSignal,
): Promise<readonly SalesOrderLine[]> {
  const path = `sales/orders/${salesOrderId}/lines`;
  const answer = work.heartland.get(path, [['per_page', String(MOST_LINES)]]);
  const { total, results } = understood(
    lines,
    await untilAborted(answer, signal, 'Reading sales orders'),
    path,
  );
  if (total === results.length) return results;
  throw new SourceError('SALES_ORDER_LINES', {
    problem: `Sales order ${salesOrderId} was not read whole`,
    found: `${results.length} of ${total} lines`,
    next: 'Look at it in Heartland, and finish it there by hand.',
  });
}

/** Clocks of two machines differ; a record made at the moment of the claim may seem a little older. */
const CLOCKS_MS = 5 * 60_000;

/**
 * The record that an earlier run may have made without hearing of it: ours in every way, and still empty.
 *
 * @throws SourceError where several may be it
 */
export async function findLost(
  work: Work,
  { order_id }: Placed,
  claimedAt: Date,
  head: Head,
  signal: AbortSignal,
): Promise<string | undefined> {
  const since = new Date(claimedAt.getTime() - CLOCKS_MS).toISOString();
  const filter = { ...head, created_at: { $gte: since } };
  const query = [encodeJson(filter), ['per_page', '100'], ['sort[]', 'id']] as const;
  const answer = work.heartland.get('sales/orders', query);
  const { results } = understood(
    found,
    await untilAborted(answer, signal, 'Reading sales orders'),
    'sales/orders',
  );
  const known = await work.warehouse.query<{ id: string }>(
    'select sales_order_id::text as id from locally_sales_orders where sales_order_id is not null',
  );
  const taken = new Set(known.map(each => each.id));
  const empty: string[] = [];
  for (const { id } of results) {
    if (taken.has(String(id))) continue;
    if ((await linesOf(work, String(id), signal)).length === 0) empty.push(String(id));
  }
  if (empty.length <= 1) return empty[0];
  throw new SourceError('SALES_ORDER_UNCLEAR', {
    problem: `Heartland holds several sales orders that may be the one of Locally order ${order_id}`,
    found: empty.join(', '),
    next: 'Look at them in Heartland and cancel those that nobody needs; none was made anew.',
  });
}

/** @throws SourceError when the order's store is not known, or has no till in the configuration */
export async function headOf(work: Work, { order_id, locally_id }: Placed): Promise<Head> {
  const { configuration, warehouse } = work;
  const settings = feedOf(configuration).orders!.sales_order!;
  const number = Object.entries(configuration.locations).find(
    ([, location]) => locally_id !== null && location.locally_id === locally_id,
  )?.[0];
  const station = locally_id === null ? undefined : settings.stations[locally_id];
  const [location] = await warehouse.query<{ id: string }>(
    'select id from locations where public_id = $1 and _deleted_at is null',
    [number ?? null],
  );
  if (location !== undefined && station !== undefined) {
    return {
      customer_id: settings.customer_id,
      station_id: station,
      source_location_id: Number(location.id),
    };
  }
  throw new SourceError('SALES_ORDER_NO_STORE', {
    problem: `No sales order was made for Locally order ${order_id}, because its store or the store's station is not known`,
    found: locally_id ?? undefined,
    expected: 'a store under locally.orders.sales_order.stations',
    next: 'Add it to the configuration, or ring the order up by hand.',
  });
}
