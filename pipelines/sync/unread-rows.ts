import type { PullConnection } from '../../sinks/postgres/pull-connection.ts';
import { hasNewBadRows, type Origin } from '../../sinks/postgres/quarantine.ts';
import type { Loading } from './loading.ts';

/**
 * Whether the cursor has to stay, because invalid rows may be valid when they are pulled again.
 *
 * Each invalid row gets one retry; those that stay invalid do not stop the cursor. A sweep reads everything, so it is
 * repeated only for rows without a usable key: as long as there are any, it cannot find what was deleted.
 */
export async function hasRowsToRetry(
  client: PullConnection,
  { rows, lines, all }: Readonly<Record<'lines' | 'all', readonly Loading[]>> & { rows: Loading },
  origin: Origin,
  isSweep: boolean,
): Promise<boolean> {
  const isConcerned = isSweep
    ? rows.unread.withoutKey > 0 || lines.some(({ unread }) => unread.withoutParent > 0)
    : all.some(({ unread }) => unread.rows > 0);
  if (!isConcerned) return false;
  const tables = all.map(({ stage }) => stage.table.name);
  return hasNewBadRows(client, tables, origin);
}
