import type { RunStatus } from '../../../sinks/postgres/runs.ts';
import { EXIT, TillstreamError } from '../../../transforms/errors.ts';

/** What a command came to, for one merchant. */
export interface Outcome {
  readonly exitCode: number;
  /** For people: tables and sentences, on stdout. */
  readonly text: string;
  /** What a person has to see, though the command did what it was to do. */
  readonly remark?: string;
  /** For programs: one JSON object, on stdout with `--json`. */
  readonly json: object;
}

/** The run record's word for an exit code. */
export function statusOf(exitCode: number): RunStatus {
  switch (exitCode) {
    case EXIT.done:
      return 'done';
    case EXIT.source:
      return 'incomplete';
    case EXIT.held:
      return 'held';
    case EXIT.delivery:
      return 'undelivered';
    case EXIT.interrupted:
      return 'interrupted';
    default:
      return 'failed';
  }
}

/** The outcome of an error: its message alone when it is one of ours, its stack too when it is a defect. */
export function outcomeOf(error: unknown): Outcome & { readonly isDefect: boolean } {
  if (error instanceof TillstreamError) {
    return {
      exitCode: error.exitCode,
      text: error.message,
      json: { error: error.code, message: error.message },
      isDefect: false,
    };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    exitCode: EXIT.unexpected,
    text: `Something unexpected happened. Please report this:\n${message}`,
    json: { error: 'UNEXPECTED', message },
    isDefect: true,
  };
}
