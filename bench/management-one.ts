/**
 * The month-end file of a large merchant: how long it takes after the sync, and how much memory. Everything between what
 * Heartland answered about its own totals and the message that is ready to leave: putting the answers in order, computing,
 * every proof against them, writing the file, keeping it with its bytes, and the text of the e-mail.
 *
 *     node bench/management-one.ts [locations] [classes] [items a class]     default 200, 500 and 2
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { LOCATION, reportsOf } from '../pipelines/exports/management-one/control-totals.ts';
import { totalsSnapshot } from '../pipelines/exports/management-one/delivery-history.ts';
import { buildMonth } from '../pipelines/exports/management-one/management-one.ts';
import { ControlTotals } from '../pipelines/exports/management-one/reconcile.ts';
import { partsOf } from '../pipelines/exports/management-one/refresh.ts';
import { earlierMonths, locationNames } from '../pipelines/exports/management-one/summary.ts';
import { openSession } from '../pipelines/run/session.ts';
import { inSpool } from '../pipelines/run/spool-folder.ts';
import { configurationSchema } from '../pipelines/settings/schema.ts';
import { startEmbedded } from '../sinks/postgres/embedded/server.ts';
import { recordExport } from '../sinks/postgres/exports.ts';
import { messageHtml } from '../transforms/management-one/message/html.ts';
import { messageText } from '../transforms/management-one/message/text.ts';
import { parseMonth } from '../transforms/month.ts';
import { fill, heartlandTotals } from './management-one/account.ts';

const [locations = 200, classes = 500, itemsAClass = 2] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'tillstream-bench-'));
await promisify(execFile)('chmod', ['755', folder]);
const server = await startEmbedded({ folder: join(folder, 'postgres') });
let peakMb = 0;
const watch = setInterval(() => {
  peakMb = Math.max(peakMb, process.memoryUsage.rss() / 2 ** 20);
}, 20);

try {
  const configuration = configurationSchema.parse({
    merchant: 'bench',
    timezone: 'America/Chicago',
    data_folder: join(folder, 'data'),
    heartland: { base_url: 'http://127.0.0.1:9/api', token: 'none' },
    warehouse: { url: server.url },
    locations: Object.fromEntries(Array.from({ length: locations }, (_, n) => [String(n + 1), {}])),
    history: { from: '2026-01-01' },
    management_one: {
      client_id: '4321',
      class_codes: Array.from({ length: classes }, (_, n) => String(100 + n)),
      email: { smtp: 'smtp://127.0.0.1:9', from: 'a@b.example', to: ['c@d.example'] },
    },
  });
  const steps: (readonly [title: string, at: number])[] = [];
  const session = await openSession({
    configuration,
    command: 'bench',
    now: () => new Date('2026-11-21T18:00:00Z'),
    report: () => {},
  });
  const { work } = session;
  const settings = configuration.management_one!;
  const month = parseMonth('2026-10');
  const { signal } = new AbortController();
  const done = (title: string) => steps.push([title, performance.now()]);
  await fill(work, { locations, classes, itemsAClass }, partsOf(settings, month));
  const reports = await heartlandTotals(work, reportsOf(settings, month, '2026-11-21'), LOCATION);
  const rowCount = reports.reduce((sum, { rows }) => sum + rows.length, 0);
  globalThis.gc?.();
  const baseMb = process.memoryUsage.rss() / 2 ** 20;
  peakMb = 0;

  done('');
  // As they come while the month is computed.
  const asking = async () => {
    const controlTotals = new ControlTotals({
      location: LOCATION,
      classCode: 'item.custom@class_code',
    });
    for (let report = reports.shift(); report !== undefined; report = reports.shift()) {
      await setImmediate();
      controlTotals.add(report.level, report.metrics, report.rows);
    }
    return controlTotals;
  };
  const { checks, lines, bytes } = await inSpool(work, async spool => {
    const toMake = { month, folder: spool, withPreview: false };
    const made = await buildMonth(work, settings, toMake, asking(), signal);
    done('computed, checked and written');
    const { files, rowCount: lines } = made.rendered;
    const { totals } = made.figures;
    const { checks, problems } = made;
    const snapshot = totalsSnapshot(month, totals, made.rendered.lines);
    const described = { kind: 'management_one', period: '2026-10', status: 'sending' } as const;
    await recordExport(
      work.warehouse,
      work.runId,
      { ...described, totals: snapshot, checks, problems },
      files,
    );
    done('recorded with its bytes');
    const earlier = await earlierMonths(work, settings, month);
    const summary = {
      locationNames: await locationNames(work),
      ...{ merchant: 'bench', clientId: '4321', month, files, totals, checks, problems, earlier },
      resent: undefined,
    };
    const size = messageText(summary).length + messageHtml(summary).length;
    done(`message written (${(size / 2 ** 10).toFixed(0)} KB)`);
    return { checks, lines, bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
  });
  const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(2)} s`;
  const wrong = checks.filter(({ result }) => result === 'failed');
  console.log(
    [
      `${lines} lines, ${(bytes / 2 ** 20).toFixed(1)} MB, against ${rowCount} totals of Heartland`,
      ...steps.slice(1).map(([title, at], n) => `${title.padEnd(36)} ${seconds(steps[n]![1], at)}`),
      `${'in all'.padEnd(36)} ${seconds(steps[0]![1], steps.at(-1)![1])}`,
      `${'memory'.padEnd(36)} ${Math.round(peakMb)} MB at most, ${Math.round(baseMb)} MB before`,
      ...wrong.map(({ name, detail }) => `UNEXPECTED: ${name}: ${detail}`),
    ].join('\n'),
  );
  await session.close('done', 0, 'bench');
} finally {
  clearInterval(watch);
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
