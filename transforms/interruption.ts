import { InterruptedError } from './errors.ts';

/** Throws `InterruptedError` when the signal has fired; `doing` is the sentence of what was stopped. */
export function stopIfAborted(signal: AbortSignal, doing: string): void {
  if (signal.aborted) throw interrupted(doing);
}

/** The error for work that was stopped on request. `doing` reads as "Sending 12345.csv". */
export function interrupted(
  doing: string,
  left = 'Nothing half done was left behind',
): InterruptedError {
  return new InterruptedError('INTERRUPTED', {
    problem: `${doing} was stopped on request. ${left}`,
    next: 'Run the command again to finish.',
  });
}
