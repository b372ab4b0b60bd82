import { TillstreamError } from '../../transforms/errors.ts';
import type { Work } from './work.ts';

/**
 * Tells that the end of an export could not be written down. What ended it is about to be thrown, and says more; so this
 * throws only what is a defect.
 */
export function warnOutcomeNotRecorded({ report }: Pick<Work, 'report'>, failure: unknown): void {
  if (!(failure instanceof TillstreamError)) throw failure;
  report({ kind: 'warning', text: `How it ended could not be written down. ${failure.message}` });
}
