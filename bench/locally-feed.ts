/**
 * The Locally feed of a large merchant: how long it takes and how much memory, beside `psql \copy` of the same view to
 * one file. Making the feed includes reading every UPC, the findings and the checks, which psql does not do.
 *
 *     node --max-semi-space-size=1 bench/locally-feed.ts [stores] [items]       default 100 stores, 20 000 items each
 *
 * With that option V8 clears up often, and what is left is what the feed needs; without it some 60 MB of garbage wait.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { configurationSchema } from '../pipelines/configuration/schema.ts';
import { locally } from '../pipelines/locally.ts';
import { openSession } from '../pipelines/session.ts';
import { startEmbedded } from '../sinks/postgres/embedded/server.ts';
import { statement } from '../sinks/postgres/statement.ts';

const [stores = 100, items = 20_000] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'tillstream-bench-'));
await promisify(execFile)('chmod', ['755', folder]);
const server = await startEmbedded({
  folder: join(folder, 'postgres'),
  settings: ['shared_buffers=512MB', 'work_mem=64MB', 'max_wal_size=8GB'],
});
const laps: [string, number][] = [];
let peakMb = 0;
const watch = setInterval(() => {
  peakMb = Math.max(peakMb, process.memoryUsage.rss() / 2 ** 20);
}, 20);

try {
  const number = (n: number) => String(n + 1);
  const configuration = configurationSchema.parse({
    merchant: 'bench',
    timezone: 'America/Chicago',
    data_folder: join(folder, 'data'),
    heartland: { base_url: 'http://127.0.0.1:9/api', token: 'none' },
    warehouse: { url: server.url },
    item_fields: { upc: 'custom@upc' },
    locations: Object.fromEntries(
      Array.from({ length: stores }, (_, n) => [number(n), { locally_id: String(10_000 + n) }]),
    ),
    locally: { max_age_minutes: 600, deliver: { host: '127.0.0.1', user: 'u', password: 'p' } },
  });
  const session = await openSession({
    configuration,
    command: 'bench',
    report: event => event.kind === 'stage' && laps.push([event.title, performance.now()]),
  });
  const { work } = session;
  await fill();
  globalThis.gc?.();
  const baseMb = process.memoryUsage.rss() / 2 ** 20;
  peakMb = 0;

  const result = await locally(work, { out: join(folder, 'out') }, new AbortController().signal);
  laps.push(['end', performance.now()]);
  const rows = result.stores.reduce((sum, store) => sum + store.rows, 0);
  const bytes = result.files.reduce((sum, file) => sum + file.bytes, 0);
  const seconds = (from: string, to: string) =>
    (laps.find(lap => lap[0] === to)![1] - laps.find(lap => lap[0] === from)![1]) / 1000;
  const making = seconds('Making the feed', 'Keeping the feed');
  const psql = await psqlCopy();
  console.log(
    [
      `${rows} rows, ${(bytes / 2 ** 20).toFixed(1)} MB in ${result.files.length} files`,
      `making (read, checked, on disk)  ${making.toFixed(1)} s  ${Math.round(rows / making)} rows/s`,
      `keeping in the warehouse         ${seconds('Keeping the feed', 'Sending the feed').toFixed(1)} s`,
      `copying to the folder            ${seconds('Sending the feed', 'end').toFixed(1)} s`,
      `psql \\copy (query) to file       ${psql.toFixed(1)} s  ratio ${(making / psql).toFixed(2)}`,
      `memory                           ${Math.round(peakMb)} MB at most, ${Math.round(baseMb)} MB before`,
    ].join('\n'),
  );
  await session.close('done', 0, 'bench');

  async function fill(): Promise<void> {
    await work.warehouse.query(
      `insert into locations (id, public_id, name, active, _run_id)
       select n, n::text, 'Store ' || n, true, $2 from generate_series(1, $1::int) as n`,
      [stores, work.runId],
    );
    await work.warehouse.query(
      `insert into items (id, public_id, description, price, active, custom, _run_id)
       select n, 'SKU-' || n, 'Item ' || n, (n % 20000) / 100.0 + 1, true,
              jsonb_build_object('upc', d || (10 - (
                select sum(substr(d, i, 1)::int * case when i % 2 = 1 then 3 else 1 end) from generate_series(1, 11) as i
              ) % 10) % 10, 'class_code', '110'), $2
       from generate_series(1, $1::int) as n
       cross join lateral (select '7' || lpad(((n::bigint * 7368787 + 2760225917) % 10000000000)::text, 10, '0')) as u (d)`,
      [items, work.runId],
    );
    await work.warehouse.query(
      `insert into inventory_values (location_id, item_id, qty, qty_on_hand, qty_available, _run_id)
       select l, i, (l * 7 + i) % 13, (l * 7 + i) % 13, (l * 7 + i) % 13 - (i % 50) / 49, $3
       from generate_series(1, $1::int) as l, generate_series(1, $2::int) as i`,
      [stores, items, work.runId],
    );
    await work.warehouse.query(
      `insert into _run_streams (run_id, stream, slice, status, attempts, started_at)
       select $1::bigint, s, '', 'complete', 1, now() from unnest(array['items', 'locations']) as s
       union all
       select $1::bigint, 'inventory_values', n::text, 'complete', 1, now() from generate_series(1, $2::int) as n`,
      [work.runId, stores],
    );
    await work.warehouse.query('vacuum analyze');
  }

  /** The same rows by the same view, straight from the server into one file. */
  async function psqlCopy(): Promise<number> {
    const file = join(folder, 'psql.csv');
    const script = join(folder, 'copy.sql');
    await writeFile(
      script,
      `set search_path to bench; set jit = off; begin;
       ${statement('exports/locally-stage')};
       insert into locally_stores select (9999 + id)::text, id, public_id, 0 from locations;
       insert into locally_items select id, custom ->> 'upc', null, null, price, true, null from items;
       analyze locally_stores, locally_items;
       ${statement('exports/locally-stock', { quantity: 'qty_available' })};
       \\copy (select locally_id, upc, floor(greatest(qty, 0)), round(price, 2) from locally_stock order by 1, 2) to '${file}' csv`,
    );
    const start = performance.now();
    await promisify(execFile)('psql', [server.url, '-q', '-f', script]);
    const taken = (performance.now() - start) / 1000;
    if ((await stat(file)).size < bytes) throw new Error('psql wrote too little');
    return taken;
  }
} finally {
  clearInterval(watch);
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
