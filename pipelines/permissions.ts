import { EMPTY, ignoreElements, map, type Observable, tap, timeout } from 'rxjs';
import type { HeartlandClient } from '../sources/heartland/client.ts';
import { type TokenUser, tokenRights } from '../sources/heartland/permissions.ts';
import { isGranted, permissionInWords } from '../sources/heartland/scopes.ts';
import type { Stream } from '../sources/heartland/stream.ts';
import type { Configuration } from './configuration/schema.ts';
import { chosenStreams } from './configured-streams.ts';
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

/** Every permission that these streams need, in the order of the streams. */
export function needsOf(streams: readonly Stream[]): readonly Need[] {
  const needs = new Map<string, string[]>();
  for (const { name, permissions } of streams) {
    for (const permission of permissions) {
      needs.set(permission, [...(needs.get(permission) ?? []), name]);
    }
  }
  return [...needs].map(([permission, names]) => ({ permission, streams: names }));
}

/** The scopes that consent is asked for: what everything that is configured needs. */
export function scopesFor(configuration: Configuration): readonly string[] {
  return needsOf(chosenStreams(configuration)).map(({ permission }) => permission);
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

/** Names what the token's user lacks for these streams, before anything is pulled; the run goes on either way. */
export function warnOfMissingPermissions(
  { heartland, report }: Work,
  streams: readonly Stream[],
): Observable<never> {
  return rightsFor(heartland, streams).pipe(
    tap(({ missing = [] }) => {
      for (const need of missing)
        report({ kind: 'warning', text: `${missingInWords(need)}. ${GIVE}` });
    }),
    ignoreElements(),
    timeout({ first: PATIENCE_MS, with: () => EMPTY }),
  );
}

/** What to do about a permission that is missing. */
export const GIVE = 'Give it to the user’s role in Heartland, under Settings › Roles.';
