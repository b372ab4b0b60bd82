/** Reads and writes the file `.env` beside a configuration, so that cron needs no environment. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigurationError } from '../../transforms/errors.ts';
import type { Environment } from './environment.ts';

/**
 * Adds the variables of `.env` in the folder to the environment, which goes first.
 *
 * @throws ConfigurationError if other users may read the file, or it cannot be read
 */
export async function withEnvFile(folder: string, env: Environment): Promise<Environment> {
  const file = join(folder, '.env');
  let text: string;
  try {
    const found = await stat(file);
    if (!found.isFile()) return env;
    // Windows has no such bits; there the folder decides who may read it.
    if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
      throw readableByOthers(file, found.mode);
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return env;
    throw new ConfigurationError(
      'ENV_FILE_UNREADABLE',
      {
        problem: `The file "${file}" cannot be read (${code})`,
        next: 'Run as its owner, or delete it and set the variables in the environment.',
      },
      error,
    );
  }
  const own = Object.entries(parseEnv(text)).filter(
    ([name]) => !isSet(env, name) && !isSet(env, `${name}_FILE`),
  );
  return { ...env, ...Object.fromEntries(own) };
}

/**
 * Writes a new `.env` that only its owner may read.
 *
 * @returns false if there is one already, which stays as it is
 */
export async function writeEnvFile(
  folder: string,
  lines: readonly (readonly [name: string, value: string, about: string])[],
): Promise<boolean> {
  const text = lines.map(([name, value, about]) => `# ${about}\n${name}=${quoted(value)}\n`);
  try {
    await writeFile(join(folder, '.env'), text.join('\n'), { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isSet(env: Environment, name: string): boolean {
  return Object.hasOwn(env, name) && env[name] !== undefined && env[name] !== '';
}

/** Values with a # or spaces need quotes; a quote of the other kind is literal. */
function quoted(value: string): string {
  if (value === '' || /^[\w@%+=:,./-]+$/.test(value)) return value;
  return value.includes("'") ? `"${value}"` : `'${value}'`;
}

function readableByOthers(file: string, mode: number): ConfigurationError {
  return new ConfigurationError('ENV_FILE_OPEN', {
    problem: `Other users of this machine can read the secrets in "${file}"`,
    found: `permissions ${(mode & 0o777).toString(8)}`,
    expected: '600',
    next: `Run: chmod 600 '${file}'. Where somebody may have read them, have new secrets made.`,
  });
}
