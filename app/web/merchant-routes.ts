/** The screens and buttons of one merchant. */
import type { Hono } from 'hono';
import { html } from 'hono/html';
import { stream } from 'hono/streaming';
import { locallyStatus } from '../../pipelines/exports/locally/status.ts';
import { totalsOf } from '../../pipelines/exports/management-one/delivery-history.ts';
import { locationNames } from '../../pipelines/exports/management-one/summary.ts';
import { countOpenRows, openRows } from '../../pipelines/sync/quarantine.ts';
import {
  exportedBytes,
  listExports,
  madeExports,
  type RecordedExport,
} from '../../sinks/postgres/exports.ts';
import { addDays } from '../../transforms/day.ts';
import { monthOf, parseMonth, periodInWords } from '../../transforms/month.ts';
import type { PageContext, PageEnvironment, PageOptions } from './environment.ts';
import { JOBS, type JobName } from './jobs.ts';
import { overviewOf, runsOf, streamsOf } from './overview.ts';
import type { Frame } from './views/layout.ts';
import * as parts from './views/parts.ts';
import { jobView, runsTable, todayView } from './views/today.ts';

type Show = (
  c: PageContext,
  frame: Omit<Frame, 'nonce' | 'user'>,
  body: unknown,
) => Response | Promise<Response>;

const ROWS = 200;
const MONTH = /^\d{4}-\d{2}$/;
const MOST_BYTES_IN_NAME = 200;

/** Adds the routes below `/m/:merchant`; the caller has checked who asks. */
export function addMerchantRoutes(
  app: Hono<PageEnvironment>,
  { merchants, users, jobs, now }: PageOptions,
  show: Show,
): void {
  const at = (c: PageContext) => {
    const configuration = c.get('configuration');
    const { merchant, timezone } = configuration;
    return { configuration, merchant, timezone, role: c.get('role') };
  };
  const warehouseOf = (c: PageContext) => merchants.warehouse(c.get('configuration').merchant);
  const frame = (c: PageContext, title: string, open: string) => ({
    ...{ title, open, merchant: c.get('configuration').merchant, role: c.get('role') },
  });

  app.get('/m/:merchant', async c => {
    const { configuration, merchant, timezone, role } = at(c);
    const overview = await overviewOf(await warehouseOf(c), configuration, now());
    const isWhole = c.req.query('all') !== undefined;
    const job = jobs.stateOf(merchant);
    const body = todayView({ merchant, role, timezone, overview, job, isWhole });
    return show(c, frame(c, merchant, ''), body);
  });

  app.get('/m/:merchant/streams', async c => {
    const rows = await streamsOf(await warehouseOf(c));
    return show(c, frame(c, 'Streams', 'streams'), parts.streamsView(rows, at(c).timezone));
  });

  app.get('/m/:merchant/runs', async c => {
    const runs = await runsOf(await warehouseOf(c), ROWS);
    const body = html`<h1>Runs</h1>${jobView(jobs.stateOf(at(c).merchant))}
${runsTable(runs, at(c).timezone)}`;
    return show(c, frame(c, 'Runs', 'runs'), body);
  });

  app.get('/m/:merchant/quarantine', async c => {
    const warehouse = await warehouseOf(c);
    const rows = await openRows(warehouse, ROWS);
    const body = parts.quarantineView(rows, await countOpenRows(warehouse), at(c));
    return show(c, frame(c, 'Quarantine', 'quarantine'), body);
  });

  app.get('/m/:merchant/actions', async c => {
    const { merchant, timezone } = at(c);
    const body = parts.actionsView(await users.actions(merchant), timezone);
    return show(c, frame(c, 'Log', 'actions'), body);
  });

  app.get('/m/:merchant/locally', async c => {
    const warehouse = await warehouseOf(c);
    const stores = await locallyStatus(warehouse, at(c).configuration, now());
    const feeds = await madeExports(warehouse, { kind: 'locally', limit: 30 });
    return show(c, frame(c, 'Locally', 'locally'), parts.locallyView(stores, feeds, at(c)));
  });

  app.get('/m/:merchant/months', async c => {
    const { merchant, timezone } = at(c);
    const made = await madeExports(await warehouseOf(c), { kind: 'management_one', limit: 100 });
    return show(c, frame(c, 'Months', 'months'), parts.monthsView(made, merchant, timezone));
  });

  app.get('/m/:merchant/months/:month', async c => {
    const { configuration, merchant, timezone, role } = at(c);
    const warehouse = await warehouseOf(c);
    const period = c.req.param('month');
    const ofPeriod = async (label: string): Promise<RecordedExport | undefined> => {
      const all = await listExports(warehouse, 'management_one', { period: label });
      return all.find(({ status }) => status === 'delivered') ?? all[0];
    };
    const made = await ofPeriod(period);
    if (made === undefined) return c.notFound();
    const others = [];
    for (const label of MONTH.test(period) ? comparable(period) : []) {
      const other = await ofPeriod(label);
      const totals = other?.status === 'delivered' ? totalsOf(other) : undefined;
      if (totals !== undefined)
        others.push({ name: `${periodInWords({ label })}, as sent`, file: totals.file });
    }
    const { inFile } = await locationNames({ warehouse, configuration });
    const figures = totalsOf(made);
    const screen = { merchant, role, timezone, made, figures, others, names: inFile };
    return show(c, frame(c, periodInWords({ label: period }), 'months'), parts.monthView(screen));
  });

  app.get('/m/:merchant/files/:number/:name', async c => {
    const { number, name } = c.req.param();
    if (!/^\d{1,18}$/.test(number) || name.length > MOST_BYTES_IN_NAME) return c.notFound();
    const warehouse = await warehouseOf(c);
    const [made] = await madeExports(warehouse, { exportId: number, limit: 1 });
    if (!made?.hasBytes || !made.files.some(file => file.name === name)) return c.notFound();
    c.header('content-type', 'application/octet-stream');
    c.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
    return stream(c, async out => {
      for await (const chunk of exportedBytes(warehouse, number, name)) {
        if (out.aborted) return;
        await out.write(chunk);
      }
    });
  });

  const start = async (c: PageContext, job: JobName, args: readonly string[] = []) => {
    const { configuration, merchant } = at(c);
    const what = [JOBS[job].text, ...args.filter(arg => !arg.startsWith('--month'))].join(' ');
    await users.record(c.get('user').name, merchant, what);
    if (jobs.start(configuration, job, args)) return c.redirect(`/m/${merchant}`, 303);
    return c.text('Something else is running for this merchant. Try again when it is done.\n', 409);
  };

  app.post('/m/:merchant/jobs/:job', c => {
    const job = c.req.param('job');
    return Object.hasOwn(JOBS, job) ? start(c, job as JobName) : c.notFound();
  });

  app.post('/m/:merchant/months/:month/:verb', c => {
    const { month, verb } = c.req.param();
    if (!MONTH.test(month) || (verb !== 'make' && verb !== 'resend')) return c.notFound();
    const again = verb === 'resend' ? ['--resend'] : [];
    return start(c, 'management-one', ['--month', month, ...again]);
  });
}

/** The previous month and the same month of the previous year. */
function comparable(label: string): readonly string[] {
  const { start } = parseMonth(label);
  const lastYear = `${Number(label.slice(0, 4)) - 1}${label.slice(4)}`;
  return [monthOf(addDays(start, -1)).label, lastYear];
}
