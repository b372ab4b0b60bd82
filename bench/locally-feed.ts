/**
 * The Locally feed of a large merchant, as `tillstream locally` makes and sends it over FTP to a server on this machine,
 * beside `psql \copy` of the same query over the same view to one file. Turn and turn about, several times; the median
 * counts. Making the feed includes reading every UPC, the findings, the checks, and comparing with what Locally has,
 * which psql does not do.
 *
 *     node bench/locally-feed.ts [stores] [items] [times]       default 100 stores, 20 000 items each, 3 times
 */
import { execFile, fork, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import scripts from '../package.json' with { type: 'json' };
import { openSession } from '../pipelines/run/session.ts';
import type { Work } from '../pipelines/run/work.ts';
import { configurationSchema } from '../pipelines/settings/schema.ts';
import { startEmbedded } from '../sinks/postgres/embedded/server.ts';
import { statement } from '../sinks/postgres/statement.ts';
import type { FtpServer } from '../test/stand-ins/ftp/server.ts';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const [stores = 100, items = 20_000, times = 3] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'tillstream-bench-'));
await promisify(execFile)('chmod', ['755', folder]);
const server = await startEmbedded({
  folder: join(folder, 'postgres'),
  settings: ['shared_buffers=512MB', 'work_mem=64MB', 'max_wal_size=8GB'],
});
const ftpProcess = fork(here('./ftp-server.ts'));
const ftp = await new Promise<FtpServer>(resolve => {
  ftpProcess.once('message', message => resolve(message as FtpServer));
});
const written = {
  merchant: 'bench',
  timezone: 'America/Chicago',
  data_folder: join(folder, 'data'),
  heartland: { base_url: 'http://127.0.0.1:9/api', token: 'none' },
  warehouse: { url: server.url },
  item_fields: { upc: 'public_id' },
  locations: Object.fromEntries(
    Array.from({ length: stores }, (_, n) => [String(n + 1), { locally_id: String(10_000 + n) }]),
  ),
  locally: {
    max_age_minutes: 10_000,
    deliver: { host: ftp.host, port: ftp.port, user: ftp.user, password: ftp.password },
  },
};

try {
  await writeFile(join(folder, 'tillstream.yaml'), stringify(written));
  const session = await openSession({
    configuration: configurationSchema.parse(written),
    command: 'bench',
    report: () => {},
  });
  await fill(session.work);
  await session.close('done', 0, 'bench');

  const first = await send();
  console.log(`${first.rows} rows, ${(first.bytes / 2 ** 20).toFixed(1)} MB, ${stores} files`);
  console.log(inWords('first feed ', first));
  const ratios: { making: number; all: number }[] = [];
  for (let time = 1; time <= times; time++) {
    const psql = await psqlCopy();
    const feed = await send();
    console.log(`${inWords(`feed ${time}     `, feed)}; \\copy ${psql.toFixed(1)} s`);
    ratios.push({ making: feed.making / psql, all: feed.all / psql });
  }
  console.log(`making against \\copy           ${spread(ratios.map(({ making }) => making))}`);
  console.log(`from Postgres to the FTP server ${spread(ratios.map(({ all }) => all))}`);
} finally {
  ftpProcess.kill();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
  await rm(ftp.root, { recursive: true, force: true });
}

interface Feed {
  readonly rows: number;
  readonly bytes: number;
  /** Seconds: read, checked, on disk. */
  readonly making: number;
  /** Seconds: its bytes in the warehouse. */
  readonly keeping: number;
  readonly sending: number;
  readonly all: number;
  readonly peakMb: number;
}

/** The command as a person types it: `npm run tillstream -- locally`. */
async function send(): Promise<Feed> {
  const [program, ...args] = scripts.scripts.tillstream.split(' ');
  const child = spawn(
    program!,
    [...args, 'locally', '--verbose', '--json', '--config', join(folder, 'tillstream.yaml')],
    { cwd: here('..'), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const laps = new Map<string, number>();
  let peakMb = 0;
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peakMb = Math.max(peakMb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }, 50);
  const said: string[] = [];
  createInterface(child.stderr).on('line', line => {
    said.push(line);
    laps.set(/"msg":"([^"]*)"/.exec(line)?.[1] ?? line, performance.now());
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text;
    laps.set('sent', performance.now());
  });
  const code = await new Promise(resolve => child.once('close', resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`the feed ended with ${code}: ${said.join('\n')}${output}`);
  const files: { rows: number; bytes: number }[] = JSON.parse(output).files;
  const seconds = (from: string, to: string) => (laps.get(to)! - laps.get(from)!) / 1000;
  return {
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    making: seconds('Making the feed', 'Saving the feed'),
    keeping: seconds('Saving the feed', 'Sending the feed'),
    sending: seconds('Sending the feed', 'sent'),
    all: seconds('Making the feed', 'sent'),
    peakMb,
  };
}

function inWords(name: string, { making, keeping, sending, peakMb }: Feed): string {
  const [made, saved, sent] = [making, keeping, sending].map(each => each.toFixed(1));
  return `${name} making ${made} s, saving ${saved} s, sending ${sent} s, ${Math.round(peakMb)} MB`;
}

function spread(ratios: readonly number[]): string {
  const sorted = ratios.toSorted((a, b) => a - b);
  const [least, median, most] = [0, Math.floor(sorted.length / 2), sorted.length - 1].map(place =>
    sorted[place]!.toFixed(2),
  );
  return `${median} times (${least} to ${most})`;
}

async function fill({ warehouse, runId }: Work): Promise<void> {
  await warehouse.query(
    `insert into locations (id, public_id, name, active, _run_id)
     select n, n::text, 'Store ' || n, true, $2 from generate_series(1, $1::int) as n`,
    [stores, runId],
  );
  await warehouse.query(
    `insert into items (id, public_id, description, price, active, custom, _run_id)
     select n, d || (10 - (
              select sum(substr(d, i, 1)::int * case when i % 2 = 1 then 3 else 1 end) from generate_series(1, 11) as i
            ) % 10) % 10, 'Item ' || n, (n % 20000) / 100.0 + 1, true, '{"class_code": "110"}', $2
     from generate_series(1, $1::int) as n
     cross join lateral (select '7' || lpad(((n::bigint * 7368787 + 2760225917) % 10000000000)::text, 10, '0')) as u (d)`,
    [items, runId],
  );
  await warehouse.query(
    `insert into inventory_values (location_id, item_id, qty, qty_on_hand, qty_available, _run_id)
     select l, i, (l * 7 + i) % 13, (l * 7 + i) % 13, (l * 7 + i) % 13 - (i % 50) / 49, $3
     from generate_series(1, $1::int) as l, generate_series(1, $2::int) as i`,
    [stores, items, runId],
  );
  await warehouse.query(
    `insert into _run_streams (run_id, stream, slice, status, attempts, started_at)
     select $1::bigint, s, '', 'complete', 1, now() from unnest(array['items', 'locations']) as s
     union all
     select $1::bigint, 'inventory_values', n::text, 'complete', 1, now() from generate_series(1, $2::int) as n`,
    [runId, stores],
  );
  await warehouse.pool.query('vacuum analyze');
}

/** The same lines in the same order by the same view, straight from the server into one file. */
async function psqlCopy(): Promise<number> {
  const file = join(folder, 'psql.csv');
  const script = join(folder, 'copy.sql');
  await writeFile(
    script,
    `set search_path to bench; set jit = off; begin;
     ${statement('exports/locally/stage')};
     insert into locally_stores select (9999 + id)::text, id, public_id, null from locations;
     insert into locally_items (item_id, upc, price, active) select id, public_id, price, true from items;
     ${statement('exports/locally/single-rows')};
     analyze locally_stores, locally_items;
     ${statement('exports/locally/units', { quantity: 'qty_available' })};
     ${statement('exports/locally/stock')};
     \\copy (select upc, floor(greatest(qty, 0)), price from locally_stock order by locally_id, upc) to '${file}' csv`,
  );
  const start = performance.now();
  await promisify(execFile)('psql', [server.url, '-q', '-v', 'ON_ERROR_STOP=1', '-f', script]);
  const taken = (performance.now() - start) / 1000;
  if ((await stat(file)).size < 20 * stores * items) throw new Error('psql wrote too little');
  return taken;
}
