/**
 * The configuration as JSON Schema, for editors that complete and check YAML.
 *
 * `node app/configuration/json-schema.ts` writes docs/tillstream.schema.json; `npm run fix` formats it.
 */
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { named } from '../../pipelines/settings/destination.ts';
import { configurationSchema } from '../../pipelines/settings/schema.ts';
import { ONE_OR_LIST } from '../../pipelines/settings/value.ts';

export const JSON_SCHEMA_FILE = new URL('../../docs/tillstream.schema.json', import.meta.url);

/** The JSON Schema of a configuration file, with defaults and descriptions. */
export function jsonSchema(): string {
  const schema = z.toJSONSchema(configurationSchema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema: found }) => {
      if (zodSchema === named) {
        for (const key of Object.keys(found)) delete found[key];
        Object.assign(found, { type: 'string', description: 'The name of a destination.' });
        return;
      }
      if (!ONE_OR_LIST.has(zodSchema)) return;
      const { items, type, minItems } = found;
      for (const key of ['items', 'type', 'minItems'] as const) delete found[key];
      found.anyOf = [items as z.core.JSONSchema.JSONSchema, { type, minItems, items }];
    },
  });
  return `${JSON.stringify({ title: 'Tillstream configuration', ...schema }, null, 2)}\n`;
}

if (import.meta.main) await writeFile(JSON_SCHEMA_FILE, jsonSchema());
