import { map, type Observable, of, tap, timeout } from 'rxjs';
import { groupNamed, permissionOf } from '../../sources/heartland/analyzer/groups.ts';
import type { HeartlandClient } from '../../sources/heartland/http/client.ts';
import { type TokenUser, tokenRights } from '../../sources/heartland/permissions.ts';
import { GIVE, isGranted, permissionInWords } from '../../sources/heartland/scopes.ts';
import { inventory_values } from '../../sources/heartland/streams/inventory.ts';
import { items, locations } from '../../sources/heartland/streams/master.ts';
import type { Stream } from '../../sources/heartland/streams/stream.ts';
import { tablesOf } from '../exports/management-one/refresh.ts';
import { chosenStreams, knownStreams } from '../run/configured-streams.ts';
import type { Work } from '../run/work.ts';
import type { Configuration } from '../settings/schema.ts';

/** A permission, and the streams that need it. */
export interface Need {
  readonly permission: string;
  readonly streams: readonly string[];
}

/** A token's user, and the permissions that are missing. */
export interface Rights {
  readonly user: TokenUser;
  /** Undefined if the account does not list the user's permissions. */
  readonly missing: readonly Need[] | undefined;
}

/** Every stream that a sync or an export pulls, as configured. */
export function neededStreams(configuration: Configuration): readonly Stream[] {
  const { locally, management_one: managementOne } = configuration;
  const names = new Set([
    ...chosenStreams(configuration).map(({ name }) => name),
    ...(locally === undefined ? [] : [locations, items, inventory_values]).map(({ name }) => name),
    ...(managementOne === undefined ? [] : Object.values(tablesOf(managementOne)).flat()),
  ]);
  return knownStreams(configuration).filter(({ name }) => names.has(name));
}

/** Every permission that streams need, in the order of the streams. */
export function needsOf(streams: readonly Stream[]): readonly Need[] {
  const needs = new Map<string, string[]>();
  for (const stream of streams) {
    for (const permission of new Set([...stream.permissions, ...groupPermissions(stream)])) {
      needs.set(permission, [...(needs.get(permission) ?? []), stream.name]);
    }
  }
  return [...needs].map(([permission, names]) => ({ permission, streams: names }));
}

/** A report needs a permission for each group, as `reporting.read.group.item` (Heartland API, Scopes). */
function groupPermissions({ walk }: Stream): readonly string[] {
  if (walk.kind !== 'by_page' || walk.slicedBy === 'nothing') return [];
  return walk
    .query('2000-01-31')
    .filter(([name]) => name === 'groups[]')
    .flatMap(([, name]) => {
      const group = groupNamed(name);
      return group === undefined ? [] : permissionOf(group);
    });
}

/** The scopes to request in OAuth: what all configured streams need. */
export function scopesFor(configuration: Configuration): readonly string[] {
  return needsOf(neededStreams(configuration)).map(({ permission }) => permission);
}

/**
 * Compares the permissions of the token's user with those that streams need.
 *
 * @throws SourceError if the token is refused
 */
export function rightsFor(client: HeartlandClient, streams: readonly Stream[]): Observable<Rights> {
  return tokenRights(client).pipe(
    map(({ user, granted }) => ({
      user,
      missing:
        granted && needsOf(streams).filter(({ permission }) => !isGranted(permission, granted)),
    })),
  );
}

/** One sentence about a missing permission: its name in Heartland, and the streams that need it. */
export function missingInWords({ permission, streams }: Need): string {
  return `The token’s user lacks the permission ${permissionInWords(permission)}, needed for ${streams.join(', ')}`;
}

/** The check is skipped if the account does not answer in this time: the pull itself will show. */
const TIMEOUT_MS = 10_000;

/**
 * Warns of permissions that the token's user lacks for these streams; the run goes on.
 *
 * @returns the permissions known to be missing, once
 */
export function warnOfMissingPermissions(
  { heartland, report }: Work,
  streams: readonly Stream[],
): Observable<ReadonlySet<string>> {
  return rightsFor(heartland, streams).pipe(
    tap(({ missing = [] }) => {
      for (const need of missing)
        report({ kind: 'warning', text: `${missingInWords(need)}. ${GIVE}` });
    }),
    map(({ missing = [] }) => new Set(missing.map(({ permission }) => permission))),
    timeout({ first: TIMEOUT_MS, with: () => of(new Set<string>()) }),
  );
}
