/** Reads and writes the token file of `tillstream connect`, which only its owner may read. */
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Configuration } from '../../pipelines/settings/schema.ts';
import { ConfigurationError } from '../../transforms/errors.ts';

const grant = z.object({
  /** Address of the account's API. */
  base_url: z.string(),
  token: z.string().min(1),
  connected_at: z.string(),
});

/** A granted token and the account it is for. */
export type Grant = z.infer<typeof grant>;

/** Makes the path of the token file absolute; `home` is the folder of the configuration file. */
export function withTokenFile(configuration: Configuration, home: string): Configuration {
  const { heartland, merchant, data_folder: dataFolder } = configuration;
  if (heartland.oauth === undefined) return configuration;
  const name = heartland.oauth.token_file ?? join(dataFolder, `${merchant}.token.json`);
  const oauth = { ...heartland.oauth, token_file: resolve(home, name) };
  return { ...configuration, heartland: { ...heartland, oauth } };
}

/** Adds the token of the file to the configuration of a registered app, if it is connected. */
export async function withToken(configuration: Configuration): Promise<Configuration> {
  const { heartland } = configuration;
  const file = heartland.oauth?.token_file;
  if (file === undefined) return configuration;
  const stored = await readGrant(file);
  if (stored === undefined) return configuration;
  const baseUrl = heartland.base_url ?? stored.base_url;
  if (baseUrl !== stored.base_url)
    throw new ConfigurationError('ANOTHER_ACCOUNT', {
      problem: `The token in ${file} is for a different account than heartland.base_url`,
      found: stored.base_url,
      expected: baseUrl,
      next: 'Correct base_url, or connect again with: tillstream connect',
    });
  return { ...configuration, heartland: { ...heartland, base_url: baseUrl, token: stored.token } };
}

/**
 * Reads the token file; undefined if there is none yet.
 *
 * @throws ConfigurationError if other users may read the file, or its content is not a token
 */
async function readGrant(file: string): Promise<Grant | undefined> {
  let text: string;
  try {
    const { mode } = await stat(file);
    // Windows has no such bits; there the folder decides who may read it.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw readableByOthers(file, mode);
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(
      'TOKEN_FILE_UNREADABLE',
      { problem: `The token file ${file} cannot be read (${code})` },
      error,
    );
  }
  const read = grant.safeParse(parsed(text));
  if (read.success) return read.data;
  throw new ConfigurationError('TOKEN_FILE_WRONG', {
    problem: `The token file ${file} does not hold what tillstream connect writes`,
    next: 'Delete it and connect again with: tillstream connect',
  });
}

/** Writes a token to a file that only its owner may read; it appears whole or not at all. */
export async function writeGrant(file: string, grant: Grant): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(part, `${JSON.stringify(grant, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await chmod(part, 0o600);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    const code = (error as NodeJS.ErrnoException).code;
    throw new ConfigurationError(
      'TOKEN_FILE_UNWRITABLE',
      {
        problem: `The token file ${file} cannot be written (${code})`,
        next: 'Set heartland.oauth.token_file to another file and connect again.',
      },
      error,
    );
  }
}

function readableByOthers(file: string, mode: number): ConfigurationError {
  return new ConfigurationError('TOKEN_FILE_OPEN', {
    problem: `Other users can read the token file ${file}`,
    found: `permissions ${(mode & 0o777).toString(8)}`,
    expected: '600',
    next: `If somebody may have read it, revoke the token in Heartland and connect again. Otherwise run: chmod 600 '${file}'`,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
