/** Puts the values of the environment where a configuration refers to them. */
import { readFile, stat } from 'node:fs/promises';
import type { Mistake, Path } from './mistake.ts';
import { dotted } from './mistake.ts';
import { partsOf } from './reference.ts';
import { utf8Text } from './utf8-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Resolved {
  readonly tree: unknown;
  readonly mistakes: readonly Mistake[];
  /** References to what is not set, or is empty. Their values are left empty. */
  readonly unset: readonly Mistake[];
  /** Dotted paths of the values that came from the environment. They are never shown. */
  readonly fromEnvironment: ReadonlySet<string>;
  /** Files of `NAME_FILE` that every user of this machine may read. */
  readonly openFiles: readonly OpenFile[];
}

/** A file with a secret that is open to everybody. */
export interface OpenFile {
  readonly path: Path;
  /** The variable that names it, as `DATABASE_URL_FILE`. */
  readonly variable: string;
  readonly file: string;
}

/** Replaces every `${NAME}` in the texts of a tree: by the variable NAME, else by the file that NAME_FILE names. */
export async function resolveReferences(tree: unknown, env: Environment): Promise<Resolved> {
  const mistakes: Mistake[] = [];
  const unset: Mistake[] = [];
  const fromEnvironment = new Set<string>();
  const openFiles: OpenFile[] = [];

  const resolve = async (node: unknown, path: Path): Promise<unknown> => {
    if (typeof node === 'string') return resolveText(node, path);
    if (Array.isArray(node)) {
      return Promise.all(node.map((item, index) => resolve(item, [...path, index])));
    }
    if (typeof node !== 'object' || node === null) return node;
    const entries = Object.entries(node).map(
      async ([key, child]): Promise<[string, unknown]> => [
        key,
        await resolve(child, [...path, key]),
      ],
    );
    return Object.fromEntries(await Promise.all(entries));
  };

  const resolveText = async (text: string, path: Path): Promise<string> => {
    const values = await Promise.all(
      partsOf(text).map(async part => {
        if ('text' in part) return part.text;
        if ('broken' in part) {
          mistakes.push({ path, says: BROKEN });
          return '';
        }
        fromEnvironment.add(dotted(path));
        const found = await lookUp(part.name, env);
        if ('value' in found) {
          if (found.openFile !== undefined)
            openFiles.push({ path, variable: `${part.name}_FILE`, file: found.openFile });
          return found.value;
        }
        unset.push({ path, says: found.says });
        return '';
      }),
    );
    return values.join('');
  };

  return { tree: await resolve(tree, []), mistakes, unset, fromEnvironment, openFiles };
}

const BROKEN = `holds \${ that is no reference: expected \${NAME}, with a name of letters, digits and _. Write $\${ for the two characters themselves.`;

async function lookUp(
  name: string,
  env: Environment,
): Promise<{ readonly value: string; readonly openFile?: string } | { readonly says: string }> {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value !== undefined && value !== '') return { value };
  const file = env[`${name}_FILE`];
  const refers = `refers to the environment variable ${name}, which is`;
  if (file === undefined || file === '') {
    const how = value === '' ? 'empty' : 'not set';
    return {
      says: `${refers} ${how}. Set it with: export ${name}=… (or export ${name}_FILE=… with the name of a file that holds it).`,
    };
  }
  try {
    const found = utf8Text(await readFile(file));
    if ('says' in found)
      return {
        says: `${refers} to be read from ${name}_FILE, but the file "${file}" ${found.says}`,
      };
    const content = found.text.trim();
    if (content !== '') return { value: content, ...((await isOpen(file)) && { openFile: file }) };
    return { says: `${refers} to be read from ${name}_FILE, but the file "${file}" is empty.` };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return {
      says: `${refers} to be read from ${name}_FILE, but the file "${file}" cannot be read (${code}).`,
    };
  }
}

/** Where Docker and Kubernetes put secrets, readable by all that is in the container, which is one program. */
const OF_CONTAINERS = /^(\/var)?\/run\/secrets\//;

/** Whether every user may read a file. Windows has no such bits; there, who may follows from the folder. */
async function isOpen(file: string): Promise<boolean> {
  if (process.platform === 'win32' || OF_CONTAINERS.test(file)) return false;
  const found = await stat(file);
  return found.isFile() && (found.mode & 0o004) !== 0;
}
