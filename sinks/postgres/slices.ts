import type { SeenPage } from '../../transforms/seen-pages.ts';
import type { Queryable } from './pull-connection.ts';

/** The page hashes of a slice's last whole pull; undefined if there is none, or if its rows changed since. */
export async function readPageHashes(
  client: Queryable,
  stream: string,
  slice: string,
): Promise<readonly SeenPage[] | undefined> {
  const { rows } = await client.query<{ pages: SeenPage[] }>(
    'select pages from _slice_pages where stream = $1 and slice = $2',
    [stream, slice],
  );
  return rows[0]?.pages;
}

/** Saves the page hashes of a slice, in the transaction that pulled it whole. */
export async function savePageHashes(
  client: Queryable,
  stream: string,
  slice: string,
  pages: readonly SeenPage[],
  runId: string,
): Promise<void> {
  await client.query(
    `insert into _slice_pages (stream, slice, pages, run_id) values ($1, $2, $3, $4)
     on conflict (stream, slice) do update set pages = excluded.pages, run_id = excluded.run_id`,
    [stream, slice, JSON.stringify(pages), runId],
  );
}

/** Deletes the page hashes of a slice after a pull that changed rows without reading the whole slice. */
export async function deletePageHashes(
  client: Queryable,
  stream: string,
  slice: string,
): Promise<void> {
  await client.query('delete from _slice_pages where stream = $1 and slice = $2', [stream, slice]);
}
