import { basename } from 'node:path';
import { openMerchantWarehouse, openSession } from '../../pipelines/run/session.ts';
import type { Work } from '../../pipelines/run/work.ts';
import type { Configuration } from '../../pipelines/settings/schema.ts';
import { isLockTimeout } from '../../sinks/postgres/lock-watch.ts';
import { markCrashedRuns } from '../../sinks/postgres/runs.ts';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import { warehouseError } from '../../sinks/postgres/warehouse-error.ts';
import { EXIT, InterruptedError } from '../../transforms/errors.ts';
import { interrupted } from '../../transforms/interruption.ts';
import type { Need } from '../configuration/needs.ts';
import { readEach } from '../configuration/read.ts';
import type { Context, GlobalOptions } from './context.ts';
import { jsonLine } from './output/json.ts';
import { maskDeep, maskFor } from './output/mask.ts';
import { type Outcome, outcomeOf, statusOf } from './output/outcome.ts';
import { openReporter } from './output/reporter.ts';

/** What a command does for a merchant, as a recorded run. */
export interface Job<Prepared> {
  /** As typed, for the run record. */
  readonly command: string;
  /** Services it connects to, besides the warehouse. */
  readonly needs: readonly Need[];
  /** Checks options and configuration before a run is opened. */
  readonly prepare: (configuration: Configuration) => Prepared | Promise<Prepared>;
  /** Stops when `signal` aborts: on Ctrl-C, or if the run lost its lock. */
  readonly run: (work: Work, prepared: Prepared, signal: AbortSignal) => Promise<Outcome>;
}

/** Runs a job for each merchant of the configuration, one after another, each in its own run. */
export function runForEach<Prepared>(
  context: Context,
  options: GlobalOptions,
  { command, needs, prepare, run }: Job<Prepared>,
): Promise<number> {
  return forEachMerchant(context, options, needs, async configuration => {
    const prepared = await prepare(configuration);
    const mask = maskFor(configuration);
    const reporter = openReporter(context.stderr, configuration.merchant, mask, options);
    try {
      const failed = (error: unknown): Outcome =>
        outcomeOf(warehouseError(error, configuration.warehouse.url));
      const session = await openSession({
        configuration,
        command,
        report: reporter.report,
        signal: context.signal,
      });
      const { work, lost } = session;
      const signal = AbortSignal.any([context.signal, lost]);
      const outcome = await run(work, prepared, signal).catch(error =>
        failed(error instanceof InterruptedError && lost.aborted ? lost.reason : error),
      );
      reporter.end();
      const { exitCode, text } = outcome;
      const ending = await session.close(statusOf(exitCode), exitCode, mask(text)).catch(failed);
      // If the warehouse is gone, how the run ended cannot be recorded; report why it ended.
      return exitCode === EXIT.done ? (ending ?? outcome) : outcome;
    } finally {
      reporter.end();
    }
  });
}

/**
 * Runs a read-only `look` for each merchant of the configuration, without a run.
 *
 * @param needs services it connects to, besides the warehouse
 */
export function lookAtEach(
  context: Context,
  options: GlobalOptions,
  look: (warehouse: Warehouse, configuration: Configuration) => Promise<Outcome>,
  needs: readonly Need[] = [],
): Promise<number> {
  // The list is what the command is for, also with --quiet.
  const shown = { ...options, quiet: false };
  return forEachMerchant(context, shown, needs, async configuration => {
    const { warehouse, close } = await openMerchantWarehouse(configuration, {
      signal: context.signal,
      isForLooking: true,
    });
    try {
      // A run whose process died must not be listed as running.
      await markCrashedRuns(warehouse).catch(error => {
        if (!isLockTimeout(error)) throw error;
      });
      return await look(warehouse, configuration);
    } finally {
      await close();
    }
  });
}

/**
 * Runs a job for every merchant, also after one failed, or where a file has a mistake.
 *
 * @returns the worst exit code
 * @throws ConfigurationError if the only file has a mistake
 */
export async function forEachMerchant(
  context: Context,
  options: GlobalOptions,
  needs: readonly Need[],
  job: (configuration: Configuration) => Promise<Outcome>,
): Promise<number> {
  const files = await readEach(options.config, context.env, { needs });
  const isOne = files.length === 1;
  const results: { merchant: string; outcome: Outcome }[] = [];
  for (const read of files) {
    if ('error' in read && isOne) throw read.error;
    const merchant = 'error' in read ? basename(read.file) : read.configuration.merchant;
    const outcome = await (context.signal.aborted
      ? Promise.reject(interrupted(`The run for ${merchant}`))
      : 'error' in read
        ? Promise.reject(read.error)
        : job(read.configuration)
    ).catch(error => outcomeOf(error));
    // A configuration error shows no value of a secret.
    const mask = 'error' in read ? (text: string) => text : maskFor(read.configuration);
    if (!options.json) {
      const heading = isOne ? '' : `${merchant}\n`;
      const isWell = outcome.exitCode === EXIT.done;
      const text = options.quiet && isWell ? outcome.remark : outcome.text;
      if (text !== undefined) show(context, outcome, `${heading}${mask(text)}`);
    } else if (outcome.exitCode !== EXIT.done) {
      context.stderr.write(`${mask(outcome.text)}\n`);
    }
    results.push({
      merchant,
      outcome: { ...outcome, json: maskDeep(outcome.json, mask) },
    });
  }
  if (options.json) {
    const objects = results.map(({ merchant, outcome }) => ({
      merchant,
      exit_code: outcome.exitCode,
      ...outcome.json,
    }));
    context.stdout.write(jsonLine(isOne ? objects[0]! : { merchants: objects }));
  }
  return results.reduce<number>((worst, { outcome }) => worse(worst, outcome.exitCode), EXIT.done);
}

function show({ stdout, stderr }: Context, { exitCode, json }: Outcome, text: string): void {
  // An error belongs to the log; a result, also of a held export, is what the command is for.
  const isError = exitCode !== EXIT.done && 'error' in json;
  (isError ? stderr : stdout).write(`${text}\n`);
}

function worse(one: number, other: number): number {
  if (one === EXIT.interrupted || other === EXIT.interrupted) return EXIT.interrupted;
  if (one === EXIT.unexpected || other === EXIT.unexpected) return EXIT.unexpected;
  return Math.max(one, other);
}
