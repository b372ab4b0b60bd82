import { map, type Observable, of, tap, timeout } from 'rxjs';
import { groupNamed, permissionOf } from '../sources/heartland/analyzer/groups.ts';
import type { HeartlandClient } from '../sources/heartland/client.ts';
import { type TokenUser, tokenRights } from '../sources/heartland/permissions.ts';
import { GIVE, isGranted, permissionInWords } from '../sources/heartland/scopes.ts';
import type { Stream } from '../sources/heartland/stream.ts';
import { inventory_values } from '../sources/heartland/streams/inventory.ts';
import { items, locations } from '../sources/heartland/streams/master.ts';
import type { Configuration } from './configuration/schema.ts';
import { chosenStreams, knownStreams } from './configured-streams.ts';
import { tablesOf } from './management-one/refresh.ts';
import type { Work } from './work.ts';

/** A permission, and the streams that need it. */
export interface Need {
  readonly permission: string;
  readonly streams: readonly string[];
}

/** What a token's user has and lacks for what is asked. */
export interface Rights {
  readonly user: TokenUser;
  /** Undefined where the account does not tell. */
  readonly missing: readonly Need[] | undefined;
}

/** Every stream that is pulled by a sync or by an export, as it is configured. */
export function neededStreams(configuration: Configuration): readonly Stream[] {
  const { locally, management_one: managementOne } = configuration;
  const names = new Set([
    ...chosenStreams(configuration).map(({ name }) => name),
    ...(locally === undefined ? [] : [locations, items, inventory_values]).map(({ name }) => name),
    ...(managementOne === undefined ? [] : Object.values(tablesOf(managementOne)).flat()),
  ]);
  return knownStreams(configuration).filter(({ name }) => names.has(name));
}

/** Every permission that these streams need, in the order of the streams. */
export function needsOf(streams: readonly Stream[]): readonly Need[] {
  const needs = new Map<string, string[]>();
  for (const stream of streams) {
    for (const permission of new Set([...stream.permissions, ...groupPermissions(stream)])) {
      needs.set(permission, [...(needs.get(permission) ?? []), stream.name]);
    }
  }
  return [...needs].map(([permission, names]) => ({ permission, streams: names }));
}

/** A report needs a permission for each thing it is grouped by, as `reporting.read.group.item` (Heartland API, Scopes). */
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

/** The scopes that consent is asked for: what everything that is configured needs. */
export function scopesFor(configuration: Configuration): readonly string[] {
  return needsOf(neededStreams(configuration)).map(({ permission }) => permission);
}

/**
 * Compares what the token's user may do with what these streams need.
 *
 * @throws SourceError when the token is refused
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

/** A permission that is missing, as a sentence: what it is called in Heartland, and what cannot be pulled without. */
export function missingInWords({ permission, streams }: Need): string {
  return `The token’s user lacks the permission ${permissionInWords(permission)}, needed for ${streams.join(', ')}`;
}

/** An account that does not answer this soon is not waited for: the pull itself will tell. */
const PATIENCE_MS = 10_000;

/**
 * Names what the token's user lacks for these streams, before anything is pulled; the run goes on either way.
 *
 * @returns the permissions that are known to be missing, once
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
    timeout({ first: PATIENCE_MS, with: () => of(new Set<string>()) }),
  );
}
