/** Reads configuration files: one merchant each, or a folder of them. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { dotted } from '../../pipelines/settings/path.ts';
import type { Configuration } from '../../pipelines/settings/schema.ts';
import { lineOf, WRITTEN } from '../../pipelines/settings/written.ts';
import { ConfigurationError } from '../../transforms/errors.ts';
import { withCertificates } from './certificate-files.ts';
import { withEnvFile } from './env-file.ts';
import { type Environment, resolveReferences } from './environment.ts';
import { configurationError, type Mistake } from './mistake.ts';
import { checkNeeded, EVERYTHING, type Need } from './needs.ts';
import { writtenSecretsIn } from './secrets.ts';
import { withToken, withTokenFile } from './token-file.ts';
import { utf8Text } from './utf8-file.ts';
import { readYaml } from './yaml.ts';

export interface ReadOptions {
  /** Default: everything. Variables that are not needed may be unset; do not use their values. */
  readonly needs?: readonly Need[];
  /** Does not read the token file of a registered app, so that it can be connected (again). */
  readonly withoutToken?: boolean;
}

/**
 * Reads and checks one configuration file; `data_folder` becomes absolute, from the file's folder.
 *
 * References are looked up in the environment, and then in the file `.env` beside it.
 *
 * @throws ConfigurationError with every mistake of the file in a line of its own, without secrets
 */
export async function readConfiguration(
  path: string,
  env: Environment,
  { needs = EVERYTHING, withoutToken = !needs.includes('heartland') }: ReadOptions = {},
): Promise<Configuration> {
  const file = readYaml(await textOf(path));
  if (file.tree === undefined) throw configurationError(path, file.mistakes);
  if (file.tree === null) throw configurationError(path, [{ path: [], says: 'is empty' }]);
  const home = dirname(path);
  const referred = await resolveReferences(file.tree, await withEnvFile(home, env));
  const { tree, mistakes: unread } = await withCertificates(referred.tree, home);
  const resolved = { ...referred, tree, unset: [...referred.unset, ...unread] };
  const { checked, unset } = checkNeeded(resolved, needs);

  const earlier = [...file.mistakes, ...resolved.mistakes, ...unset];
  const reported = new Set(earlier.map(mistake => dotted(mistake.path)));
  const later = 'mistakes' in checked ? checked.mistakes : [];
  const mistakes = [...earlier, ...later.filter(mistake => !reported.has(dotted(mistake.path)))];
  if (mistakes.length > 0 || 'mistakes' in checked)
    throw configurationError(path, mistakes.map(withLine));
  const dataFolder = resolve(home, checked.configuration.data_folder);
  const { openFiles } = resolved;
  const secrets = writtenSecretsIn(file.tree);
  const written = { file: path, lines: file.lines, secrets, openFiles };
  const whole = { ...checked.configuration, data_folder: dataFolder, [WRITTEN]: written };
  const located = withTokenFile(whole, home);
  return withoutToken ? located : withToken(located);

  function withLine(mistake: Mistake): Mistake {
    return { ...mistake, line: mistake.line ?? lineOf(mistake.path, file.lines) };
  }
}

/**
 * Reads a configuration file, or every `.yaml` file of a folder in the order of their names.
 *
 * @throws ConfigurationError with the mistakes of all files
 */
export async function readConfigurations(
  path: string,
  env: Environment,
  options: ReadOptions = {},
): Promise<Configuration[]> {
  const read = await readEach(path, env, options);
  const failures = read.flatMap(each => ('error' in each ? [each.error] : []));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw together(failures);
  return read.flatMap(each => ('configuration' in each ? [each.configuration] : []));
}

/** One file of a folder: its configuration, or why it cannot be used. */
export type ReadFile =
  | { readonly file: string; readonly configuration: Configuration }
  | { readonly file: string; readonly error: unknown };

/**
 * Reads the same files, each on its own: a mistake in one merchant's file is that merchant's alone.
 *
 * @throws ConfigurationError if there is no file
 */
export async function readEach(
  path: string,
  env: Environment,
  options: ReadOptions = {},
): Promise<readonly ReadFile[]> {
  const files = (await isFolder(path)) ? await yamlFilesIn(path) : [path];
  const read = await Promise.all(
    files.map(file =>
      readConfiguration(file, env, options).then(
        (configuration): ReadFile => ({ file, configuration }),
        (error: unknown): ReadFile => ({ file, error }),
      ),
    ),
  );
  return withoutTwins(read);
}

async function textOf(path: string): Promise<string> {
  const found = utf8Text(await bytesOf(path));
  if ('text' in found) return found.text;
  throw configurationError(path, [{ path: [], ...found }]);
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new ConfigurationError('CONFIGURATION_MISSING', {
        problem: `The configuration file "${path}" does not exist`,
        next: `Create it with: tillstream init. Or name another file with --config FILE.`,
      });
    if (code === 'EISDIR')
      throw new ConfigurationError('CONFIGURATION_MISSING', {
        problem: `"${path}" is a folder`,
        expected: 'one configuration file',
        next: 'Name one of its files with --config FILE.',
      });
    const problem = `The configuration file "${path}" cannot be read (${code})`;
    throw new ConfigurationError('CONFIGURATION_UNREADABLE', { problem }, error);
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

async function yamlFilesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter(name => /^[^.].*\.ya?ml$/i.test(name));
  if (names.length > 0) return names.toSorted().map(name => join(folder, name));
  throw new ConfigurationError('CONFIGURATION_MISSING', {
    problem: `The folder "${folder}" contains no configuration`,
    expected: 'at least one .yaml file',
    next: 'Create one for each merchant with: tillstream init --config FILE',
  });
}

function together(failures: readonly unknown[]): unknown {
  const unexpected = failures.find(failure => !(failure instanceof ConfigurationError));
  if (unexpected !== undefined) return unexpected;
  const messages = failures.map(failure => (failure as ConfigurationError).message);
  const problem = messages.join('\n').replace(/\.$/, '');
  return new ConfigurationError('CONFIGURATION_WRONG', { problem });
}

/** Of two files with one merchant, which would share a schema, only the first can be used. */
function withoutTwins(read: readonly ReadFile[]): readonly ReadFile[] {
  const fileOf = new Map<string, string>();
  return read.map(each => {
    if ('error' in each) return each;
    const { file } = each;
    const { merchant } = each.configuration;
    const other = fileOf.get(merchant);
    fileOf.set(merchant, other ?? file);
    if (other === undefined) return each;
    const says = `found "${merchant}", which ${other} uses too.`;
    return { file, error: configurationError(file, [{ path: ['merchant'], says }]) };
  });
}
