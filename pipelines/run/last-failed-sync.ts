import { statement } from '../../sinks/postgres/statement.ts';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';

/** A sync that failed before its first pull, so no stream has a record of it. */
export interface FailedSync {
  readonly run_id: string;
  readonly started_at: Date;
  readonly status: 'incomplete' | 'failed' | 'crashed';
  /** The first line of its message. */
  readonly because: string;
}

/**
 * The last sync, if it failed before its first pull, as with a refused token or without a network.
 *
 * @param since ignores a sync that started earlier
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
  return { ...sync, because: message?.trim().split('\n')[0] || 'No reason was recorded' };
}
