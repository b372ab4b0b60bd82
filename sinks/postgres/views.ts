import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import { SQL_FOLDER } from './sql-folder.ts';
import { whoHolds } from './views-held.ts';
import { OWN_VIEWS_GONE, putBack, setAside } from './views-of-others.ts';
import type { Warehouse } from './warehouse.ts';

/** A part of a file of `sql/views`: one view and what belongs to it, or what comes before. It can be run again at any time. */
interface ViewFile {
  /** `040.stock.sql`, or `040.stock.sql stock_by_vendor`. */
  readonly file: string;
  readonly text: string;
  readonly sha256: string;
  /** The view it makes, if it does. */
  readonly views: readonly string[];
}

interface KnownFile {
  readonly file: string;
  readonly sha256: string;
  readonly views: string[];
  readonly not_applied_because: string | null;
}

/** Views that are older than they should be, and why. */
export interface WaitingViews {
  readonly views: readonly string[];
  readonly because: string;
}

const FOLDER = new URL('views/', SQL_FOLDER);
/** A view's columns were renamed, moved or taken away: `create or replace` refuses that (PostgreSQL, CREATE VIEW). */
const MUST_BE_DROPPED = '42P16';
/** A table or column that is not there: the configuration has turned it off; or a view that was left out for that. */
const IS_MISSING: readonly (string | undefined)[] = ['42P01', '42703'];
/** Something that is not ours depends on it; it belongs to somebody else; somebody has it open; two wait for each other. */
const WAITS: readonly (string | undefined)[] = ['2BP01', '42501', '55P03', '40P01', OWN_VIEWS_GONE];
/** Somebody has it open. */
const IS_HELD = '55P03';

/** Others who read a view queue behind a change that waits, so it waits shortly, and a few times. */
const LOCK_WAIT_MS = 400;
const LOCK_TRIES = 3;

let files: readonly ViewFile[] | undefined;

/**
 * Brings the views up to date with their files, in the transaction of `client`: those whose text has changed, and those
 * that read them. Nothing is touched while no text has changed.
 *
 * A sync never fails for a view. One that somebody has open, or that something of the merchant's own needs as it is, stays
 * as it was, alone, until a later command; a merchant's own view on ours is made again where ours must be dropped. Where a
 * table is turned off in the configuration, the views on it are left out. `_views` says so.
 */
export async function createViews(client: pg.PoolClient): Promise<void> {
  files ??= readViewFiles();
  const { rows } = await client.query<KnownFile>(
    'select file, sha256, views, not_applied_because from _views',
  );
  const known = new Map(rows.map(row => [row.file, row]));
  const isSettled = (file: ViewFile) =>
    known.get(file.file)?.sha256 === file.sha256 &&
    known.get(file.file)?.not_applied_because === null;
  if (files.every(isSettled) && rows.length === files.length) return;

  const work = new ViewWork(client, files);
  const timeout = await client.query<{ before: string }>(
    `select current_setting('lock_timeout') as before, set_config('lock_timeout', $1, true)`,
    [`${LOCK_WAIT_MS}ms`],
  );
  await client.query('savepoint views');
  for (const file of files)
    if (!isSettled(file) || work.hasChangedUnder(file)) await work.bring(file);
  await client.query(`select set_config('lock_timeout', $1, true)`, [timeout.rows[0]!.before]);
  await writeDown(client, files, known, work);
}

/** The views that wait for something, for people to hear of. */
export function waitingViews(warehouse: Pick<Warehouse, 'query'>): Promise<WaitingViews[]> {
  return warehouse.query<WaitingViews>(
    'select views, not_applied_because as because from _views where is_waiting order by file',
  );
}

/** That views wait, and what for. */
export function waitingViewsInWords({ views, because }: WaitingViews): string {
  const are = views.length === 1 ? 'The view' : 'The views';
  return `${are} ${views.join(', ')} could not be updated to this version yet: ${because}. The next command after that has ended, or been dropped, updates ${views.length === 1 ? 'it' : 'them'}; until then the older version answers.`;
}

/** One pass over the files. */
class ViewWork {
  /** Why a file was not applied, and whether to report it. */
  readonly kept = new Map<string, { readonly because: string; readonly isWaiting: boolean }>();
  readonly applied = new Set<string>();
  readonly #remade = new Set<string>();
  readonly #client: pg.PoolClient;
  readonly #files: readonly ViewFile[];
  #tries = LOCK_TRIES;

  constructor(client: pg.PoolClient, files: readonly ViewFile[]) {
    this.#client = client;
    this.#files = files;
  }

  /** Whether a view that this one's text names was made again, and this one was not yet. */
  hasChangedUnder({ file, text }: ViewFile): boolean {
    if (this.applied.has(file)) return false;
    return [...this.#remade].some(view => new RegExp(`\\b${view}\\b`).test(text));
  }

  /** Applies a file, or notes why not; nothing of it is done then. */
  async bring(file: ViewFile): Promise<void> {
    if (this.applied.has(file.file)) return;
    for (;;) {
      await this.#client.query('savepoint view_file');
      try {
        const applied = await this.#apply(file);
        for (const one of applied) {
          this.applied.add(one.file);
          this.kept.delete(one.file);
          for (const view of one.views) this.#remade.add(view);
        }
        return;
      } catch (error) {
        await this.#client.query('rollback to savepoint view_file');
        const code = codeOf(error);
        if (code === IS_HELD && --this.#tries > 0) continue;
        if (!WAITS.includes(code) && !IS_MISSING.includes(code)) throw error;
        // A column that is missing may be one of a view that waits.
        const others = [...this.kept.values()].some(({ isWaiting }) => isWaiting);
        const isWaiting = WAITS.includes(code) || others;
        this.kept.set(file.file, { because: await this.#reason(file, error), isWaiting });
        return;
      }
    }
  }

  /** Answers the files that were run. */
  async #apply(file: ViewFile): Promise<readonly ViewFile[]> {
    await this.#client.query('savepoint view_text');
    try {
      await this.#client.query(file.text);
      return [file];
    } catch (error) {
      if (codeOf(error) !== MUST_BE_DROPPED) throw error;
      await this.#client.query('rollback to savepoint view_text');
      return this.#applyAnew(file);
    }
  }

  /** Drops the file's views with all views on them, and makes them again: ours from their files, others as they were. */
  async #applyAnew(file: ViewFile): Promise<readonly ViewFile[]> {
    const ours = this.#files.flatMap(({ views }) => views);
    const functions = this.#files.flatMap(({ text }) => functionsIn(text));
    const aside = await setAside(this.#client, file.views, { views: ours, functions });
    const again = this.#files.filter(
      one =>
        one === file ||
        [...one.views, ...functionsIn(one.text)].some(name => aside.dropped.includes(name)),
    );
    const applied: ViewFile[] = [];
    const leftOut: { readonly file: string; readonly because: string }[] = [];
    for (const one of again) {
      await this.#client.query('savepoint view_anew');
      try {
        await this.#client.query(one.text);
        applied.push(one);
      } catch (error) {
        if (one === file || !IS_MISSING.includes(codeOf(error))) throw error;
        // It read a table that is turned off now, and would be left out in any case.
        await this.#client.query('rollback to savepoint view_anew');
        leftOut.push({ file: one.file, because: (error as Error).message });
      }
    }
    await putBack(this.#client, aside);
    for (const { file: name, because } of leftOut)
      this.kept.set(name, { because, isWaiting: false });
    return applied;
  }

  async #reason({ views }: ViewFile, error: unknown): Promise<string> {
    if (codeOf(error) === IS_HELD) return whoHolds(this.#client, views);
    const { detail, message } = error as { detail?: string; message: string };
    return detail ?? message;
  }
}

async function writeDown(
  client: pg.PoolClient,
  all: readonly ViewFile[],
  known: ReadonlyMap<string, KnownFile>,
  { applied, kept }: ViewWork,
): Promise<void> {
  await client.query('delete from _views where file <> all ($1)', [all.map(({ file }) => file)]);
  for (const { file, sha256, views } of all) {
    const because = kept.get(file);
    if (because === undefined && !applied.has(file)) continue;
    // What was not applied is not known by its new text: it is tried again by every command.
    const digest = because === undefined || !because.isWaiting ? sha256 : known.get(file)?.sha256;
    await client.query(
      `insert into _views (file, sha256, views, not_applied_because, is_waiting) values ($1, $2, $3, $4, $5)
       on conflict (file) do update set
         sha256 = excluded.sha256, views = excluded.views, applied_at = now(),
         not_applied_because = excluded.not_applied_because, is_waiting = excluded.is_waiting`,
      [file, digest ?? '', views, because?.because ?? null, because?.isWaiting ?? false],
    );
  }
}

/** The files in the order of their names, each split by view, so that a waiting view blocks no other. */
function readViewFiles(): readonly ViewFile[] {
  return readdirSync(FOLDER)
    .filter(name => name.endsWith('.sql'))
    .toSorted()
    .flatMap(name =>
      readFileSync(new URL(name, FOLDER), 'utf8')
        .split(/^(?=create or replace view )/m)
        .filter(text => /^(?!--)\s*\S/m.test(text))
        .map(text => {
          const view = /^create or replace view (\w+)/.exec(text)?.[1];
          return {
            file: view === undefined ? name : `${name} ${view}`,
            text,
            sha256: createHash('sha256').update(text).digest('hex'),
            views: view === undefined ? [] : [view],
          };
        }),
    );
}

/** Functions that a text makes; one with a body in standard SQL is bound to the views in it. */
function functionsIn(text: string): string[] {
  return [...text.matchAll(/^create or replace function (\w+)/gm)].map(match => match[1]!);
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}
