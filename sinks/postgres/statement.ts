import { readFileSync } from 'node:fs';
import pg from 'pg';

/** What to put into a statement: one name or value, or a list of them. */
export type Names = Readonly<Record<string, string | readonly string[]>>;

const FOLDER = new URL('../../sql/', import.meta.url);
/** `:"name"`, `:"alias.name"` or `:'name'`. */
const PLACE = /:(?:"(?:(\w+)\.)?(\w+)"|'(\w+)')/g;
const files = new Map<string, string>();

/**
 * Reads a statement from `sql/` and puts quoted names where it has `:"name"`, as psql writes them. A list becomes
 * `"a", "b"`; `:"kept.columns"` becomes `kept."a", kept."b"`. Values come as parameters; only for COPY, which takes
 * none, `:'name'` is a quoted value.
 *
 * @param path below `sql/`, without `.sql`
 */
export function statement(path: string, names: Names = {}): string {
  let text = files.get(path);
  if (text === undefined) {
    text = readFileSync(new URL(`${path}.sql`, FOLDER), 'utf8');
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
