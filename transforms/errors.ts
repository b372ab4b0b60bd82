/**
 * One tree of errors. Each class says what to do about it, and with which exit code the command ends.
 *
 * Every message is built by {@link explain} from the same parts, so that a reader always finds the thing, its
 * value, what was expected and the next step.
 */

import { jsonText } from './json-text.ts';

/** The parts of a message a person can act on. `found` must never be a secret. */
export interface Explanation {
  /** What is wrong, as a sentence without its full stop. Names the thing. */
  readonly problem: string;
  /** The value that was there, shown as it was written. */
  readonly found?: unknown;
  /** What would have been right. */
  readonly expected?: string;
  /** What the reader can do now, as a sentence. */
  readonly next?: string;
}

/** Builds the one message from its parts: "problem: found X, expected Y. Next step." */
export function explain({ problem, found, expected, next }: Explanation): string {
  const details = [
    found === undefined ? undefined : `found ${show(found)}`,
    expected === undefined ? undefined : `expected ${expected}`,
  ].filter(part => part !== undefined);
  const sentence = details.length === 0 ? problem : `${problem}: ${details.join(', ')}`;
  return next === undefined ? `${sentence}.` : `${sentence}. ${next}`;
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? `"${value}"` : jsonText(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** Exit codes of the command line. They are part of the interface: schedulers branch on them. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  usage: 2,
  source: 3,
  held: 4,
  delivery: 5,
  interrupted: 130,
} as const;

/** The root of every error a user may meet. Its message is complete; a stack trace adds nothing. */
export abstract class TillstreamError extends Error {
  /** Stable name for programs, as `WAREHOUSE_UNREACHABLE`. */
  readonly code: string;
  abstract readonly exitCode: number;

  constructor(code: string, explanation: Explanation, cause?: unknown) {
    super(explain(explanation), cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
  }
}

/** The command was typed wrong. Do: read the message, type it again. */
export class UsageError extends TillstreamError {
  readonly exitCode = EXIT.usage;
}

/** A configuration value is missing or wrong. Do: change the file or the environment variable named. */
export class ConfigurationError extends TillstreamError {
  readonly exitCode = EXIT.usage;
}

/** Heartland refused, failed, or could not be reached after every retry. Do: run again later, or mend the token. */
export class SourceError extends TillstreamError {
  readonly exitCode = EXIT.source;
}

/** The source answered, but what arrived is provably not all of it. Nothing was kept. Do: run again. */
export class IncompleteError extends SourceError {}

/** The warehouse cannot be reached or refused to write. Do: what the message says about the server or its disk. */
export class WarehouseError extends TillstreamError {
  readonly exitCode = EXIT.unexpected;
}

/** A check found something that must not leave. Nothing was sent. Do: mend what is listed. */
export class HeldError extends TillstreamError {
  readonly exitCode = EXIT.held;
}

/** The file is right but could not be handed over. Do: mend the connection, run the command again. */
export class DeliveryError extends TillstreamError {
  readonly exitCode = EXIT.delivery;
}

/** A file could not be written on this machine (disk full, no permission). */
export class LocalFileError extends TillstreamError {
  readonly exitCode = EXIT.unexpected;
}

/** The user pressed Ctrl-C or the service manager asked to stop. Everything open was rolled back. */
export class InterruptedError extends TillstreamError {
  readonly exitCode = EXIT.interrupted;
}
