import { HeldError } from '../../../transforms/errors.ts';
import { casesOf } from '../../../transforms/findings.ts';
import type { ManagementOneResult } from './result.ts';

/** The month was made and must not leave: `result` has the checks that failed and the list of what to mend. */
export class MonthHeldError extends HeldError {
  readonly result: ManagementOneResult;

  constructor(result: ManagementOneResult) {
    super('MONTH_HELD', {
      problem: `The Management One file of ${result.month.label} is held: ${reasons(result)}`,
      next:
        result.exportId === undefined
          ? 'Mend what is listed, then run the command again.'
          : `Nothing was sent; the file is kept as export ${result.exportId}. Mend what is listed, then run the command again.${look(result)}`,
    });
    this.result = result;
  }
}

/** How to look at the file, where there is one. */
function look({ exportId, files }: ManagementOneResult): string {
  return files.length === 0
    ? ''
    : ` To look at it: tillstream exports save ${exportId} --out check`;
}

function reasons({ checks, problems }: ManagementOneResult): string {
  const failed = checks.filter(({ result }) => result === 'failed');
  const holding = problems.filter(({ treatment }) => treatment === 'held');
  const kinds = [...new Set(holding.map(({ kind }) => kind.replaceAll('_', ' ')))].map(
    kind =>
      `${kind} (${casesOf(holding.filter(problem => problem.kind.replaceAll('_', ' ') === kind))})`,
  );
  return [
    ...failed.map(({ name, detail }) => `${name} failed (${detail})`),
    ...(kinds.length > 0 ? [kinds.join(', ')] : []),
  ].join('; ');
}
