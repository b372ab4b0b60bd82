/**
 * How fast it is, as ratios that are taken in one run: `npm run bench`. See docs/performance.md for what they mean.
 *
 * Every measurement is a process of its own; the server is another; Postgres is the embedded one with its usual
 * settings. Each pair is measured three times in turn, and the median counts.
 */
import { execFile, fork } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { startEmbedded } from '../sinks/postgres/embedded/server.ts';
import { addDays } from '../transforms/day.ts';
import { measureCommand, type ToolFigures, tools } from './compare/tools.ts';
import type { Figures, Job } from './jobs.ts';
import { ROWS_A_DAY } from './stream.ts';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const run = promisify(execFile);
/** Those of the npm scripts. */
const FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=30'];
const CLIENT = here('./client.js');
const million = Number(process.env.BENCH_ROWS ?? 1_000_000);
const TIMES = Number(process.env.BENCH_TIMES ?? 3);

const folder = await mkdtemp(join(tmpdir(), 'tillstream-bench-'));
await chmod(folder, 0o755);
const postgres = await startEmbedded({
  folder: join(folder, 'postgres'),
  settings: ['max_wal_size=4GB'],
});
const server = fork(here('./analyzer-server.ts'));
const port = await new Promise<number>(resolve => {
  server.once('message', message => resolve((message as { port: number }).port));
});
const baseUrl = `http://127.0.0.1:${port}`;
const days = (rows: number) =>
  Array.from({ length: rows / ROWS_A_DAY }, (_, day) => addDays('2026-01-01', day));
let merchants = 0;

try {
  console.log(
    `${million.toLocaleString('en-US')} rows of 12 columns, ${cpus().length} processors, medians of ${TIMES}\n`,
  );
  const prepared = await prepare();
  const fresh: Figures[] = [];
  const again: Figures[] = [];
  const copies: Figures[] = [];
  for (let time = 0; time < TIMES; time++) {
    const merchant = `bench_${++merchants}`;
    fresh.push(await measure({ what: 'tillstream', merchant, days: days(million) }));
    again.push(await measure({ what: 'tillstream', merchant, days: days(million) }));
    await forget(merchant);
    copies.push(await measure({ what: 'copy', merchant, days: [], file: prepared }));
    await forget(merchant);
  }
  const parse = await measure({ what: 'json', merchant: 'none', days: days(million) });
  const naiveRows = Math.max(ROWS_A_DAY, million / 10);
  await measure({ what: 'tillstream', merchant: 'bench_naive', days: [] });
  const naive = await measure({
    what: 'one by one',
    merchant: 'bench_naive',
    days: days(naiveRows),
  });

  const [ours, same, copy] = [median(fresh), median(again), median(copies)];
  line('new rows', ours, 'seconds');
  line('the same rows again', same, 'seconds');
  line('(a) \\copy of a prepared file', copy, 'seconds');
  line('(b) JSON.parse of the same bytes', parse, 'seconds');
  line(
    `(c) page by page, INSERT … ON CONFLICT, ${naiveRows.toLocaleString('en-US')} rows`,
    naive,
    'seconds',
  );
  console.log();
  ratio('new rows against (a)', copy.seconds / ours.seconds, 'at least 1');
  ratio('the same rows again against (a)', copy.seconds / same.seconds, 'at least 2');
  ratio('time of new rows in multiples of (b)', ours.seconds / parse.seconds, 'the floor is 1');
  ratio('new rows against (c)', perSecond(ours) / perSecond(naive), 'at least 6');
  await latency();
  await others();
  await memory(ours);
} finally {
  server.disconnect();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

/** The tools that a user would pick instead, one day of rows each, beside ours: whole processes, their start included. */
async function others(): Promise<void> {
  const one = days(ROWS_A_DAY);
  const merchant = `bench_${++merchants}`;
  // Tables are made before, as theirs are by the first of them.
  await measure({ what: 'tillstream', merchant, days: [] });
  const job = JSON.stringify(wholeJob({ what: 'tillstream', merchant, days: one }));
  const ours = await measureCommand([process.execPath, ...FLAGS, CLIENT, `'${job}'`].join(' '));
  const show = (name: string, { seconds, largestMb, togetherMb }: ToolFigures) =>
    console.log(
      `${name.padEnd(62)} ${seconds.toFixed(2).padStart(7)} seconds, ${(seconds / ours.seconds).toFixed(1)} × ours, peak ${togetherMb.toFixed(0)} MB, its largest process ${largestMb.toFixed(0)} MB`,
    );
  console.log(`\n(e) ${ROWS_A_DAY.toLocaleString('en-US')} rows`);
  show('tillstream', ours);
  for (const { name, run } of tools) {
    if (run === undefined) {
      console.log(
        `${name.padEnd(62)} left out: bench/compare/setup.sh could not install it, or was not run`,
      );
      continue;
    }
    const schema = `bench_other_${++merchants}`;
    const work = {
      url: postgres.url,
      baseUrl,
      days: one,
      perPage: 1000,
      folder: join(folder, schema),
      schema,
    };
    show(name, await run(work));
  }
}

/** A slow server: what is left to gain over pages × latency ÷ in_flight. */
async function latency(): Promise<void> {
  // A last page that is not full, as in life: after a full one the client asks for one more.
  const [ms, inFlight, perPage] = [250, 4, 990];
  // The server makes its pages when it is first asked for that size.
  await fetch(`${baseUrl}/reporting/analyzer?start_date=2026-01-01&page=1&per_page=${perPage}`);
  await fetch(`${baseUrl}/latency?ms=${ms}`);
  const merchant = `bench_${++merchants}`;
  const slow = await measure({
    ...{ what: 'tillstream', merchant, inFlight, perPage },
    days: days(million),
  });
  await fetch(`${baseUrl}/latency?ms=0`);
  const pages = days(million).length * Math.ceil(ROWS_A_DAY / perPage);
  const ideal = (pages * ms) / inFlight / 1000;
  ratio(
    `(d) ${ms} ms a page: time against the ideal ${ideal} s`,
    slow.seconds / ideal,
    'at most 1.05',
  );
}

/** Memory must not grow with the data. */
async function memory(small: Figures): Promise<void> {
  const merchant = `bench_${++merchants}`;
  const large = await measure({ what: 'tillstream', merchant, days: days(million * 10) });
  console.log(
    `\npeak memory ${small.peakMb.toFixed(0)} MB for ${small.rows.toLocaleString('en-US')} rows, ${large.peakMb.toFixed(0)} MB for ${large.rows.toLocaleString('en-US')} (at most 200 MB, and the same)`,
  );
  await forget(merchant);
}

/** Loads the rows once and writes them out as `\copy` would want them. */
async function prepare(): Promise<string> {
  const merchant = `bench_${++merchants}`;
  await measure({ what: 'tillstream', merchant, days: days(million) });
  const file = join(folder, 'prepared.txt');
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await pipeline(
    client.query(copyTo(`copy ${merchant}.bench_sales to stdout`)) as Readable,
    createWriteStream(file),
  );
  await client.end();
  await forget(merchant);
  return file;
}

/** Empties a merchant's table and forgets its slices, so that the next measurement starts from nothing. */
async function forget(merchant: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`truncate ${merchant}.bench_sales, ${merchant}._slices; checkpoint`);
  await client.end();
}

type Asked = Pick<Job, 'what' | 'merchant' | 'days'> & Partial<Job>;

function wholeJob(job: Asked): Job {
  return { url: postgres.url, baseUrl, perPage: 1000, inFlight: 4, ...job };
}

async function measure(job: Asked): Promise<Figures> {
  const args = [...FLAGS, CLIENT, JSON.stringify(wholeJob(job))];
  const { stdout } = await run(process.execPath, args);
  return JSON.parse(stdout) as Figures;
}

function median(all: readonly Figures[]): Figures {
  return all.toSorted((one, other) => one.seconds - other.seconds)[Math.floor(all.length / 2)]!;
}

function perSecond({ rows, seconds }: Figures): number {
  return rows / seconds;
}

function line(what: string, { seconds, cpuSeconds, peakMb }: Figures, unit: string): void {
  console.log(
    `${what.padEnd(62)} ${seconds.toFixed(2).padStart(7)} ${unit}, ${cpuSeconds.toFixed(2)} of processor, peak ${peakMb.toFixed(0)} MB`,
  );
}

function ratio(what: string, value: number, goal: string): void {
  console.log(`${what.padEnd(62)} ${value.toFixed(2).padStart(7)} ×  (${goal})`);
}
