/** Validates a configuration against the schema and reports every mistake in a line of its own. */
import type { z } from 'zod';
import { type Path, valueAt } from '../../pipelines/settings/path.ts';
import { type Configuration, configurationSchema } from '../../pipelines/settings/schema.ts';
import { suggest } from '../../transforms/suggestion.ts';
import type { Mistake } from './mistake.ts';
import { isSecret } from './secrets.ts';

export type Checked =
  | { readonly configuration: Configuration }
  | { readonly mistakes: readonly Mistake[] };

/**
 * Validates a tree of values.
 *
 * @param isHidden whether the value at a path must not be shown: it came from the environment
 */
export function check(tree: unknown, isHidden: (path: Path) => boolean): Checked {
  const result = configurationSchema.safeParse(tree, { error: expectation });
  if (result.success) return { configuration: result.data };
  return {
    mistakes: result.error.issues
      .map(issue => ({ ...issue, path: asWritten(issue.path, tree) }))
      .flatMap(issue =>
        issue.code === 'unrecognized_keys'
          ? issue.keys.map(key => unknownKey([...issue.path, key], issue.message.split(', ')))
          : [wrongValue(issue, tree, isHidden)],
      ),
  };
}

/** The path as written: a list of one that was written without brackets has no [0]. */
function asWritten(path: Path, tree: unknown): PropertyKey[] {
  const written: PropertyKey[] = [];
  for (const key of path) {
    const parent = valueAt(tree, written);
    const isBracketless = key === 0 && parent !== undefined && !Array.isArray(parent);
    if (!isBracketless) written.push(key);
  }
  return written;
}

/** The expected value for a schema without a message; for an unknown key, the known keys. */
function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') {
    const section = issue.inst as z.ZodObject | undefined;
    return Object.keys(section?.shape ?? {}).join(', ');
  }
  if (issue.code !== 'invalid_type') return undefined;
  if (issue.expected === 'object' || issue.expected === 'record')
    return 'a section, with keys under it';
  return issue.expected === 'array' ? 'a list' : undefined;
}

function unknownKey(path: Path, known: readonly string[]): Mistake {
  const key = String(path.at(-1));
  const closest = suggest(key, known);
  const hint =
    closest === undefined
      ? `. The settings here are ${known.join(', ')}.`
      : ` (did you mean "${closest}"?).`;
  return { path, says: `is an unknown setting${hint}` };
}

function wrongValue(
  issue: z.core.$ZodIssue,
  tree: unknown,
  isHidden: (path: Path) => boolean,
): Mistake {
  const { path } = issue;
  const value = valueAt(tree, path);
  if (value === undefined) return { path, says: `is missing: expected ${issue.message}.` };
  // A file that is one line of text may be a token file.
  const found =
    path.length === 0 || isHidden(path) || isSecret(path) ? hidden(value) : shown(value);
  return { path, says: `${found}, expected ${issue.message}.` };
}

function hidden(value: unknown): string {
  if (typeof value === 'object') return shown(value);
  return `has an invalid value (not shown)${typeof value === 'string' ? blemishOf(value) : ''}`;
}

/** What is easy to overlook in a value that is not shown. */
function blemishOf(value: string): string {
  if (/^\s+$/.test(value)) return ': only spaces or line breaks';
  return /[\r\n]/.test(value.trim())
    ? ': it contains a line break, perhaps from pasting'
    : /[\r\n]/.test(value)
      ? ': it begins or ends with a line break, perhaps from pasting'
      : '';
}

function shown(value: unknown): string {
  if (value === null) return 'has no value';
  if (Array.isArray(value)) return value.length === 0 ? 'found an empty list' : 'found a list';
  if (typeof value === 'object') return 'found a section';
  const text = JSON.stringify(value).replace(/\/\/[^/@]*@/, '//(not shown)@');
  return `found ${text.length > 200 ? `${text.slice(0, 200)}…` : text}`;
}
