import { catchError, lastValueFrom, map, type Observable, of } from 'rxjs';
import { type Need, needsOf, rightsFor } from '../../../pipelines/sync/permissions.ts';
import type { HeartlandClient, Query } from '../../../sources/heartland/http/client.ts';
import { GIVE, permissionInWords } from '../../../sources/heartland/scopes.ts';
import type { Stream } from '../../../sources/heartland/streams/stream.ts';
import { requestPage } from '../../../sources/heartland/walks/page.ts';
import { EXIT, SourceError } from '../../../transforms/errors.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** If the clocks differ by more, changes around a run could be missed. */
const MOST_SKEW_MS = 120_000;

/** Checks the token and the clocks. All other checks of the account need this one. */
export async function checkToken(
  client: HeartlandClient,
  streams: readonly Stream[],
): Promise<{ findings: readonly Finding[]; missing: readonly Need[] | undefined }> {
  const { user, missing } = await lastValueFrom(rightsFor(client, streams));
  return { findings: [ok('token', `It is a token of ${user.name}`), clock(client)], missing };
}

function clock({ clockSkewMs }: HeartlandClient): Finding {
  const seconds = Math.round(Math.abs(clockSkewMs) / 1000);
  const words = `This machine’s clock is ${seconds} s ${clockSkewMs < 0 ? 'ahead of' : 'behind'} Heartland’s`;
  return Math.abs(clockSkewMs) <= MOST_SKEW_MS
    ? ok('clock', seconds <= 1 ? 'This machine’s clock agrees with Heartland’s' : words)
    : warn('clock', words, 'Set the clock, or let it follow a time server (NTP).');
}

/**
 * Whether everything that is configured may be read. What the account lists as granted is believed; what it does not
 * list, or all of it where it tells nothing, is tried with one row.
 */
export async function checkPermissions(
  client: HeartlandClient,
  streams: readonly Stream[],
  missing: readonly Need[] | undefined,
  sliceOf: (stream: Stream) => string | undefined,
): Promise<readonly Finding[]> {
  if (missing?.length === 0) {
    const count = needsOf(streams).length;
    return [ok('permissions', `All ${count} permissions that are needed are granted`)];
  }
  const doubtful = missing ?? needsOf(streams);
  const findings: Finding[] = [];
  for (const stream of streams) {
    const lacks = doubtful.filter(need => need.streams.includes(stream.name));
    if (lacks.length === 0) continue;
    const refusal = await lastValueFrom(tried(client, stream, sliceOf(stream)));
    const names = lacks.map(({ permission }) => permissionInWords(permission)).join(', ');
    if (refusal !== undefined)
      findings.push(fail(stream.name, `It cannot be read: ${refusal}`, fixFor(names), EXIT.source));
    else if (missing !== undefined)
      findings.push(
        warn(stream.name, `It can be read, though ${names} is not listed as granted`, GIVE),
      );
    else findings.push(ok(stream.name, 'It can be read'));
  }
  return findings;
}

function fixFor(names: string): string {
  return `Give the token’s user ${names}, in Heartland under Settings › Roles; else turn the stream off under streams.`;
}

/** Requests one row of a stream; returns the reason if it is refused. */
function tried(
  client: HeartlandClient,
  { path, walk }: Stream,
  slice: string | undefined,
): Observable<string | undefined> {
  const own: Query =
    walk.kind === 'by_key'
      ? []
      : walk.slicedBy === 'nothing'
        ? walk.query()
        : walk.query(slice ?? '');
  return requestPage(client, path, [...own, ['page', '1'], ['per_page', '1']]).pipe(
    map(() => undefined),
    catchError(error => {
      if (!(error instanceof SourceError)) throw error;
      return of(error.message.split('. ')[0]!);
    }),
  );
}
