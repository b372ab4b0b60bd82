import { SourceError } from '../../../transforms/errors.ts';
import { GIVE, permissionInWords } from '../scopes.ts';
import type { Stream } from '../streams/stream.ts';
import { FailedRequest } from './answer.ts';
import type { IsPermanent } from './retry-budget.ts';

const COSTS = 'item.view_cost';

/**
 * Finds the failures of a stream that are not worth a retry, given the user's missing permissions.
 *
 * Heartland refuses costs with 500, as it answers temporary failures. They are still requested once, since the list of
 * permissions may be out of date.
 */
export function permanentFailuresFor(
  { permissions }: Pick<Stream, 'permissions'>,
  lacks: ReadonlySet<string>,
): IsPermanent {
  const isRefused = permissions.includes(COSTS) && lacks.has(COSTS);
  return ({ status }) => isRefused && status === 500;
}

/** Explains why Heartland did not answer a report, and what to change. */
export function asReportError(
  { name, path, permissions }: Pick<Stream, 'name' | 'path' | 'permissions'>,
  error: unknown,
): unknown {
  if (!(error instanceof SourceError && error.cause instanceof FailedRequest)) return error;
  const { status, message } = error.cause;
  if (status === 500 && permissions.includes(COSTS)) {
    const leaveOut = name.startsWith('report_')
      ? 'remove those metrics from the report'
      : `exclude them with streams: { ${name}: false }`;
    return new SourceError(
      error.code,
      {
        problem: `Heartland does not give the costs in ${name} (${message}); the token’s user probably lacks the permission ${permissionInWords(COSTS)}`,
        next: `${GIVE} To do without costs, ${leaveOut}. If the user has the permission, run the command again later.`,
      },
      error.cause,
    );
  }
  if (status === 400 && path === 'reporting/analyzer') {
    return new SourceError(
      error.code,
      {
        problem: `Heartland cannot answer the report ${name} (${message})`,
        next: 'Change the metrics, groups or filters of the report; each may be valid alone, but not with the others.',
      },
      error.cause,
    );
  }
  return error;
}
