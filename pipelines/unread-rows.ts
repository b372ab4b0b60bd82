import type { PullConnection } from '../sinks/postgres/pull-connection.ts';
import { hasNewBadRows, type Origin } from '../sinks/postgres/quarantine.ts';
import type { Loading } from './loading.ts';

/**
 * Whether the cursor has to stay where it is, because rows could not be read that may be good when they come again: each bad
 * row gets one more chance. Those that stay as they are do not keep a stream from going on.
 *
 * A sweep reads all there is, so it is repeated only for rows that do not even say which record they are: as long as there
 * are any, it cannot find what was deleted.
 */
export async function areWorthAskingAgain(
  client: PullConnection,
  rows: Loading,
  lines: readonly { readonly loading: Loading }[],
  origin: Origin,
  isSweep: boolean,
): Promise<boolean> {
  const all = [rows, ...lines.map(({ loading }) => loading)];
  const isConcerned = isSweep
    ? rows.unread.withoutKey > 0 || lines.some(({ loading }) => loading.unread.withoutParent > 0)
    : all.some(({ unread }) => unread.rows > 0);
  if (!isConcerned) return false;
  return hasNewBadRows(
    client,
    all.map(({ stage }) => stage.table.name),
    origin,
  );
}
