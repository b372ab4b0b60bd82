/** What is measured: see `client.js`. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { lastValueFrom, mergeMap, from as rows$, toArray } from 'rxjs';
import { request } from 'undici';
import { openSession } from '../pipelines/run/session.ts';
import { tableOf } from '../pipelines/run/tables.ts';
import { configurationSchema } from '../pipelines/settings/schema.ts';
import { pullSlice } from '../pipelines/sync/pull-slice.ts';
import { migrate } from '../sinks/postgres/migrate.ts';
import { BENCH_METRICS, benchStream } from './stream.ts';

export interface Job {
  readonly what: 'tillstream' | 'copy' | 'json' | 'one by one';
  readonly url: string;
  readonly baseUrl: string;
  readonly merchant: string;
  readonly days: readonly string[];
  readonly perPage: number;
  readonly inFlight: number;
  /** For `copy`: the prepared file. */
  readonly file?: string;
}

export interface Figures {
  readonly rows: number;
  readonly seconds: number;
  /** Processor time of this process alone. */
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

const job = JSON.parse(process.argv[2]!) as Job;
const startedAt = process.hrtime.bigint();
const cpuBefore = process.cpuUsage();
let measured = { rows: 0, since: startedAt, cpu: cpuBefore };

const jobs: Readonly<Record<Job['what'], () => Promise<number>>> = {
  tillstream,
  copy,
  json,
  'one by one': oneByOne,
};
const rows = await jobs[job.what]();
const used = process.cpuUsage(measured.cpu);
const figures: Figures = {
  rows,
  seconds: Number(process.hrtime.bigint() - measured.since) / 1e9,
  cpuSeconds: (used.user + used.system) / 1e6,
  peakMb: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit();

/** Everything before this was preparation. */
function startNow(): void {
  measured = { rows: 0, since: process.hrtime.bigint(), cpu: process.cpuUsage() };
}

/** The real thing: fetch, check, encode, COPY, count, merge, commit. */
async function tillstream(): Promise<number> {
  const configuration = configurationSchema.parse({
    merchant: job.merchant,
    timezone: 'UTC',
    heartland: {
      base_url: job.baseUrl,
      token: 'none',
      in_flight: job.inFlight,
      per_page: job.perPage,
    },
    warehouse: { url: job.url },
  });
  const { work, close } = await openSession({ configuration, command: 'bench', report: () => {} });
  await migrate(work.warehouse, [tableOf(benchStream)], {});
  startNow();
  const slices = job.days.map(label => ({
    label,
    clauses: [],
    scope: { kind: 'slice' as const, column: 'business_date', value: label },
    sweeps: false,
  }));
  const records = await lastValueFrom(
    rows$(slices).pipe(
      mergeMap(slice => pullSlice(work, benchStream, slice), job.inFlight),
      toArray(),
    ),
  );
  await close('done', 0, '');
  return records.reduce((sum, record) => sum + record.seen, 0);
}

/** What psql's `\copy` does: a prepared file, into the same table with its key. */
async function copy(): Promise<number> {
  const client = new pg.Client({ connectionString: job.url });
  await client.connect();
  await client.query(`set search_path to ${job.merchant}`);
  startNow();
  const stream = client.query(copyFrom('copy bench_sales from stdin'));
  await pipeline(createReadStream(job.file!), stream);
  return stream.rowCount;
}

/** `JSON.parse` of the same bytes, and nothing else. */
async function json(): Promise<number> {
  const { body } = await request(pageAddress(job.days[0]!, 1));
  const text = await body.text();
  startNow();
  let count = 0;
  for (let page = 0; page < (job.days.length * 100_000) / job.perPage; page++) {
    count += JSON.parse(text).results.length;
  }
  return count;
}

/** What people write today: a page at a time, one INSERT of 1,000 rows with ON CONFLICT. */
async function oneByOne(): Promise<number> {
  const client = new pg.Client({ connectionString: job.url });
  await client.connect();
  await client.query(`set search_path to ${job.merchant}`);
  const keys = ['date.date', 'location.public_id', 'item.public_id', ...BENCH_METRICS];
  const columns = tableOf(benchStream).columns.map(column => column.name);
  const updates = columns.slice(3).map(name => `${name} = excluded.${name}`);
  startNow();
  let count = 0;
  for (const day of job.days) {
    for (let page = 1, pages = 1; page <= pages; page++) {
      const { body } = await request(pageAddress(day, page));
      const answer = (await body.json()) as { pages: number; results: Record<string, unknown>[] };
      pages = answer.pages;
      const values = answer.results.map(
        (_, row) => `(${keys.map((_, column) => `$${row * keys.length + column + 1}`).join()}, 1)`,
      );
      await client.query(
        `insert into bench_sales (${columns.join()}, _run_id) values ${values.join()}
         on conflict (business_date, location_number, item_number) do update set ${updates.join()}`,
        answer.results.flatMap(row => keys.map(key => row[key])),
      );
      count += answer.results.length;
    }
  }
  return count;
}

function pageAddress(day: string, page: number): string {
  return `${job.baseUrl}/reporting/analyzer?start_date=${day}&page=${page}&per_page=${job.perPage}`;
}
