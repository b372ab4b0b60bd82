import { readFileSync } from 'node:fs';
import pg from 'pg';

/** Names to put into a statement: one identifier, or a list of them. */
export type Names = Readonly<Record<string, string | readonly string[]>>;

const FOLDER = new URL('../../sql/', import.meta.url);
const files = new Map<string, string>();

/**
 * Reads a statement from `sql/` and puts quoted names where it has `:"name"`, as psql writes them. A list becomes
 * `"a", "b"`; `:"kept.columns"` becomes `kept."a", kept."b"`. Values never come this way, only as parameters.
 *
 * @param path below `sql/`, without `.sql`
 */
export function statement(path: string, names: Names = {}): string {
  let text = files.get(path);
  if (text === undefined) {
    text = readFileSync(new URL(`${path}.sql`, FOLDER), 'utf8');
    files.set(path, text);
  }
  return text.replace(/:"(?:(\w+)\.)?(\w+)"/g, (whole, alias: string | undefined, name: string) => {
    const value = names[name];
    if (value === undefined) throw new TypeError(`${path}.sql needs a name for ${whole}`);
    const list = typeof value === 'string' ? [value] : value;
    const prefix = alias === undefined ? '' : `${alias}.`;
    return list.map(identifier => prefix + pg.escapeIdentifier(identifier)).join(', ');
  });
}
