/** Reads configuration files: one merchant a file, or a folder of them. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ConfigurationError } from '../../transforms/errors.ts';
import { withCertificates } from './certificate-files.ts';
import { type Environment, resolveReferences } from './environment.ts';
import { configurationError, dotted, type Mistake } from './mistake.ts';
import { checkNeeded, EVERYTHING, type Need } from './needs.ts';
import type { Configuration } from './schema.ts';
import { writtenSecretsIn } from './secrets.ts';
import { withToken, withTokenFile } from './token-file.ts';
import { utf8Text } from './utf8-file.ts';
import { lineOf, WRITTEN } from './written.ts';
import { readYaml } from './yaml.ts';

export interface ReadOptions {
  /** Left out: everything. Variables that only others need may be unset; their values are not to be used. */
  readonly needs?: readonly Need[];
  /** Leaves the file with the token of a registered app unread, to connect it (again). */
  readonly withoutToken?: boolean;
}

/**
 * Reads and checks one configuration file. `data_folder` is made absolute, from the file's own folder.
 *
 * @throws ConfigurationError with every mistake of the file, one line each; never with a secret
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
  const referred = await resolveReferences(file.tree, env);
  const { tree, mistakes: unread } = await withCertificates(referred.tree, home);
  const resolved = { ...referred, tree, unset: [...referred.unset, ...unread] };
  const { checked, unset } = checkNeeded(resolved, needs);

  const earlier = [...file.mistakes, ...resolved.mistakes, ...unset];
  const told = new Set(earlier.map(mistake => dotted(mistake.path)));
  const later = 'mistakes' in checked ? checked.mistakes : [];
  const mistakes = [...earlier, ...later.filter(mistake => !told.has(dotted(mistake.path)))];
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
 * Reads a configuration file, or every `.yaml` file of a folder, one merchant each, in the order of their names.
 *
 * @throws ConfigurationError with the mistakes of all files
 */
export async function readConfigurations(
  path: string,
  env: Environment,
  options: ReadOptions = {},
): Promise<Configuration[]> {
  const files = (await isFolder(path)) ? await yamlFilesIn(path) : [path];
  const read = await Promise.allSettled(files.map(file => readConfiguration(file, env, options)));
  const failures = read.flatMap(result => (result.status === 'rejected' ? [result.reason] : []));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw together(failures);
  const configurations = read.flatMap(result =>
    result.status === 'fulfilled' ? [result.value] : [],
  );
  checkMerchantsDiffer(files, configurations);
  return configurations;
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
        problem: `There is no configuration file "${path}"`,
        next: `Make one with tillstream init, or copy docs/tillstream.example.yaml to ${path} and fill it in, or name another with --config FILE.`,
      });
    if (code === 'EISDIR')
      throw new ConfigurationError('CONFIGURATION_MISSING', {
        problem: `"${path}" is a folder`,
        expected: 'one configuration file',
        next: 'Name one of the files in it with --config FILE.',
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
    problem: `The folder "${folder}" holds no configuration`,
    expected: 'at least one file that ends in .yaml',
    next: 'Copy docs/tillstream.example.yaml into it, once for each merchant.',
  });
}

function together(failures: readonly unknown[]): unknown {
  const unexpected = failures.find(failure => !(failure instanceof ConfigurationError));
  if (unexpected !== undefined) return unexpected;
  const messages = failures.map(failure => (failure as ConfigurationError).message);
  const problem = messages.join('\n').replace(/\.$/, '');
  return new ConfigurationError('CONFIGURATION_WRONG', { problem });
}

function checkMerchantsDiffer(
  files: readonly string[],
  configurations: readonly Configuration[],
): void {
  const fileOf = new Map<string, string>();
  for (const [index, { merchant }] of configurations.entries()) {
    const file = files[index]!;
    const other = fileOf.get(merchant);
    if (other !== undefined)
      throw configurationError(file, [
        { path: ['merchant'], says: `found "${merchant}", which is the merchant of ${other} too.` },
      ]);
    fileOf.set(merchant, file);
  }
}
