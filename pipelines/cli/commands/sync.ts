import { concat, concatMap, EMPTY, type Observable } from 'rxjs';
import { statement } from '../../../sinks/postgres/statement.ts';
import { waitingViews, waitingViewsInWords } from '../../../sinks/postgres/views.ts';
import type { Stream } from '../../../sources/heartland/stream.ts';
import { EXIT } from '../../../transforms/errors.ts';
import type { Configuration } from '../../configuration/schema.ts';
import { allStreams, asConfiguredOrRefused, chosenStreams } from '../../configured-streams.ts';
import { warnOfMissingFields } from '../../custom-fields.ts';
import { neededStreams, warnOfMissingPermissions } from '../../permissions.ts';
import { planSync } from '../../plan-sync.ts';
import { UNREAD_MEANS } from '../../quarantine.ts';
import { untilAborted } from '../../stopping.ts';
import { type StreamResult, sync, whatIsIn } from '../../sync.ts';
import type { Work } from '../../work.ts';
import type { CliCommand } from '../command.ts';
import { runForEach } from '../merchants.ts';
import type { Outcome } from '../outcome.ts';
import { count } from '../reporter.ts';
import { streamNamed } from '../stream-named.ts';
import { table } from '../table.ts';

interface SyncOptions {
  readonly only?: string;
  readonly full?: boolean;
  readonly acceptDeletes?: boolean;
  readonly dryRun?: boolean;
}

export const syncCommand: CliCommand<SyncOptions> = {
  name: 'sync',
  about: 'Heartland → warehouse: everything that is new or changed',
  options: command =>
    command
      .option('--only <streams>', 'these streams alone, separated by commas')
      .option('--full', 'read everything again, whatever was read before')
      .option('--accept-deletes', 'believe it when much of a table is no longer in Heartland')
      .option('--dry-run', 'say what would be pulled, and pull nothing'),
  run: (context, options) => {
    const { full = false, acceptDeletes = false } = options;
    const request = { full, acceptDeletes };
    return runForEach(context, options, {
      command: 'sync',
      needs: ['heartland'],
      prepare: configuration => chosen(configuration, options.only),
      run: async (work, streams, signal) => {
        // A whole sync is also the moment to hear what an export will lack.
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
  // What is read location by location needs to know the locations.
  const needsLocations = all.some(
    ({ name, walk }) =>
      names.includes(name) && walk.kind === 'by_page' && walk.slicedBy === 'location',
  );
  return all
    .filter(({ name }) => names.includes(name) || (needsLocations && name === 'locations'))
    .map(stream => asConfiguredOrRefused(configuration, stream));
}

/** What was done with one table. */
interface TableCounts {
  readonly stream: string;
  readonly slices: number;
  readonly seen: number;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly quarantined: number;
}

/** Tables that came in with a stream, by the stream's name. */
export type Lines = ReadonlyMap<string, readonly TableCounts[]>;

/** What this run did with the lines of documents, which come in with them. */
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

/** What a sync did, table by table. */
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
  const is = quarantined === 1 ? 'is' : 'are';
  const remark =
    quarantined === 0
      ? undefined
      : `${count(quarantined, 'row')} could not be used and ${is} kept, with the reason, in the table _quarantine. ${UNREAD_MEANS}`;
  const right = 'right' as const;
  const text = [
    table(
      [
        { title: 'stream' },
        ...['read', 'new', 'changed', 'gone', 'bad'].map(title => ({ title, align: right })),
      ],
      streams.map(s => [s.stream, s.seen, s.inserted, s.updated, s.deleted, s.quarantined]),
    ),
    '',
    remark,
    ...failuresInWords(failures),
    failures.length === 0
      ? `${quarantined === 0 ? 'All' : 'All the rest'} that was asked for is in the warehouse, counted against Heartland’s own totals.`
      : `${count(failures.length, 'stream')} of ${results.length} could not be brought up to date.`,
  ]
    .filter(line => line !== undefined)
    .join('\n');
  const exitCode = failures.length === 0 ? EXIT.done : EXIT.source;
  return { exitCode, text, ...(remark !== undefined && { remark }), json: { streams } };
}

/** Failures that have one cause, whatever was asked for: a token that is no good, or may not do enough. */
const OF_THE_TOKEN = ['HEARTLAND_TOKEN_REFUSED', 'HEARTLAND_FORBIDDEN'];

/** What kept streams from coming in; where one cause stopped several, it is told once. */
function failuresInWords(failures: readonly StreamResult[]): readonly string[] {
  const causes = Object.values(Object.groupBy(failures, causeOf));
  return causes.map(cause => {
    const [first] = cause!;
    const names = cause!.map(({ stream }) => stream).join(', ');
    const are = cause!.length === 1 ? 'is' : 'are';
    const isIn = cause!.map(whatIsIn).join(' ');
    return `${names} ${are} not up to date. ${first!.failure!.message} ${isIn}`;
  });
}

/** What a failure has in common with those of other streams: its code, or its words without what names the stream. */
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
      plan.map(({ stream, slices, rows, from }) => [
        stream,
        slices,
        rows ?? 'known when pulled',
        from,
      ]),
    ),
    '',
    'Nothing was pulled: this is a dry run.',
  ].join('\n');
  return { exitCode: EXIT.done, text, json: { dry_run: true, streams: plan } };
}
