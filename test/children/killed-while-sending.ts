import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type FreshWorkOptions, freshConfiguration } from '../postgres/fresh-work.ts';

const SEND = fileURLToPath(new URL('./send.ts', import.meta.url));

/**
 * Lets a process of its own send, and kills it (SIGKILL) when the server that it sends to has stopped moving.
 *
 * @param stalled resolves at that moment
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
  const endedByItself = ended.then(([code]) => {
    throw new Error(`It ended by itself, with ${code}, before the server stopped moving`);
  });
  await Promise.race([stalled(), endedByItself]);
  child.kill('SIGKILL');
  await ended;
}
