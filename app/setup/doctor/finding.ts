import { EXIT, TillstreamError } from '../../../transforms/errors.ts';

/** What one check came to. */
export interface Finding {
  /** What was looked at, as "token" or "location 2". */
  readonly check: string;
  readonly status: 'OK' | 'WARN' | 'FAIL';
  /** What was found, as a sentence. */
  readonly says: string;
  /** What to do about it; with everything but OK. */
  readonly fix?: string;
  /** Of a FAIL: the exit code that a run would end with. */
  readonly exitCode?: number;
}

export function ok(check: string, says: string): Finding {
  return { check, status: 'OK', says };
}

export function warn(check: string, says: string, fix: string): Finding {
  return { check, status: 'WARN', says, fix };
}

/** @param exitCode 2 where the configuration is wrong, 3 for Heartland, 5 for a delivery */
export function fail(check: string, says: string, fix: string, exitCode: number): Finding {
  return { check, status: 'FAIL', says, fix, exitCode };
}

/** Runs a check; what it throws is its finding, if it is an error that a user may meet. */
export async function examined(
  check: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof TillstreamError) || error.exitCode === EXIT.interrupted) throw error;
    // A warehouse that cannot be used is, before anything runs, a matter of its address.
    const exitCode = error.exitCode === EXIT.unexpected ? EXIT.usage : error.exitCode;
    return [{ check, status: 'FAIL', says: error.message, exitCode }];
  }
}

/** The exit code of all findings together: the worst. */
export function worstOf(findings: readonly Finding[]): number {
  return findings.reduce<number>((worst, { exitCode = 0 }) => Math.max(worst, exitCode), EXIT.done);
}
