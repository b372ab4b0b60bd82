import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type FreshWorkOptions, freshConfiguration } from '../postgres/fresh-work.ts';

const SEND = fileURLToPath(new URL('./send.ts', import.meta.url));

/**
 * Sends in a child process, and kills it (SIGKILL) when the server stalls.
 *
 * @param stalled resolves when the server stalls
 */
export async function killedWhileSending(
  command: 'locally' | 'management-one',
  options: FreshWorkOptions & { readonly now: Date },
  stalled: () => Promise<void>,
): Promise<void> {
  const configuration = JSON.stringify(freshConfiguration(options));
  const child = spawn(process.execPath, [SEND, command, configuration, options.now.toISOString()], {
    stdio: 'inherit',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const endedEarly = ended.then(([code]) => {
    throw new Error(`The child process ended with ${code} before the server stalled`);
  });
  await Promise.race([stalled(), endedEarly]);
  child.kill('SIGKILL');
  await ended;
}
