import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonSchema } from '../../app/configuration/json-schema.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const FOLDERS = ['app', 'network', 'pipelines', 'sinks', 'sources', 'transforms'];
const SECTIONS = ['heartland', 'locally', 'management_one', 'warehouse', 'item_fields'];

/** A setting named in a message, as `heartland.base_url`. */
const SETTING = new RegExp(
  `(?<![\\w./$-])(?:${SECTIONS.join('|')})(?:\\.[a-z_]+)+(?![\\w(/-])`,
  'g',
);

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** Whether the schema has a setting. */
function has(schema: Schema, [key, ...rest]: readonly string[]): boolean {
  const { properties, items, anyOf = [], oneOf = [] } = schema;
  if (key === undefined) return true;
  const child = properties?.[key];
  if (child !== undefined && has(child, rest)) return true;
  return [...anyOf, ...oneOf, ...(items === undefined ? [] : [items])].some(each =>
    has(each, [key, ...rest]),
  );
}

/** All string literals of a file; messages are among them. */
function textsIn(source: string): string[] {
  return source.match(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g) ?? [];
}

test('every setting that a message names exists', async () => {
  const schema = JSON.parse(jsonSchema()) as Schema;
  const named = new Map<string, string>();
  for (const folder of FOLDERS)
    for (const name of await readdir(join(ROOT, folder), { recursive: true })) {
      if (!name.endsWith('.ts')) continue;
      const source = await readFile(join(ROOT, folder, name), 'utf8');
      // What is between ${ and } is code.
      for (const text of textsIn(source))
        for (const [setting] of text.replace(/\$\{[^}]*\}/g, ' ').matchAll(SETTING))
          named.set(setting, join(folder, name));
    }
  expect(named.size).toBeGreaterThan(20);
  const unknown = [...named].filter(([setting]) => !has(schema, setting.split('.')));
  expect(unknown).toEqual([]);
});
