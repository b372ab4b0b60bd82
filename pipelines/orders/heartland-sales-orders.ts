import type { Observable } from 'rxjs';
import { z } from 'zod';
import { SourceError } from '../../transforms/errors.ts';
import { encodeJson } from '../../transforms/filter/encode.ts';
import { untilAborted } from '../run/stopping.ts';
import type { Work } from '../run/work.ts';

/** What a sales order needs beside its lines (Heartland API, "Create a sales order"). */
export interface SalesOrderHead {
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

/** A line of a sales order as we add it. */
export interface NewLine {
  readonly item_id: number;
  readonly qty: number;
}

const salesOrder = z.object({
  status: z.string(),
  customer_id: z.number(),
  station_id: z.number(),
  source_location_id: z.number(),
  shipping_method_id: z.unknown().optional(),
  shipping_charge: z.coerce.number().nullish(),
  gift_cards: z.array(z.unknown()).nullish(),
});

/** A sales order as Heartland has it, without its lines. */
export type SalesOrder = z.infer<typeof salesOrder>;

const lines = z.object({ total: z.number(), results: z.array(line) });
const ids = z.object({ results: z.array(z.object({ id: z.number() })) });
const payments = z.object({ total: z.number() });

/** Lines requested at once; an order from Locally has a few. */
const MAX_LINES = 100;

/**
 * Reads and writes sales orders in Heartland. Each request is sent once, never retried.
 *
 * Every method fails with a SourceError: `HEARTLAND_FAILED` when a write may have happened, any
 * other code when it certainly did not.
 */
export class HeartlandSalesOrders {
  readonly #heartland: Work['heartland'];
  readonly #signal: AbortSignal;

  constructor({ heartland }: Pick<Work, 'heartland'>, signal: AbortSignal) {
    this.#heartland = heartland;
    this.#signal = signal;
  }

  /** Creates a sales order without lines and returns its id. */
  create(head: SalesOrderHead): Promise<string> {
    return this.#write(this.#heartland.create('sales/orders', head));
  }

  async addLine(id: string, line: NewLine): Promise<void> {
    await this.#write(this.#heartland.create(`sales/orders/${id}/lines`, line));
  }

  /** "Update a sales order": `PUT sales/orders/{id}` with `{"status": "canceled"}`. */
  cancel(id: string): Promise<void> {
    return this.#write(this.#heartland.update(`sales/orders/${id}`, { status: 'canceled' }));
  }

  read(id: string): Promise<SalesOrder> {
    return this.#read(salesOrder, `sales/orders/${id}`);
  }

  /** @throws SourceError when there are more lines than any order of ours has */
  async linesOf(id: string): Promise<readonly SalesOrderLine[]> {
    const path = `sales/orders/${id}/lines`;
    const { total, results } = await this.#read(lines, path, [['per_page', String(MAX_LINES)]]);
    if (total === results.length) return results;
    throw new SourceError('SALES_ORDER_LINES', {
      problem: `Sales order ${id} was not read completely`,
      found: `${results.length} of ${total} lines`,
      next: 'Look at it in Heartland, and finish it there by hand.',
    });
  }

  /**
   * Number of payments of a sales order; undefined where Heartland refuses to show them. It
   * documents that path for adding a payment only.
   */
  async paymentsOf(id: string): Promise<number | undefined> {
    try {
      return (await this.#read(payments, `sales/orders/${id}/payments`)).total;
    } catch (error) {
      const isRefused = error instanceof SourceError && error.code !== 'HEARTLAND_FAILED';
      if (isRefused) return undefined;
      throw error;
    }
  }

  /** Ids of the sales orders with this head that were created since a moment. */
  async withHead(head: SalesOrderHead, since: Date): Promise<readonly string[]> {
    const filter = encodeJson({ ...head, created_at: { $gte: since.toISOString() } });
    const { results } = await this.#read(ids, 'sales/orders', [
      filter,
      ['per_page', '100'],
      ['sort[]', 'id'],
    ]);
    return results.map(({ id }) => String(id));
  }

  async #read<T>(
    schema: z.ZodType<T>,
    path: string,
    query: Parameters<Work['heartland']['get']>[1] = [],
  ): Promise<T> {
    const request = this.#heartland.get(path, query);
    const answer = await untilAborted(request, this.#signal, 'Reading sales orders');
    const read = schema.safeParse(answer);
    if (read.success) return read.data;
    throw new SourceError('SALES_ORDER_UNREADABLE', {
      problem: `Heartland's answer for ${path} is not as documented`,
      found: read.error.issues.map(issue => issue.path.join('.')).join(', '),
      next: 'Look at the sales order in Heartland; please report this message.',
    });
  }

  #write<T>(request: Observable<T>): Promise<T> {
    return untilAborted(request, this.#signal, 'Writing sales orders');
  }
}
