import { catchError, concatMap, EMPTY, expand, map, type Observable, of, reduce } from 'rxjs';
import { z } from 'zod';
import { SourceError } from '../../transforms/errors.ts';
import { isRecord } from '../../transforms/validate.ts';
import type { HeartlandClient } from './client.ts';
import { askPage } from './page.ts';

const user = z.looseObject({
  id: z.int(),
  login: z.string().nullish(),
  first_name: z.string().nullish(),
  last_name: z.string().nullish(),
});

/** Whose token it is. */
export interface TokenUser {
  readonly id: number;
  /** Name or log-in, whatever the account tells. */
  readonly name: string;
}

/**
 * Asks whose token it is: the one request that tells a wrong token from everything else.
 *
 * @throws SourceError when it is refused, or the answer is not a user
 */
export function whoami(client: HeartlandClient): Observable<TokenUser> {
  return client.get('system/whoami').pipe(
    map(body => {
      const read = user.safeParse(body);
      if (!read.success)
        throw new SourceError('NOT_A_USER', {
          problem: 'Heartland’s answer to the question whose token this is makes no sense',
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
 * The permissions of a user, or undefined where the account does not tell: reading them may itself need one, and the
 * documentation shows records without a name.
 */
export function permissionsOf(
  client: HeartlandClient,
  userId: number,
): Observable<ReadonlySet<string> | undefined> {
  const page = (number: number) =>
    askPage(client, `users/${userId}/permissions`, [
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

/** Whose token it is, and what its user may do. */
export function tokenRights(
  client: HeartlandClient,
): Observable<{ readonly user: TokenUser; readonly granted: ReadonlySet<string> | undefined }> {
  return whoami(client).pipe(
    concatMap(user => permissionsOf(client, user.id).pipe(map(granted => ({ user, granted })))),
  );
}

/** A permission is named by a text as `role.manage`: under `id` in the documentation of permissions, or under `name`. */
function nameOf(record: unknown): string | undefined {
  const { name, id, permission_id } = (record ?? {}) as Record<string, unknown>;
  return [name, id, permission_id].find(
    (value): value is string => typeof value === 'string' && /^[a-z_]+(\.[a-z_]+)+$/.test(value),
  );
}
