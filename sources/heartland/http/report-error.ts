import { SourceError } from '../../../transforms/errors.ts';
import { GIVE, permissionInWords } from '../scopes.ts';
import type { Stream } from '../streams/stream.ts';
import { FailedRequest } from './answer.ts';
import type { IsHopeless } from './retry-budget.ts';

const COSTS = 'item.view_cost';

/**
 * What is not worth asking for again, where the token's user is known to lack permissions: costs, which Heartland refuses
 * with the same 500 as when it stumbles. They are still asked for once, since the list of permissions may be out of date.
 */
export function hopelessFor(
  { permissions }: Pick<Stream, 'permissions'>,
  lacks: ReadonlySet<string>,
): IsHopeless {
  const isRefused = permissions.includes(COSTS) && lacks.has(COSTS);
  return ({ status }) => isRefused && status === 500;
}

/** What Heartland says when it does not answer a report, put so that whoever asked can do something about it. */
export function asReportError(
  { name, path, permissions }: Pick<Stream, 'name' | 'path' | 'permissions'>,
  error: unknown,
): unknown {
  if (!(error instanceof SourceError && error.cause instanceof FailedRequest)) return error;
  const { status, message } = error.cause;
  if (status === 500 && permissions.includes(COSTS)) {
    const leaveOut = name.startsWith('report_')
      ? 'leave those metrics out of the report'
      : `leave them out with streams: { ${name}: false }`;
    return new SourceError(
      error.code,
      {
        problem: `Heartland does not give the costs in ${name} (${message}), as when the token’s user lacks the permission ${permissionInWords(COSTS)}`,
        next: `${GIVE} Where costs are not to be seen, ${leaveOut}. If the permission is there, run the command again later.`,
      },
      error.cause,
    );
  }
  if (status === 400 && path === 'reporting/analyzer') {
    return new SourceError(
      error.code,
      {
        problem: `Heartland does not answer what ${name} asks (${message})`,
        next: 'Change the metrics, groups or filters of the report; each of them alone may be right and still not go with the others.',
      },
      error.cause,
    );
  }
  return error;
}
