import { statement } from '../../../sinks/postgres/statement.ts';
import { waitingViews, waitingViewsInWords } from '../../../sinks/postgres/views.ts';
import { localDate, localTime } from '../../../transforms/day.ts';
import { EXIT } from '../../../transforms/errors.ts';
import { type FruitlessSync, fruitlessSync } from '../../fruitless-sync.ts';
import { locallyStatus, type StoreStatus } from '../../locally/status.ts';
import { type Restatement, restatements } from '../../management-one/restatements.ts';
import { UNREAD_MEANS } from '../../quarantine.ts';
import type { CliCommand } from '../command.ts';
import { lookAtEach } from '../merchants.ts';
import { count } from '../reporter.ts';
import { table } from '../table.ts';

interface StreamRow {
  readonly stream: string;
  readonly complete_at: Date | null;
  readonly failed_at: Date | null;
  readonly failed_because: string | null;
  readonly position: string | null;
  readonly quarantined: number;
  /** Days, months or month ends that something changed in since they were pulled. */
  readonly due_again: number;
}

interface ExportRow {
  readonly kind: string;
  readonly period: string;
  readonly status: string;
  readonly made_at: Date;
  readonly delivered_at: Date | null;
  readonly rows: number;
  /** How a later try ended, where it ended otherwise. */
  readonly later: string | null;
}

export const statusCommand: CliCommand = {
  name: 'status',
  about: 'How things stand: each stream, and what was sent',
  run: (context, options) =>
    lookAtEach(context, options, async (warehouse, configuration) => {
      const { timezone } = configuration;
      const streams = await warehouse.query<StreamRow>(statement('status/streams'));
      const sync = await fruitlessSync(warehouse);
      const exports = await warehouse.query<ExportRow>(statement('status/exports'));
      const stores = await locallyStatus(warehouse, configuration, new Date());
      const views = await waitingViews(warehouse);
      const restated = await restatements(warehouse, configuration, context.signal);
      const at = (moment: Date | null) => (moment === null ? '' : localTime(moment, timezone));
      const text = [
        streams.length === 0
          ? 'Nothing is in the warehouse yet. Start with: tillstream sync'
          : table(
              [
                { title: 'stream' },
                { title: 'complete as of' },
                { title: 'failed since' },
                { title: 'bad rows', align: 'right' },
              ],
              streams.map(s => [s.stream, at(s.complete_at), at(s.failed_at), s.quarantined || '']),
            ),
        ...unreadInWords(streams),
        ...failuresInWords(streams),
        ...views.flatMap(waiting => ['', waitingViewsInWords(waiting)]),
        ...dueInWords(streams),
        ...(sync === undefined ? [] : ['', fruitlessInWords(sync, timezone)]),
        '',
        exports.length === 0
          ? 'Nothing was exported yet.'
          : table(
              [
                { title: 'export' },
                { title: 'period' },
                { title: 'status' },
                { title: 'made', canBeSpared: true },
                { title: 'delivered' },
                { title: 'rows', align: 'right' },
                { title: 'a later try', wraps: true },
              ],
              exports.map(e => [
                e.kind,
                e.period,
                e.status,
                at(e.made_at),
                at(e.delivered_at),
                e.rows,
                e.later ?? '',
              ]),
            ),
        ...(stores.length === 0 ? [] : ['', storesTable(stores)]),
        ...stores.flatMap(store => readBackInWords(store, timezone)),
        ...restated.flatMap(month => ['', restatedInWords(month, timezone)]),
      ].join('\n');
      return {
        exitCode: EXIT.done,
        text,
        json: { streams, fruitless_sync: sync ?? null, exports, stores, restated, views },
      };
    }),
};

/** What is known to be out of date, because what it is made of changed. */
function dueInWords(streams: readonly StreamRow[]): readonly string[] {
  const due = streams.filter(stream => stream.due_again > 0);
  if (due.length === 0) return [];
  const each = due.map(
    ({ stream, due_again: slices }) => `${slices.toLocaleString('en-US')} of ${stream}`,
  );
  return [
    '',
    `Days whose tickets or stock changed since they were pulled: ${each.join(', ')}. The next tillstream sync pulls them again.`,
  ];
}

/** That rows could not be read, and what that means for what is in the tables. */
function unreadInWords(streams: readonly StreamRow[]): readonly string[] {
  const bad = streams.filter(({ quarantined }) => quarantined > 0);
  if (bad.length === 0) return [];
  const rows = bad.reduce((sum, { quarantined }) => sum + quarantined, 0);
  const where = bad.map(({ stream, quarantined }) => `${count(quarantined, 'row')} of ${stream}`);
  return ['', `${count(rows, 'row')} could not be read: ${where.join(', ')}. ${UNREAD_MEANS}`];
}

/** Why streams are not up to date; where one cause stopped several, it is told once. */
function failuresInWords(streams: readonly StreamRow[]): readonly string[] {
  const failed = streams.filter(stream => stream.failed_because !== null);
  const causes = Object.entries(Object.groupBy(failed, stream => stream.failed_because!));
  if (causes.length === 0) return [];
  return [
    '',
    table(
      [
        { title: 'not up to date', wraps: true },
        { title: 'because', wraps: true },
      ],
      causes.map(([because, those]) => [those!.map(({ stream }) => stream).join(', '), because]),
    ),
  ];
}

/** A sync that got nowhere is in no stream's row. */
function fruitlessInWords(
  { run_id, status, started_at, because }: FruitlessSync,
  timezone: string,
) {
  const at = localTime(started_at, timezone);
  return `The last sync could pull nothing: run ${run_id}, started ${at}, ended ${status}. ${because}`;
}

/** How each store stands at Locally: the age of its last feed, and what it changed. */
function storesTable(stores: readonly StoreStatus[]): string {
  const right = 'right' as const;
  return table(
    [
      { title: 'store at Locally', wraps: true },
      { title: 'hours', align: right },
      { title: 'products', align: right },
      { title: 'pieces', align: right },
      { title: '', wraps: true },
    ],
    stores.map(store => [
      store.name ?? store.locallyId,
      store.hours,
      `${store.rows ?? ''}${signed(store.rowsChange)}`,
      `${store.units ?? ''}${signed(store.unitsChange)}`,
      store.meaning,
    ]),
  );
}

/** What Locally showed of a store's feed when it was asked. */
function readBackInWords({ locallyId, name, readBack }: StoreStatus, timezone: string): string[] {
  if (readBack === undefined) return [];
  const { exportId, askedAt, agrees, differs, unknown, problem } = readBack;
  const found =
    problem ??
    `${agrees} shown as sent, ${differs} otherwise, of ${unknown} nothing clear is known`;
  return [
    `Read back at ${localTime(askedAt, timezone)}, ${name ?? locallyId}, feed ${exportId}: ${found}`,
  ];
}

function signed(change: number | undefined): string {
  return change === undefined || change === 0 ? '' : ` (${change > 0 ? '+' : ''}${change})`;
}

/** A month that was sent and would not be the same now. */
function restatedInWords(
  { label, sentOn, changes, classChanges }: Restatement,
  timezone: string,
): string {
  const shown = changes.length > 0 ? changes : classChanges;
  return [
    `Management One has ${label} as it was on ${localDate(sentOn, timezone)}; later syncs changed it. To send it again: tillstream management-one --month ${label} --resend`,
    ...shown
      .slice(0, 10)
      .map(
        ({ location, classCode, figure, before, now }) =>
          `  ${[location === undefined ? 'in all' : `location ${location}`, classCode].filter(Boolean).join(', ')}: ${figure} ${before} → ${now}`,
      ),
  ].join('\n');
}
