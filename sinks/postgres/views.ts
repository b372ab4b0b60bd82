import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';

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

let files: readonly ViewFile[] | undefined;

/**
 * Brings the views up to date with their files, in the transaction of `client`. Nothing is touched while no text has
 * changed. All are made again when one has, because a view's text may need another view's new column.
 *
 * Views that a merchant's own view depends on cannot be dropped: then all stay as they were, and `_views` says why. A
 * sync never fails for it.
 */
export async function createViews(client: pg.PoolClient): Promise<void> {
  files ??= readViewFiles();
  const { rows } = await client.query<{ file: string; sha256: string; views: string[] }>(
    'select file, sha256, views from _views',
  );
  if (digestOf(rows) === digestOf(files)) return;

  await client.query('savepoint views');
  try {
    await runAll(client, files);
  } catch (error) {
    if (codeOf(error) !== MUST_BE_DROPPED) throw error;
    await client.query('rollback to savepoint views');
    const keptBecause = await replaceAll(
      client,
      files,
      rows.flatMap(row => row.views),
    );
    if (keptBecause !== undefined) {
      await client.query('rollback to savepoint views');
      await client.query('update _views set kept_because = $1', [keptBecause]);
      return;
    }
  }
  await client.query('delete from _views');
  for (const { file, sha256, views } of files) {
    await client.query('insert into _views (file, sha256, views) values ($1, $2, $3)', [
      file,
      sha256,
      views,
    ]);
  }
}

/** Drops every view of ours and makes them again; answers what depends on them, where something does. */
async function replaceAll(
  client: pg.PoolClient,
  wanted: readonly ViewFile[],
  known: readonly string[],
): Promise<string | undefined> {
  const names = [...new Set([...known, ...wanted.flatMap(({ views }) => views)])];
  try {
    // One statement, so that they may depend on each other in any way.
    await client.query(
      `drop view if exists ${names.map(name => pg.escapeIdentifier(name)).join(', ')}`,
    );
  } catch (error) {
    if (codeOf(error) !== IS_DEPENDED_UPON) throw error;
    return (error as { detail?: string }).detail ?? (error as Error).message;
  }
  await runAll(client, wanted);
  return undefined;
}

async function runAll(client: pg.PoolClient, wanted: readonly ViewFile[]): Promise<void> {
  for (const { text } of wanted) await client.query(text);
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
        views: [...text.matchAll(/^create or replace view (\w+)/gm)].map(match => match[1]!),
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
