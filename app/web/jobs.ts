import { type ChildProcess, spawn } from 'node:child_process';
import type { Configuration } from '../../pipelines/settings/schema.ts';
import { WRITTEN } from '../../pipelines/settings/written.ts';
import { maskFor } from '../cli/output/mask.ts';

/** What people may start on the page: the command line that does the same. */
export const JOBS = {
  sync: { text: 'Sync', args: ['sync'] },
  locally: { text: 'Send the feed to Locally', args: ['locally'] },
  'management-one': { text: 'Make and send the month-end file', args: ['management-one'] },
  replay: { text: 'Read quarantined rows again', args: ['quarantine', 'replay'] },
} as const;

export type JobName = keyof typeof JOBS;

/** How the last job of a merchant stands. */
export interface JobState {
  readonly text: string;
  readonly isRunning: boolean;
  readonly exitCode?: number | null;
  /** The end of what the command said. */
  readonly said: string;
}

const MAX_SAID = 4000;
const STOP_WITHIN_MS = 30_000;
/** Of all merchants together: each is a process with connections of its own. */
const MAX_RUNNING = 4;

/**
 * Runs commands for the page, each in a process of its own, one at a time for each merchant.
 *
 * So a button does exactly what the command does, and a job never slows the page down.
 */
export class Jobs {
  readonly #states = new Map<string, JobState>();
  readonly #children = new Set<ChildProcess>();

  stateOf(merchant: string): JobState | undefined {
    return this.#states.get(merchant);
  }

  /** Starts a job; false while another one runs for this merchant, or too many run. */
  start(configuration: Configuration, job: JobName, more: readonly string[]): boolean {
    const { merchant } = configuration;
    const file = configuration[WRITTEN]?.file;
    if (file === undefined || this.#states.get(merchant)?.isRunning) return false;
    if (this.#children.size >= MAX_RUNNING) return false;
    const { text, args } = JOBS[job];
    const mask = maskFor(configuration);
    const command = [...process.execArgv, process.argv[1]!, ...args, ...more, '--config', file];
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const hear = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-MAX_SAID);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    this.#children.add(child);
    this.#states.set(merchant, { text, isRunning: true, said: '' });
    const end = (exitCode: number | null) => {
      this.#children.delete(child);
      this.#states.set(merchant, { text, isRunning: false, exitCode, said: mask(said) });
    };
    child.once('error', () => end(null));
    child.once('close', end);
    return true;
  }

  /** Stops what is running; unfinished work is rolled back. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.#children].map(async child => {
        const ended = new Promise(resolve => child.once('close', resolve));
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
        await ended;
        clearTimeout(timer);
      }),
    );
  }
}
