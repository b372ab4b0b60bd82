import { TillstreamError } from '../../transforms/errors.ts';
import type { Work } from './work.ts';

/**
 * Warns that the outcome of an export could not be recorded.
 *
 * The error that ended the export is about to be thrown and says more, so this throws only defects.
 */
export function warnOutcomeNotRecorded({ report }: Pick<Work, 'report'>, failure: unknown): void {
  if (!(failure instanceof TillstreamError)) throw failure;
  report({ kind: 'warning', text: `The outcome could not be recorded. ${failure.message}` });
}
