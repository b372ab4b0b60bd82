import { concat, concatMap, EMPTY, type Observable } from 'rxjs';
import {
  allStreams,
  asConfiguredOrRefused,
  chosenStreams,
} from '../../../pipelines/run/configured-streams.ts';
import { untilAborted } from '../../../pipelines/run/stopping.ts';
import type { Work } from '../../../pipelines/run/work.ts';
import type { Configuration } from '../../../pipelines/settings/schema.ts';
import { warnOfMissingFields } from '../../../pipelines/sync/custom-fields.ts';
import { neededStreams, warnOfMissingPermissions } from '../../../pipelines/sync/permissions.ts';
import { planSync } from '../../../pipelines/sync/plan.ts';
import { UNREAD_MEANS } from '../../../pipelines/sync/quarantine.ts';
import { committedInWords, type StreamResult, sync } from '../../../pipelines/sync/sync.ts';
import { statement } from '../../../sinks/postgres/statement.ts';
import { waitingViews, waitingViewsInWords } from '../../../sinks/postgres/views.ts';
import type { Stream } from '../../../sources/heartland/streams/stream.ts';
import { EXIT } from '../../../transforms/errors.ts';
import type { CliCommand } from '../command.ts';
import { runForEach } from '../merchants.ts';
import type { Outcome } from '../output/outcome.ts';
import { count } from '../output/reporter.ts';
import { table } from '../output/table.ts';
import { streamNamed } from '../stream-named.ts';

interface SyncOptions {
  readonly only?: string;
  readonly full?: boolean;
  readonly acceptDeletes?: boolean;
  readonly dryRun?: boolean;
}

export const syncCommand: CliCommand<SyncOptions> = {
  name: 'sync',
  about: 'Pull everything new or changed from Heartland into the warehouse',
  options: command =>
    command
      .option('--only <streams>', 'only these streams, separated by commas')
      .option('--full', 'read everything again')
      .option('--accept-deletes', 'accept that unusually many rows were deleted in Heartland')
      .option('--dry-run', 'show what would be pulled, and pull nothing'),
  run: (context, options) => {
    const { full = false, acceptDeletes = false } = options;
    const request = { full, acceptDeletes };
    return runForEach(context, options, {
      command: 'sync',
      needs: ['heartland'],
      prepare: configuration => chosen(configuration, options.only),
      run: async (work, streams, signal) => {
        // A whole sync also warns about what the exports will lack.
        await warnOfWaitingViews(work);
        const isWhole = options.only === undefined;
        const needed = isWhole ? neededStreams(work.configuration) : streams;
        const stoppable = <T>(doing: string, job: (warned: Work) => Observable<T>) =>
          untilAborted(
            warnOfMissingPermissions(work, needed).pipe(
              concatMap(lacks =>
                concat(isWhole ? warnOfMissingFields(work) : EMPTY, job({ ...work, lacks })),
              ),
            ),
            signal,
            doing,
          );
        return options.dryRun
          ? planOutcome(
              await stoppable('The dry run', warned => planSync(warned, streams, request)),
            )
          : syncOutcome(
              await stoppable('The sync', warned => sync(warned, streams, request)),
              await linesIn(work, streams),
            );
      },
    });
  },
};

/** Analysts may be looking at figures of an older version's views. */
async function warnOfWaitingViews({ warehouse, report }: Work): Promise<void> {
  for (const waiting of await waitingViews(warehouse))
    report({ kind: 'warning', text: waitingViewsInWords(waiting) });
}

/** The streams of `--only`, or those that the configuration chooses. */
function chosen(configuration: Configuration, only: string | undefined): readonly Stream[] {
  if (only === undefined) return chosenStreams(configuration);
  const names = only.split(',').map(name => name.trim());
  const all = allStreams(configuration);
  for (const name of names) streamNamed(name, '--only', all);
  // Streams read location by location need the locations.
  const needsLocations = all.some(
    ({ name, walk }) =>
      names.includes(name) && walk.kind === 'by_page' && walk.slicedBy === 'location',
  );
  return all
    .filter(({ name }) => names.includes(name) || (needsLocations && name === 'locations'))
    .map(stream => asConfiguredOrRefused(configuration, stream));
}

/** What a run did with one table. */
interface TableCounts {
  readonly stream: string;
  readonly slices: number;
  readonly seen: number;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly quarantined: number;
}

/** Child tables of each stream, by the stream's name. */
export type Lines = ReadonlyMap<string, readonly TableCounts[]>;

/** What this run did with the lines of documents. */
export async function linesIn(
  { warehouse, runId }: Work,
  streams: readonly Stream[],
): Promise<Lines> {
  const namesOf = ({ children = [] }: Stream) => children.map(({ name }) => name);
  const rows = await warehouse.query<TableCounts>(statement('status/lines-in-run'), [
    runId,
    streams.flatMap(namesOf),
  ]);
  const inOrder = (stream: Stream) =>
    namesOf(stream).flatMap(name => rows.filter(row => row.stream === name));
  return new Map(streams.map(stream => [stream.name, inOrder(stream)]));
}

/** The result of a sync, table by table. */
export function syncOutcome(results: readonly StreamResult[], lines: Lines = new Map()): Outcome {
  const streams = results.flatMap(({ stream, records, failure }) => {
    const sum = (pick: (record: (typeof records)[number]) => number) =>
      records.reduce((total, record) => total + pick(record), 0);
    const own = {
      stream,
      slices: records.length,
      seen: sum(record => record.seen),
      inserted: sum(record => record.inserted),
      updated: sum(record => record.updated),
      deleted: sum(record => record.deleted),
      quarantined: sum(record => record.quarantined),
      ...(failure !== undefined && { error: failure.code, message: failure.message }),
    };
    return [own, ...(lines.get(stream) ?? [])];
  });
  const failures = results.filter(result => result.failure !== undefined);
  const quarantined = streams.reduce((total, stream) => total + stream.quarantined, 0);
  const remark =
    quarantined === 0
      ? undefined
      : `${count(quarantined, 'row')} could not be read. ${UNREAD_MEANS}`;
  const right = 'right' as const;
  const text = [
    table(
      [
        { title: 'stream' },
        ...['read', 'new', 'changed', 'deleted', 'quarantined'].map(title => ({
          title,
          align: right,
        })),
      ],
      streams.map(s => [s.stream, s.seen, s.inserted, s.updated, s.deleted, s.quarantined]),
    ),
    '',
    remark,
    ...failuresInWords(failures),
    failures.length === 0
      ? `${quarantined === 0 ? 'All rows' : 'All other rows'} are loaded and match the totals that Heartland reports.`
      : `${count(failures.length, 'stream')} of ${results.length} could not be updated.`,
  ]
    .filter(line => line !== undefined)
    .join('\n');
  const exitCode = failures.length === 0 ? EXIT.done : EXIT.source;
  return { exitCode, text, ...(remark !== undefined && { remark }), json: { streams } };
}

/** Errors of the token have one cause, whatever the stream. */
const OF_THE_TOKEN = ['HEARTLAND_TOKEN_REFUSED', 'HEARTLAND_FORBIDDEN'];

/** Why streams failed; a reason that several share is listed once. */
function failuresInWords(failures: readonly StreamResult[]): readonly string[] {
  const causes = Object.values(Object.groupBy(failures, causeOf));
  return causes.map(cause => {
    const [first] = cause!;
    const names = cause!.map(({ stream }) => stream).join(', ');
    const are = cause!.length === 1 ? 'is' : 'are';
    const isIn = cause!.map(committedInWords).join(' ');
    return `${names} ${are} not up to date. ${first!.failure!.message} ${isIn}`;
  });
}

/** What identifies a cause across streams: its code, or its message without the stream's name. */
function causeOf({ stream, failure }: StreamResult): string {
  const { code, message } = failure!;
  return OF_THE_TOKEN.includes(code) ? code : message.replaceAll(stream, '');
}

function planOutcome(
  plan: readonly { stream: string; slices: number; rows: number | undefined; from: string }[],
): Outcome {
  const text = [
    table(
      [
        { title: 'stream' },
        { title: 'slices', align: 'right' },
        { title: 'rows', align: 'right' },
        { title: 'what', wraps: true },
      ],
      plan.map(({ stream, slices, rows, from }) => [stream, slices, rows ?? 'unknown', from]),
    ),
    '',
    'Nothing was pulled: this is a dry run.',
  ].join('\n');
  return { exitCode: EXIT.done, text, json: { dry_run: true, streams: plan } };
}
