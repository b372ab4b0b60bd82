import { z } from 'zod';
import {
  closeExport,
  listExports,
  type MadeExport,
  madeExports,
  type RecordedExport,
} from '../../../sinks/postgres/exports.ts';
import { statement } from '../../../sinks/postgres/statement.ts';
import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import type { DelimitedLayout } from '../../../transforms/layout.ts';
import type { StoreFeed } from '../../../transforms/locally/guards.ts';
import type { ReasonCount } from '../../../transforms/locally/reason.ts';

/** What is kept of a feed beside its bytes. */
export interface FeedTotals {
  readonly as_of: Date;
  readonly stores: readonly StoreFeed[];
  readonly counts: readonly ReasonCount[];
  /** The layout of the files, so that they can be read again. */
  readonly layout: DelimitedLayout;
}

const totals = z.object({
  as_of: z.coerce.date(),
  stores: z.array(
    z.object({
      locallyId: z.string(),
      locationNumbers: z.array(z.string()),
      name: z.string(),
      file: z.string(),
      rows: z.number(),
      units: z.number(),
      goneRows: z.number(),
    }),
  ),
  layout: z.object({
    kind: z.literal('delimited'),
    columns: z.array(z.object({ name: z.string(), from: z.string() })),
    delimiter: z.string(),
    quoting: z.enum(['when_needed', 'never']),
    header: z.boolean(),
    lineEnd: z.enum(['\n', '\r\n']),
    encoding: z.enum(['utf-8', 'ascii']),
  }),
});

/** A feed that Locally has, as it is remembered. */
export interface DeliveredFeed {
  readonly kept: RecordedExport;
  readonly totals: z.infer<typeof totals>;
}

/** The feed that was delivered last. */
export async function lastDelivered(warehouse: Warehouse): Promise<DeliveredFeed | undefined> {
  const filter = { statuses: ['delivered'], limit: 1 } as const;
  const [kept] = await listExports(warehouse, 'locally', filter);
  return kept && asDelivered(kept);
}

/** One of them with all that is remembered of it. */
export async function deliveredFeed(
  warehouse: Warehouse,
  { exportId }: MadeExport,
): Promise<DeliveredFeed> {
  const [kept] = await listExports(warehouse, 'locally', { exportId });
  return asDelivered(kept!);
}

function asDelivered(kept: RecordedExport): DeliveredFeed {
  return { kept, totals: totals.parse(kept.totals) };
}

/** Forgets the bytes of feeds made before `before`, but never those that the next feed is compared with. */
export async function pruneFeeds(warehouse: Warehouse, before: Date): Promise<void> {
  await warehouse.query(statement('exports/locally-prune'), [before]);
}

/**
 * Closes feeds whose run died while it sent them: Locally may have them or not, so they count as not delivered, and the
 * next feed is sent whole. What they listed stays listed. Nobody else is sending: a run holds its merchant alone.
 */
export async function closeInterrupted(warehouse: Warehouse): Promise<void> {
  const cutOff = await madeExports(warehouse, { kind: 'locally', statuses: ['sending'] });
  for (const { exportId } of cutOff) {
    const message = 'Its run ended in the middle of sending, so Locally may have it or not.';
    await closeExport(warehouse, exportId, 'failed', [], message);
  }
}
