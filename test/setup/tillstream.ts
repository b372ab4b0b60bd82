/** The command line as a child process, in a folder of its own with a configuration file. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { clockEnvironment } from './clock.ts';

const MAIN = new URL('../../app/cli/main.js', import.meta.url).pathname;

/** Many processes run the same files. */
const CACHE = join(tmpdir(), 'tillstream-compile-cache');

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  /** Everything that it has written so far, stdout and stderr. */
  written(): string;
  /** Settles when `pattern` has been written; rejects when it ends before that. */
  wrote(pattern: RegExp): Promise<RegExpExecArray>;
  type(text: string): void;
  /** Closes its stdin. */
  endInput(): void;
  /** Sends it what Ctrl-C does. */
  stop(): void;
  readonly ended: Promise<Ended>;
}

/** A folder that is gone when the test is over, with `tillstream.yaml` in it where a configuration is given. */
export async function folderWith(configuration?: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  if (configuration !== undefined)
    await writeFile(join(folder, 'tillstream.yaml'), stringify(configuration));
  return folder;
}

/** Starts `tillstream …args`. No variable of this process's environment reaches it but PATH and its clock. */
export function start(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  at: 'pipes' | 'terminal' = 'pipes',
): Running {
  const command = [process.execPath, MAIN, ...args];
  // util-linux' script gives it a terminal of its own, whose both streams come out of one pipe.
  const line = command.map(part => `'${part.replaceAll("'", "'\\''")}'`).join(' ');
  const [program, ...rest] =
    at === 'pipes' ? command : ['script', '--quiet', '--return', '--command', line, '/dev/null'];
  const child = spawn(program!, rest, {
    cwd: folder,
    env: {
      ...{ PATH: process.env.PATH, HOME: folder, NODE_COMPILE_CACHE: CACHE },
      ...clockEnvironment(),
      ...env,
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const listener of listeners) listener();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const listener of listeners) listener();
  });
  // A command that ends before it has read everything is not the test's error.
  child.stdin.on('error', () => {});
  const ended = new Promise<Ended>(resolve => {
    child.on('close', exitCode => resolve({ exitCode, stdout, stderr }));
  });
  return {
    written: () => stdout + stderr,
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
        void ended.then(() => reject(new Error(`it ended without it: ${stdout}${stderr}`)));
      }),
    type: text => void child.stdin.write(text),
    endInput: () => void child.stdin.end(),
    stop: () => void child.kill('SIGINT'),
    ended,
  };
}

/** Runs `tillstream …args` to its end. */
export async function tillstream(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
): Promise<Ended> {
  const running = start(folder, args, env);
  running.type(input);
  running.endInput();
  return running.ended;
}
