import type pg from 'pg';
import { statement } from './statement.ts';

/** A merchant's own view on ours could not be made again: it needs what ours has no longer. */
export const OWN_VIEWS_GONE = 'OWN_VIEWS_GONE';

/** A view of the merchant's own, with what it takes to make it again. */
export interface OwnView {
  /** Quoted, with its schema where that is another. */
  readonly name: string;
  readonly owner: string;
  readonly definition: string;
  /** Its grants and comments. */
  readonly extras: readonly string[];
}

interface DependentRow extends OwnView {
  readonly view: string;
  readonly is_here: boolean;
  readonly is_view: boolean;
  readonly is_more_than_a_view: boolean;
}

/** What was dropped. */
export interface SetAside {
  /** Names of our views and functions. */
  readonly dropped: readonly string[];
  /** What others were granted on ours. */
  readonly grants: readonly string[];
  /** The merchant's own, in the order to make them again. */
  readonly others: readonly OwnView[];
}

/**
 * Drops views with all the views that read them.
 *
 * @param ours names of all views and functions that have a file
 * @throws 2BP01 where something depends on them that cannot be made again from here, as a materialized view
 */
export async function setAside(
  client: pg.PoolClient,
  views: readonly string[],
  ours: { readonly views: readonly string[]; readonly functions: readonly string[] },
): Promise<SetAside> {
  const { rows } = await client.query<DependentRow>(statement('warehouse/views-on'), [views]);
  const isOurs = ({ view, is_here }: DependentRow) => is_here && ours.views.includes(view);
  const plain = rows.filter(row => isOurs(row) || (row.is_view && !row.is_more_than_a_view));
  const bound = await client.query<{ signature: string }>(
    statement('warehouse/functions-on-views'),
    [plain.filter(isOurs).map(({ view }) => view), ours.functions],
  );
  for (const { signature } of bound.rows) await client.query(`drop function ${signature}`);
  // In one statement, so that they may depend on each other in any way; what is left out makes it fail, and is named.
  if (plain.length > 0) await client.query(`drop view ${plain.map(({ name }) => name).join(', ')}`);
  return {
    dropped: [
      ...plain.filter(isOurs).map(({ view }) => view),
      ...bound.rows.map(({ signature }) => signature.replace(/\(.*$/, '')),
    ],
    grants: plain
      .filter(isOurs)
      .flatMap(({ extras }) => extras.filter(extra => extra.startsWith('grant '))),
    others: plain.filter(row => !isOurs(row)).toReversed(),
  };
}

/**
 * Makes the merchant's own views again, as they were.
 *
 * @throws with the code {@link OWN_VIEWS_GONE} where one cannot be
 */
export async function putBack(client: pg.PoolClient, { grants, others }: SetAside): Promise<void> {
  for (const grant of grants) {
    await client.query('savepoint view_grant');
    // A view of ours may be left out now; it is nothing to stop for.
    await client.query(grant).catch(() => client.query('rollback to savepoint view_grant'));
  }
  for (const { name, owner, definition, extras } of others) {
    try {
      await client.query(definition);
      for (const extra of extras) await client.query(extra);
      await client.query(`alter view ${name} owner to ${owner}`);
    } catch (error) {
      throw Object.assign(
        new Error(`view ${name} needs the older version: ${(error as Error).message}`),
        { code: OWN_VIEWS_GONE },
      );
    }
  }
}
