import type pg from 'pg';
import type { Observable } from 'rxjs';
import { onOneSnapshot } from '../../../sinks/postgres/snapshot.ts';
import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import { ask } from './ask.ts';
import type { ExportedLocations } from './locations.ts';

/** Half of the locations of a month, and the connection that computes their figures. */
export interface Partition {
  readonly client: pg.PoolClient;
  /** Heartland's numbers of the exported locations in it, in the order of the file. */
  readonly numbers: readonly string[];
  /** Management One's number of each, in the same order. */
  readonly theirs: readonly string[];
  /** The exported locations of the first half. */
  readonly first: readonly string[];
  /** Whether it is that half; the other has every other location, exported or not. */
  readonly isFirst: boolean;
}

export type Partitions = readonly [first: Partition, rest: Partition];

/**
 * Parts the locations between two connections that see the same moment of the warehouse, so that two processors of the
 * server work on a month. What `use` writes is in temporary tables.
 */
export function inPartitions<T>(
  warehouse: Warehouse,
  { numbers, theirs }: ExportedLocations,
  use: (halves: Partitions) => Promise<T>,
): Observable<T> {
  const middle = Math.ceil(numbers.length / 2);
  const first = numbers.slice(0, middle);
  return onOneSnapshot(warehouse, async ([one, other]) => {
    for (const client of [one, other]) {
      await settle(client);
      await ask(client, 'create-plus');
    }
    return use([
      { client: one, numbers: first, theirs: theirs.slice(0, middle), first, isFirst: true },
      {
        ...{ client: other, numbers: numbers.slice(middle), theirs: theirs.slice(middle) },
        ...{ first, isFirst: false },
      },
    ]);
  });
}

async function settle(client: pg.PoolClient): Promise<void> {
  // Two connections keep two processors busy: workers beside them only take turns with them, and compiling statements
  // takes longer than running them. More memory was measured slower, but for what is hashed: sorting texts
  // by the rules of a language takes three times as long.
  await client.query(
    `set local work_mem = '32MB'; set local max_parallel_workers_per_gather = 0; set local jit = off;
     set local hash_mem_multiplier = 4; set local enable_mergejoin = off`,
  );
}
