import { readFileSync } from 'node:fs';
import pg from 'pg';
import { SQL_FOLDER } from './sql-folder.ts';

/** The names or values to insert into a statement; each may be a list. */
export type Names = Readonly<Record<string, string | readonly string[]>>;

/** `:"name"`, `:"alias.name"` or `:'name'`. */
const PLACE = /:(?:"(?:(\w+)\.)?(\w+)"|'(\w+)')/g;
const files = new Map<string, string>();

/**
 * Reads a statement from `sql/` and inserts quoted names for `:"name"`, as psql does.
 *
 * A list becomes `"a", "b"`; `:"stored.columns"` becomes `stored."a", stored."b"`. Values are passed as parameters; only for
 * COPY, which takes none, `:'name'` inserts a quoted value.
 *
 * @param path below `sql/`, without `.sql`
 */
export function statement(path: string, names: Names = {}): string {
  let text = files.get(path);
  if (text === undefined) {
    text = readFileSync(new URL(`${path}.sql`, SQL_FOLDER), 'utf8');
    files.set(path, text);
  }
  return text.replace(PLACE, (whole, alias?: string, identifiers?: string, literal?: string) => {
    const value = names[identifiers ?? literal!];
    if (value === undefined) throw new TypeError(`${path}.sql needs a name for ${whole}`);
    const list = typeof value === 'string' ? [value] : value;
    if (literal !== undefined) return list.map(pg.escapeLiteral).join(', ');
    const prefix = alias === undefined ? '' : `${alias}.`;
    return list.map(identifier => prefix + pg.escapeIdentifier(identifier)).join(', ');
  });
}
