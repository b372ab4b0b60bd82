import { IncompleteError } from '../../transforms/errors.ts';
import type { Queryable } from './pull-connection.ts';
import type { Stage } from './stage.ts';
import { statement } from './statement.ts';

/** What a merge did to its table. */
export interface Merged {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** What arrived and could not be read. As long as there is any, a row that is absent may be one of these. */
export interface Unread {
  readonly rows: number;
  /** Rows among them that do not tell their key. */
  readonly withoutKey: number;
  /** Of lines: rows among them that do not tell whose they are… */
  readonly withoutParent: number;
  /** …and the parents of the others. */
  readonly parents: ReadonlySet<number>;
}

/** What the statements count, each of them some. */
interface Counts extends Merged {
  readonly absent: number;
  readonly alive: number;
}

/** How the rows of a pull relate to those that are already there. */
export type MergeScope =
  /** Some records: the others stay as they are. */
  | { readonly kind: 'changes' }
  /** Every record the account holds: the others are gone. */
  | { readonly kind: 'sweep'; readonly acceptsDeletes?: boolean }
  /** Every record whose column is at this moment or after it: of those, the others are gone. */
  | {
      readonly kind: 'since';
      readonly column: string;
      readonly from: string;
      readonly acceptsDeletes?: boolean;
    }
  /** One slice, whole: it is replaced exactly. */
  | { readonly kind: 'slice'; readonly column: string; readonly value: string }
  /** Lines of the parents in another stage: those parents' other lines are gone, and with a sweep everyone's. */
  | {
      readonly kind: 'lines';
      readonly parents: Stage;
      readonly parentKey: string;
      readonly ofSweep: boolean;
    };

/** A sweep in which more than this share vanished is not believed… */
const IMPLAUSIBLE_SHARE = 0.2;
/** …unless the table is so small that a few rows make a large share; but hardly are all of them gone at once. */
const FEW_ROWS = 20;
const FEWEST_THAT_STAY = 3;

/**
 * Brings the staged rows into their table, in the transaction of `client`.
 *
 * Nothing is removed for being absent as long as it may be a row that arrived and could not be read. A slice with one loses
 * nothing: it is pulled again as a whole. Records and lines, which are not, lose what is absent for certain.
 *
 * @param accepted how many rows were staged
 * @throws IncompleteError when a sweep would mark an implausible share of the rows as deleted
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
  const ask = async (file: string, more: Record<string, string>, values: readonly unknown[]) => {
    const text = statement(`warehouse/${file}`, { ...names, ...more });
    return (await client.query<Counts>(text, [...values])).rows[0]!;
  };

  // What went straight in met nothing: nothing to merge, and nothing that could be gone.
  if (stage.isDirect) return { inserted: accepted, updated: 0, deleted: 0 };
  const deleted = await remove();
  const { inserted, updated } = await ask('merge', {}, []);
  return { inserted, updated, deleted };

  async function remove(): Promise<number> {
    switch (scope.kind) {
      case 'changes':
        return 0;
      case 'slice':
        if (unread.rows > 0) return 0;
        return (await ask('replace-slice', { slice: scope.column }, [scope.value])).deleted;
      case 'lines': {
        if (unread.withoutParent > 0) return 0;
        const { name, table: of } = scope.parents;
        const parent = { parents: name, of: of.name, parent: scope.parentKey };
        const values = [runId, table.name, scope.ofSweep, [...unread.parents]];
        return (await ask('mark-absent-lines', parent, values)).deleted;
      }
      case 'since':
      case 'sweep': {
        if (unread.withoutKey > 0) return 0;
        // Without a beginning the column does not matter; every table has this one.
        const { column, from } =
          scope.kind === 'since' ? scope : { column: '_loaded_at', from: null };
        const swept = [{ since: column }, [runId, table.name, from]] as const;
        const { absent, alive } = await ask('count-absent', ...swept);
        if (!scope.acceptsDeletes && isImplausible(absent, alive)) {
          throw new IncompleteError('IMPLAUSIBLE_DELETES', {
            problem: `${absent} of ${alive} ${table.name} are no longer in Heartland, which is hard to believe`,
            expected: `at most ${Math.round(IMPLAUSIBLE_SHARE * 100)} % to go between two runs`,
            next: 'Check that the token’s user still has access to every location; if they are really gone, run sync --full --accept-deletes.',
          });
        }
        return (await ask('mark-absent', ...swept)).deleted;
      }
    }
  }
}

function isImplausible(absent: number, alive: number): boolean {
  if (absent > FEW_ROWS) return absent > alive * IMPLAUSIBLE_SHARE;
  return absent === alive && alive >= FEWEST_THAT_STAY;
}
