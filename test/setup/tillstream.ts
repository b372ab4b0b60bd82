/** The command line as a child process: the one driver of every test that types commands. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { afterFile } from './after-file.ts';
import { BUILT } from './built.ts';
import { clockEnvironment } from './clock.ts';

const MAIN = join(BUILT, 'app/cli/command-line.js');

/** The flags that main.js would otherwise restart itself with. */
const MEMORY_FLAGS = [
  '--disable-warning=ExperimentalWarning',
  '--max-semi-space-size=4',
  '--heap-growing-percent=30',
];

/** Many processes run the same files: compiled once, they start in half the time. */
const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command in a process of its own. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** Settles when `pattern` has been written to stdout or stderr; rejects when it ends before. */
  wrote(pattern: RegExp): Promise<RegExpExecArray>;
  type(text: string): void;
  readonly ended: Promise<Ended>;
}

/** A folder, removed after the test, with `tillstream.yaml` if a configuration is given. */
export async function folderWith(configuration?: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  if (configuration !== undefined)
    await writeFile(join(folder, 'tillstream.yaml'), stringify(configuration));
  return folder;
}

/**
 * Starts `tillstream …args`; the child sees no variable of this process but PATH and the clock's.
 *
 * @param at on a `terminal` of its own (util-linux's script), stdout and stderr share one pipe
 */
export function start(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  at: 'pipes' | 'terminal' = 'pipes',
): Running {
  const command = [process.execPath, ...MEMORY_FLAGS, MAIN, ...args];
  const line = command.map(part => `'${part.replaceAll("'", "'\\''")}'`).join(' ');
  const [program, ...rest] =
    at === 'pipes' ? command : ['script', '--quiet', '--return', '--command', line, '/dev/null'];
  const child = spawn(program!, rest, {
    cwd: folder,
    env: {
      ...{ PATH: process.env.PATH, HOME: folder, NODE_COMPILE_CACHE: COMPILED },
      ...clockEnvironment(),
      ...env,
    },
  });
  // Not after each test: Vitest cannot say which of several concurrent tests started it.
  afterFile(async () => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  const heard = () => {
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    heard();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    heard();
  });
  // A command that ends before it has read all its input is no error of the test.
  child.stdin.on('error', () => {});
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    child,
    wrote: pattern =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(stdout + stderr);
          if (found === null) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
        ended.then(() => reject(new Error(`it ended without it: ${stdout}${stderr}`)), reject);
      }),
    type: text => void child.stdin.write(text),
    ended,
  };
}

/** Runs `tillstream …args` to its end, with `input` on stdin. */
export async function tillstream(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
): Promise<Ended> {
  const running = start(folder, args, env);
  running.child.stdin.end(input);
  return running.ended;
}
