/**
 * The month-end file of a large merchant: how long it takes after the sync, and how much memory. Computing, every check
 * against (made up) totals of Heartland at each location and class, rendering, and keeping it with its bytes.
 *
 *     node bench/management-one.ts [locations] [classes] [items a class]     default 200, 500 and 2
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { configurationSchema } from '../pipelines/configuration/schema.ts';
import type { Answer } from '../pipelines/management-one/answers.ts';
import { figuresOfMonth } from '../pipelines/management-one/figures.ts';
import { judge } from '../pipelines/management-one/judge.ts';
import { inFiles, renderMonth } from '../pipelines/management-one/render.ts';
import { openSession } from '../pipelines/session.ts';
import { startEmbedded } from '../sinks/postgres/embedded/server.ts';
import { keepExport } from '../sinks/postgres/exports.ts';
import { parseMonth } from '../transforms/month.ts';

const [locations = 200, classes = 500, itemsAClass = 2] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'tillstream-bench-'));
await promisify(execFile)('chmod', ['755', folder]);
const server = await startEmbedded({
  folder: join(folder, 'postgres'),
  settings: ['shared_buffers=512MB', 'work_mem=64MB', 'max_wal_size=8GB'],
});
let peakMb = 0;
const watch = setInterval(() => {
  peakMb = Math.max(peakMb, process.memoryUsage.rss() / 2 ** 20);
}, 20);

try {
  const codes = Array.from({ length: classes }, (_, n) => String(100 + n));
  const configuration = configurationSchema.parse({
    merchant: 'bench',
    timezone: 'America/Chicago',
    data_folder: join(folder, 'data'),
    heartland: { base_url: 'http://127.0.0.1:9/api', token: 'none' },
    warehouse: { url: server.url },
    locations: Object.fromEntries(Array.from({ length: locations }, (_, n) => [String(n + 1), {}])),
    management_one: {
      client_id: '4321',
      class_codes: codes,
      email: { smtp: 'smtp://127.0.0.1:9', from: 'a@b.example', to: ['c@d.example'] },
    },
  });
  const session = await openSession({ configuration, command: 'bench', report: () => {} });
  const { work } = session;
  const settings = configuration.management_one!;
  const month = parseMonth('2026-10');
  const { signal } = new AbortController();
  await fill();
  const answers = await madeUpAnswers();
  globalThis.gc?.();
  const baseMb = process.memoryUsage.rss() / 2 ** 20;
  peakMb = 0;

  const laps = [performance.now()];
  const figures = await figuresOfMonth(work, settings, month, answers, signal);
  laps.push(performance.now());
  const rendered = renderMonth(work, settings, month, figures.rows);
  const { checks, problems } = judge(work, settings, month, figures, rendered);
  laps.push(performance.now());
  const made = { kind: 'management_one', period: '2026-10', status: 'sending' } as const;
  const bytes = await inFiles(work, rendered, signal, async files => {
    await keepExport(
      work.warehouse,
      work.runId,
      { ...made, totals: figures.totals, checks, problems },
      files,
    );
    return files.reduce((sum, file) => sum + file.bytes, 0);
  });
  laps.push(performance.now());
  const lap = (n: number) => ((laps[n]! - laps[n - 1]!) / 1000).toFixed(2);
  const wrong = checks.filter(
    ({ name, verdict }) => verdict === 'failed' && name.endsWith('Heartland'),
  );
  console.log(
    [
      `${figures.rows.length} rows, ${(bytes / 2 ** 20).toFixed(1)} MB, from ${answers.length} totals of Heartland`,
      `figures and comparisons  ${lap(1)} s`,
      `rendering and checks     ${lap(2)} s`,
      `on disk and kept         ${lap(3)} s`,
      `in all                   ${((laps[3]! - laps[0]!) / 1000).toFixed(2)} s`,
      `memory                   ${Math.round(peakMb)} MB at most, ${Math.round(baseMb)} MB before`,
      ...wrong.map(({ name, detail }) => `UNEXPECTED: ${name}: ${detail}`),
    ].join('\n'),
  );
  await session.close('done', 0, 'bench');

  async function fill(): Promise<void> {
    const { warehouse, runId } = work;
    await warehouse.query(
      `insert into locations (id, public_id, name, active, _run_id)
       select n, n::text, 'Store ' || n, true, $2 from generate_series(1, $1::int) as n`,
      [locations, runId],
    );
    await warehouse.query(
      `insert into items (id, public_id, description, price, custom, _run_id)
       select n, 'SKU-' || n, 'Item ' || n, 20 + n % 50, jsonb_build_object('class_code', (100 + n % $2)::text), $3
       from generate_series(1, $1::int) as n`,
      [classes * itemsAClass, classes, runId],
    );
    await warehouse.query(
      `insert into inventory_daily (as_of_date, location_number, item_number, qty_on_hand, price_on_hand, _run_id)
       select day, location::text, 'SKU-' || item, item % 7, (item % 7) * (20 + item % 50), $3
       from unnest('{2026-09-30,2026-10-31}'::date[]) as day, generate_series(1, $1::int) as location,
            generate_series(1, $2::int) as item`,
      [locations, classes * itemsAClass, runId],
    );
    await warehouse.query(
      `insert into inventory_cost_daily (as_of_date, location_number, item_number, cost_on_hand, _run_id)
       select as_of_date, location_number, item_number, price_on_hand * 0.4875, $1 from inventory_daily`,
      [runId],
    );
    await warehouse.query(
      `insert into sales_daily (business_date, location_number, item_number, net_sales, net_qty_sold, net_markdowns, _run_id)
       select '2026-10-01'::date + item % 31, location::text, 'SKU-' || item, 19.95, 1, 0.55, $3
       from generate_series(1, $1::int) as location, generate_series(1, $2::int) as item`,
      [locations, classes * itemsAClass, runId],
    );
    await warehouse.query(
      `insert into sales_margin_daily (business_date, location_number, item_number, net_margin, _run_id)
       select business_date, location_number, item_number, 9.9512345, $1 from sales_daily`,
      [runId],
    );
    await warehouse.query('analyze');
  }

  /** What Heartland would answer, summed here so that every comparison is made and holds. */
  async function madeUpAnswers(): Promise<Answer[]> {
    return work.warehouse.query<Answer>(`
      with fact as (
        select location_number as location, item_number, case as_of_date when '2026-10-31' then 'end' else 'begin' end || part.metric as metric, part.amount
        from inventory_daily join inventory_cost_daily using (as_of_date, location_number, item_number)
        cross join lateral (values ('_units', qty_on_hand), ('_cost', cost_on_hand), ('_retail', price_on_hand)) as part (metric, amount)
        union all
        select location_number, item_number, part.metric, part.amount
        from sales_daily join sales_margin_daily using (business_date, location_number, item_number)
        cross join lateral (values ('sold_units', net_qty_sold), ('sold_retail', net_sales), ('sold_margin', net_margin), ('markdowns_retail', net_markdowns)) as part (metric, amount)
      )
      select level, location, code, jsonb_object_agg(metric, amount::text) as amounts
      from (
        select case when grouping(custom ->> 'class_code') = 0 then 'class' when grouping(location) = 0 then 'location' else 'all' end as level,
               location, custom ->> 'class_code' as code, metric, sum(amount) as amount
        from fact join items on items.public_id = fact.item_number
        group by grouping sets ((location, custom ->> 'class_code', metric), (location, metric), (metric))
      ) as summed
      group by level, location, code`);
  }
} finally {
  clearInterval(watch);
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
