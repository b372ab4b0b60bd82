import type { Command } from 'commander';
import type { Context, GlobalOptions } from './context.ts';

/** One command of the command line. */
export interface CliCommand<Options extends object = object> {
  readonly name: string;
  /** One line, as `--help` shows it. */
  readonly about: string;
  /** Adds its own arguments and options. */
  readonly options?: (command: Command) => void;
  /** Runs the command and returns its exit code. */
  readonly run: (
    context: Context,
    options: GlobalOptions & Options,
    args: readonly string[],
  ) => Promise<number>;
}
