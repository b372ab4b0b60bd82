import type { RunStatus } from '../../../sinks/postgres/runs.ts';
import { EXIT, TillstreamError } from '../../../transforms/errors.ts';

/** The result of a command for one merchant. */
export interface Outcome {
  readonly exitCode: number;
  /** For people: tables and sentences, on stdout. */
  readonly text: string;
  /** What needs attention although the command succeeded; printed with --quiet too. */
  readonly remark?: string;
  /** For programs: one JSON object, on stdout with `--json`. */
  readonly json: object;
}

/** The status of a run record for an exit code. */
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

/** The outcome of an error: its message; for a defect its stack too. */
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
    text: `Unexpected error. Please report it with these lines:\n${message}`,
    json: { error: 'UNEXPECTED', message },
    isDefect: true,
  };
}
