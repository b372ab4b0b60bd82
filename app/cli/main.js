#!/usr/bin/env -S node --disable-warning=ExperimentalWarning --max-semi-space-size=4 --heap-growing-percent=30
// The one file that is not TypeScript, because any Node must be able to read it. It finds Node 24,
// sets the flags, and runs the command line from the checkout or from the package.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR = 24;
/** They keep memory flat, and work only if set at start. By default V8's young generation grows to 128 MB. */
const FLAGS = [
  '--disable-warning=ExperimentalWarning',
  '--max-semi-space-size=4',
  '--heap-growing-percent=30',
];
const MAIN = fileURLToPath(import.meta.url);

const isRightNode = Number.parseInt(process.versions.node, 10) >= NODE_MAJOR;
if (isRightNode && FLAGS.every(flag => process.execArgv.includes(flag))) {
  // Compiling a few hundred files takes most of a short command's time. The cache is in a folder of
  // the user; if it cannot be written, everything works without it.
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE ?? join(cacheFolder(), 'compiled'));
  const source = new URL('./command-line.ts', import.meta.url);
  const built = new URL('../../dist/app/cli/command-line.js', import.meta.url);
  await import(existsSync(source) ? source.href : built.href);
} else {
  restart(isRightNode ? process.execPath : installedNode());
}

/** Runs the same command with the flags, in place of this process if the system allows it. */
function restart(program) {
  const args = [...FLAGS, MAIN, ...process.argv.slice(2)];
  if (typeof process.execve === 'function')
    process.execve(program, [program, ...args], process.env);
  const child = spawn(program, args, { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes: the command handles it.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', error => {
    process.stderr.write(`Tillstream could not start ${program}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', code => {
    process.exitCode = code ?? 1;
  });
}

/** The Node that was installed with Tillstream, as one of its packages. */
function installedNode() {
  const require = module.createRequire(import.meta.url);
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  for (const name of [`node-${platform}`, `node-bin-${platform}`]) {
    try {
      const file = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
      return require.resolve(`${name}/${file}`);
    } catch {
      // Try the other name; some platforms have no package.
    }
  }
  process.stderr.write(
    `Tillstream needs Node ${NODE_MAJOR} or later; this is Node ${process.versions.node}, and npm has no Node for ${platform}. Install Node ${NODE_MAJOR} from https://nodejs.org, then run the command again.\n`,
  );
  process.exit(1);
}

/** The user's cache folder. */
function cacheFolder() {
  if (process.platform === 'win32')
    return join(
      process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'),
      'tillstream',
      'cache',
    );
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'tillstream');
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tillstream');
}
