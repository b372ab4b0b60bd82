import { IncompleteError } from '../../transforms/errors.ts';
import type { Queryable } from './pull-connection.ts';
import type { Stage } from './stage.ts';
import { statement } from './statement.ts';

/** The number of rows that a merge changed. */
export interface Merged {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** Invalid rows of a pull. As long as there are any, a missing row may be one of them. */
export interface Unread {
  readonly rows: number;
  /** Invalid rows whose key is unknown. */
  readonly withoutKey: number;
  /** Invalid lines whose parent is unknown… */
  readonly withoutParent: number;
  /** …and the parents of the other invalid lines. */
  readonly parents: ReadonlySet<number>;
}

/** Counts of the statements; each returns some of them. */
interface Counts extends Merged {
  readonly absent: number;
  readonly alive: number;
}

/** The part of a table that a pull has read whole: its other rows are deleted in Heartland. */
export type MergeScope =
  /** Some records: others stay unchanged. */
  | { readonly kind: 'changes' }
  /** Every record of the account. */
  | { readonly kind: 'sweep'; readonly acceptsDeletes?: boolean }
  /** Every record whose column is at or after this moment. */
  | {
      readonly kind: 'since';
      readonly column: string;
      readonly from: string;
      readonly acceptsDeletes?: boolean;
    }
  /** One slice, which is replaced. */
  | { readonly kind: 'slice'; readonly column: string; readonly value: string }
  /** The lines of the parents in another stage; with a sweep, of all parents. */
  | {
      readonly kind: 'lines';
      readonly parents: Stage;
      readonly parentKey: string;
      readonly ofSweep: boolean;
    };

/** A sweep that misses a larger share of the rows fails… */
const IMPLAUSIBLE_SHARE = 0.2;
/** …unless so few rows are missing; but all rows of a table… */
const FEW_ROWS = 20;
/** …that has at least this many are never missing at once. */
const FEWEST_IN_TABLE = 3;

/**
 * Merges the staged rows into their table, in the transaction of `client`.
 *
 * A missing row is not deleted if it may be one of the invalid rows that arrived. A slice with an invalid row loses no rows,
 * since it is pulled again whole. Records and lines lose only rows that are certainly missing.
 *
 * @param accepted how many rows were staged
 * @throws IncompleteError if a sweep would mark an implausible share of the rows as deleted
 */
export async function merge(
  client: Queryable,
  stage: Stage,
  scope: MergeScope,
  accepted: number,
  unread: Unread,
  runId: string,
): Promise<Merged> {
  const { table } = stage;
  const names = {
    stage: stage.name,
    table: table.name,
    columns: table.columns.map(column => column.name),
    key: table.key,
  };
  const run = async (file: string, more: Record<string, string>, values: readonly unknown[]) => {
    const text = statement(`warehouse/${file}`, { ...names, ...more });
    return (await client.query<Counts>(text, [...values])).rows[0]!;
  };

  // A direct stage is the table itself, which was empty: nothing to merge and nothing to delete.
  if (stage.isDirect) return { inserted: accepted, updated: 0, deleted: 0 };
  const deleted = await remove();
  const { inserted, updated } = await run('merge', {}, []);
  return { inserted, updated, deleted };

  async function remove(): Promise<number> {
    switch (scope.kind) {
      case 'changes':
        return 0;
      case 'slice':
        if (unread.rows > 0) return 0;
        return (await run('replace-slice', { slice: scope.column }, [scope.value])).deleted;
      case 'lines': {
        if (unread.withoutParent > 0) return 0;
        const { name, table: of } = scope.parents;
        const parent = { parents: name, of: of.name, parent: scope.parentKey };
        const file = scope.ofSweep ? 'mark-absent-lines-of-all' : 'mark-absent-lines';
        return (await run(file, parent, [runId, table.name, [...unread.parents]])).deleted;
      }
      case 'since':
      case 'sweep': {
        if (unread.withoutKey > 0) return 0;
        // Without a start the column does not matter; every table has this one.
        const { column, from } =
          scope.kind === 'since' ? scope : { column: '_loaded_at', from: null };
        const swept = [{ since: column }, [runId, table.name, from]] as const;
        const { absent, alive } = await run('count-absent', ...swept);
        if (!scope.acceptsDeletes && isImplausible(absent, alive)) {
          throw new IncompleteError('IMPLAUSIBLE_DELETES', {
            problem: `${absent.toLocaleString('en-US')} of ${alive.toLocaleString('en-US')} ${table.name} are no longer in Heartland, which is unusually many`,
            expected: `at most ${Math.round(IMPLAUSIBLE_SHARE * 100)} % deleted between two runs`,
            next: 'Check that the token’s user still has access to every location; if they were really deleted, run sync --full --accept-deletes.',
          });
        }
        return (await run('mark-absent', ...swept)).deleted;
      }
    }
  }
}

function isImplausible(absent: number, alive: number): boolean {
  if (absent > FEW_ROWS) return absent > alive * IMPLAUSIBLE_SHARE;
  return absent === alive && alive >= FEWEST_IN_TABLE;
}
