import type { Queryable } from './pull-connection.ts';

/** What a slice looked like when it was last pulled whole; undefined before that, and after anything changed it. */
export async function readDigest(
  client: Queryable,
  stream: string,
  slice: string,
): Promise<string | undefined> {
  const { rows } = await client.query<{ digest: string }>(
    'select digest from _slices where stream = $1 and slice = $2',
    [stream, slice],
  );
  return rows[0]?.digest;
}

/** Remembers what a slice looks like, in the transaction that pulled it whole. */
export async function keepDigest(
  client: Queryable,
  stream: string,
  slice: string,
  digest: string,
  runId: string,
): Promise<void> {
  await client.query(
    `insert into _slices (stream, slice, digest, run_id) values ($1, $2, $3, $4)
     on conflict (stream, slice) do update set digest = excluded.digest, run_id = excluded.run_id`,
    [stream, slice, digest, runId],
  );
}

/** Forgets it, where rows were changed by a pull that did not read everything. */
export async function dropDigest(client: Queryable, stream: string, slice: string): Promise<void> {
  await client.query('delete from _slices where stream = $1 and slice = $2', [stream, slice]);
}
