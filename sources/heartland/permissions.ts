import { catchError, concatMap, EMPTY, expand, map, type Observable, of, reduce } from 'rxjs';
import { z } from 'zod';
import { SourceError } from '../../transforms/errors.ts';
import { isRecord } from '../../transforms/validate.ts';
import type { HeartlandClient } from './http/client.ts';
import { requestPage } from './walks/page.ts';

const user = z.looseObject({
  id: z.int(),
  login: z.string().nullish(),
  first_name: z.string().nullish(),
  last_name: z.string().nullish(),
});

/** The user of a token. */
export interface TokenUser {
  readonly id: number;
  /** Name or login, whichever the account has. */
  readonly name: string;
}

/**
 * Requests the user of the token, which also shows whether the token is valid.
 *
 * @throws SourceError if the token is refused, or the answer is not a user
 */
export function whoami(client: HeartlandClient): Observable<TokenUser> {
  return client.get('system/whoami').pipe(
    map(body => {
      const read = user.safeParse(body);
      if (!read.success)
        throw new SourceError('NOT_A_USER', {
          problem: 'Heartland’s answer for system/whoami is not a user',
          found: body,
          next: 'Check that heartland.base_url is the address of the account’s API, ending in /api.',
        });
      const { id, login, first_name: first, last_name: last } = read.data;
      const name = [first, last].filter(part => part).join(' ') || login || `user ${id}`;
      return { id, name };
    }),
  );
}

/**
 * The permissions of a user; undefined if the account does not list them.
 *
 * Reading them may itself need a permission, and the documentation shows records without a name.
 */
function permissionsOf(
  client: HeartlandClient,
  userId: number,
): Observable<ReadonlySet<string> | undefined> {
  const page = (number: number) =>
    requestPage(client, `users/${userId}/permissions`, [
      ['page', String(number)],
      ['per_page', '500'],
    ]).pipe(map(answer => ({ number, ...answer })));
  return page(1).pipe(
    expand(({ number, pages }) => (number < pages ? page(number + 1) : EMPTY)),
    reduce((all, { results }) => [...all, ...results], [] as readonly unknown[]),
    map(records => {
      const names = records.map(nameOf).filter(name => name !== undefined);
      // One that could not be read may be any.
      const isKnown = names.length > 0 && records.every(isRecord);
      return isKnown ? new Set(names) : undefined;
    }),
    catchError(error => {
      if (error instanceof SourceError) return of(undefined);
      throw error;
    }),
  );
}

/** The user of the token and the user's permissions. */
export function tokenRights(
  client: HeartlandClient,
): Observable<{ readonly user: TokenUser; readonly granted: ReadonlySet<string> | undefined }> {
  return whoami(client).pipe(
    concatMap(user => permissionsOf(client, user.id).pipe(map(granted => ({ user, granted })))),
  );
}

/** The name of a permission, as `role.manage`: in `id` (as documented), `name` or `permission_id`. */
function nameOf(record: unknown): string | undefined {
  const { name, id, permission_id } = (record ?? {}) as Record<string, unknown>;
  return [name, id, permission_id].find(
    (value): value is string => typeof value === 'string' && /^[a-z_]+(\.[a-z_]+)+$/.test(value),
  );
}
