import { statement } from '../../sinks/postgres/statement.ts';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';

/** A sync that failed before its first pull: no stream knows of it. */
export interface FailedSync {
  readonly run_id: string;
  readonly started_at: Date;
  readonly status: 'incomplete' | 'failed' | 'crashed';
  /** The first line of what it said. */
  readonly because: string;
}

/**
 * The last sync, where it could pull nothing at all, as without a network or with a token that is refused.
 *
 * @param since a sync that was started before that does not count; left out, any does
 */
export async function lastFailedSync(
  warehouse: Warehouse,
  since?: Date,
): Promise<FailedSync | undefined> {
  const [found] = await warehouse.query<
    Omit<FailedSync, 'because'> & { readonly message: string | null }
  >(statement('status/last-failed-sync'), [since ?? null]);
  if (found === undefined) return undefined;
  const { message, ...sync } = found;
  return { ...sync, because: message?.trim().split('\n')[0] || 'it did not say why' };
}
