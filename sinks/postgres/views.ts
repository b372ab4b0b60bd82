import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { statement } from './statement.ts';

/** One file of `sql/views`: statements that can be run again at any time. */
interface ViewFile {
  readonly file: string;
  readonly text: string;
  readonly sha256: string;
  /** The views it makes. */
  readonly views: readonly string[];
}

const FOLDER = new URL('../../sql/views/', import.meta.url);
/** A view's columns were renamed, moved or taken away: `create or replace` refuses that (PostgreSQL, CREATE VIEW). */
const MUST_BE_DROPPED = '42P16';
/** Something that is not ours depends on a view of ours. */
const IS_DEPENDED_UPON = '2BP01';

/** A table or column that is not there: the configuration has turned it off; or a view that was left out for that. */
const IS_MISSING: readonly (string | undefined)[] = ['42P01', '42703'];

const VIEW = /^create or replace view (\w+)/gm;
const FUNCTION = /^create or replace function (\w+)/gm;

let files: readonly ViewFile[] | undefined;

/**
 * Brings the views up to date with their files, in the transaction of `client`. Nothing is touched while no text has
 * changed. All are made again when one has, because a view's text may need another view's new column.
 *
 * A sync never fails for a view. Where a merchant's own view depends on ours, so that ours cannot be dropped, all stay
 * as they were; where a table is turned off in the configuration, the views on it are left out. `_views` says so.
 */
export async function createViews(client: pg.PoolClient): Promise<void> {
  files ??= readViewFiles();
  const { rows } = await client.query<KnownFile>(
    'select file, sha256, views, kept_because from _views',
  );
  const isSettled = rows.every(row => row.kept_because === null);
  if (isSettled && digestOf(rows) === digestOf(files)) return;

  const known = rows.flatMap(row => row.views);
  await client.query('savepoint views');
  const made = (await makeAll(client, files)) ?? (await makeAllAnew(client, files, known));
  if (typeof made === 'string') {
    await client.query('rollback to savepoint views');
    await client.query('update _views set kept_because = $1', [made]);
    return;
  }
  await client.query('delete from _views');
  for (const { file, sha256, views } of files) {
    await client.query(
      'insert into _views (file, sha256, views, kept_because) values ($1, $2, $3, $4)',
      [file, sha256, views, made.get(file)],
    );
  }
}

interface KnownFile {
  readonly file: string;
  readonly sha256: string;
  readonly views: string[];
  readonly kept_because: string | null;
}

/** Why a file could not be applied, by its name. */
type LeftOut = ReadonlyMap<string, string>;

/** Runs every file; undefined, with nothing done, where a view must be dropped first. */
async function makeAll(
  client: pg.PoolClient,
  wanted: readonly ViewFile[],
): Promise<LeftOut | undefined> {
  const leftOut = new Map<string, string>();
  for (const { file, text } of wanted) {
    await client.query('savepoint view_file');
    try {
      await client.query(text);
    } catch (error) {
      if (codeOf(error) === MUST_BE_DROPPED) {
        await client.query('rollback to savepoint views');
        return undefined;
      }
      if (!IS_MISSING.includes(codeOf(error))) throw error;
      await client.query('rollback to savepoint view_file');
      leftOut.set(file, (error as Error).message);
    }
  }
  return leftOut;
}

/** Drops every view of ours and makes them again; answers what depends on them, where something does. */
async function makeAllAnew(
  client: pg.PoolClient,
  wanted: readonly ViewFile[],
  known: readonly string[],
): Promise<LeftOut | string> {
  const names = [...new Set([...known, ...wanted.flatMap(({ views }) => views)])];
  try {
    await dropFunctionsOn(client, names, wanted);
    // One statement, so that they may depend on each other in any way.
    await client.query(
      `drop view if exists ${names.map(name => pg.escapeIdentifier(name)).join(', ')}`,
    );
  } catch (error) {
    if (codeOf(error) !== IS_DEPENDED_UPON) throw error;
    return (error as { detail?: string }).detail ?? (error as Error).message;
  }
  return (await makeAll(client, wanted)) ?? 'the views could not be made';
}

/** Drops those of our functions that are bound to our views; their files make them again. */
async function dropFunctionsOn(
  client: pg.PoolClient,
  views: readonly string[],
  wanted: readonly ViewFile[],
): Promise<void> {
  const ours = wanted.flatMap(({ text }) => namesOf(FUNCTION, text));
  const { rows } = await client.query<{ signature: string }>(
    statement('warehouse/functions-on-views'),
    [views, ours],
  );
  for (const { signature } of rows) await client.query(`drop function ${signature}`);
}

function namesOf(pattern: RegExp, text: string): string[] {
  return [...text.matchAll(pattern)].map(match => match[1]!);
}

function readViewFiles(): readonly ViewFile[] {
  return readdirSync(FOLDER)
    .filter(file => file.endsWith('.sql'))
    .toSorted()
    .map(file => {
      const text = readFileSync(new URL(file, FOLDER), 'utf8');
      return {
        file,
        text,
        sha256: createHash('sha256').update(text).digest('hex'),
        views: namesOf(VIEW, text),
      };
    });
}

function digestOf(of: readonly Pick<ViewFile, 'file' | 'sha256'>[]): string {
  return of
    .map(({ file, sha256 }) => `${file} ${sha256}`)
    .toSorted()
    .join('\n');
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}
