import { findDue } from '../../../pipelines/exports/due.ts';
import { locallyStatus, type StoreStatus } from '../../../pipelines/exports/locally/status.ts';
import {
  type Restatement,
  restatements,
} from '../../../pipelines/exports/management-one/restatements.ts';
import { type FailedSync, lastFailedSync } from '../../../pipelines/run/last-failed-sync.ts';
import { UNREAD_MEANS } from '../../../pipelines/sync/quarantine.ts';
import { statement } from '../../../sinks/postgres/statement.ts';
import { waitingViews, waitingViewsInWords } from '../../../sinks/postgres/views.ts';
import { localDate, localTime } from '../../../transforms/day.ts';
import { EXIT } from '../../../transforms/errors.ts';
import type { CliCommand } from '../command.ts';
import { lookAtEach } from '../merchants.ts';
import { count } from '../output/reporter.ts';
import { table } from '../output/table.ts';
import { dueJson, dueText, isBehind } from './due.ts';

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
  /** How the last attempt ended, if it ended differently. */
  readonly later: string | null;
}

interface StatusOptions {
  readonly check?: boolean;
}

export const statusCommand: CliCommand<StatusOptions> = {
  name: 'status',
  about: 'Status overview: streams, exports, and the stores at Locally',
  options: command =>
    command.option(
      '--check',
      'exit with 4 unless all is well, for a monitor: no stream failed, no row unread, no export late, held or failed',
    ),
  run: (context, options) =>
    lookAtEach(context, options, async (warehouse, configuration) => {
      const { timezone } = configuration;
      const streams = await warehouse.query<StreamRow>(statement('status/streams'));
      const sync = await lastFailedSync(warehouse);
      const exports = await warehouse.query<ExportRow>(statement('status/exports'));
      const stores = await locallyStatus(warehouse, configuration, new Date());
      const views = await waitingViews(warehouse);
      const restated = await restatements(warehouse, configuration, context.signal);
      const due = await findDue(warehouse, configuration, new Date());
      const isWell =
        sync === undefined &&
        restated.length === 0 &&
        !isBehind(due) &&
        streams.every(({ failed_at, quarantined }) => failed_at === null && quarantined === 0);
      const at = (moment: Date | null) => (moment === null ? '' : localTime(moment, timezone));
      const text = [
        streams.length === 0
          ? 'The warehouse is empty. Start with: tillstream sync'
          : table(
              [
                { title: 'stream' },
                { title: 'complete as of' },
                { title: 'failed since' },
                { title: 'quarantined', align: 'right' },
              ],
              streams.map(s => [s.stream, at(s.complete_at), at(s.failed_at), s.quarantined || '']),
            ),
        ...unreadInWords(streams),
        ...failuresInWords(streams),
        ...views.flatMap(waiting => ['', waitingViewsInWords(waiting)]),
        ...dueInWords(streams),
        ...(sync === undefined ? [] : ['', failedSyncInWords(sync, timezone)]),
        '',
        exports.length === 0
          ? 'No exports yet.'
          : table(
              [
                { title: 'export' },
                { title: 'period' },
                { title: 'status' },
                { title: 'made', mayBeHidden: true },
                { title: 'delivered' },
                { title: 'rows', align: 'right' },
                { title: 'last attempt', wraps: true },
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
        ...stores.flatMap(store => verifiedInWords(store, timezone)),
        ...restated.flatMap(month => ['', restatedInWords(month, timezone)]),
        ...(due.next.length === 0 ? [] : ['', dueText(due)]),
      ].join('\n');
      return {
        exitCode: options.check && !isWell ? EXIT.held : EXIT.done,
        text,
        json: {
          ...{ well: isWell, streams, last_failed_sync: sync ?? null, exports, stores, restated },
          views,
          ...dueJson(due),
        },
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

/** Why streams are not up to date; a reason that several share is listed once. */
function failuresInWords(streams: readonly StreamRow[]): readonly string[] {
  const failed = streams.filter(stream => stream.failed_because !== null);
  const causes = Object.entries(Object.groupBy(failed, stream => stream.failed_because!));
  if (causes.length === 0) return [];
  return [
    '',
    table(
      [
        { title: 'not up to date', wraps: true },
        { title: 'reason', wraps: true },
      ],
      causes.map(([because, those]) => [those!.map(({ stream }) => stream).join(', '), because]),
    ),
  ];
}

/** A sync that failed before its first pull; no stream lists it. */
function failedSyncInWords({ run_id, status, started_at, because }: FailedSync, timezone: string) {
  const at = localTime(started_at, timezone);
  return `The last sync failed before its first pull: run ${run_id}, started ${at}, ${status}. ${because}`;
}

/** Each store at Locally: the age of its last feed, and what it changed. */
function storesTable(stores: readonly StoreStatus[]): string {
  const right = 'right' as const;
  return table(
    [
      { title: 'store at Locally', wraps: true },
      { title: 'hours', align: right },
      { title: 'products', align: right },
      { title: 'units', align: right },
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

/** What Locally showed of a store's feed when it was last verified. */
function verifiedInWords({ locallyId, name, verify }: StoreStatus, timezone: string): string[] {
  if (verify === undefined) return [];
  const { exportId, askedAt, agrees, differs, unknown, problem } = verify;
  const found = problem ?? `${agrees} match, ${differs} differ, ${unknown} unknown`;
  return [
    `Verified at ${localTime(askedAt, timezone)}, ${name ?? locallyId}, feed ${exportId}: ${found}`,
  ];
}

function signed(change: number | undefined): string {
  return change === undefined || change === 0 ? '' : ` (${change > 0 ? '+' : ''}${change})`;
}

/** A delivered month whose figures have changed since. */
function restatedInWords(
  { label, sentOn, changes, classChanges }: Restatement,
  timezone: string,
): string {
  const shown = changes.length > 0 ? changes : classChanges;
  return [
    `${label} was sent to Management One on ${localDate(sentOn, timezone)} and has changed since. To send it again: tillstream management-one --month ${label} --resend`,
    ...shown
      .slice(0, 10)
      .map(
        ({ location, classCode, figure, before, now }) =>
          `  ${[location === undefined ? 'in total' : `location ${location}`, classCode].filter(Boolean).join(', ')}: ${figure} ${before} → ${now}`,
      ),
  ].join('\n');
}
