import { EXIT } from '../../../transforms/errors.ts';
import type { Comparison } from '../../../transforms/management-one/compare/compare.ts';
import type { Outcome } from './outcome.ts';
import { count } from './reporter.ts';
import { table } from './table.ts';

/** How many differences are shown; `--json` lists them all. */
const SHOWN = 40;

/** Shows how a file that Management One accepted compares with ours. */
export function comparisonOutcome(comparison: Comparison): Outcome {
  const { lines, matching, compared, differences, columns } = comparison;
  const unknown = columns.filter(({ field }) => field === undefined);
  const text = [
    `The file has ${count(lines.theirs, 'line')}, ours ${lines.ours.toLocaleString('en-US')}; ${lines.both.toLocaleString('en-US')} are in both.`,
    `Its columns: ${columns.map(({ field }) => field ?? 'unknown').join(', ')}.`,
    ...(unknown.length === 0
      ? []
      : [`${count(unknown.length, 'column')} could not be recognized by header or by values.`]),
    `${matching.toLocaleString('en-US')} of ${compared.toLocaleString('en-US')} figures match.`,
    ...(differences.length === 0
      ? []
      : [
          '',
          table(
            [
              ...['location', 'class', 'figure', 'theirs', 'ours'].map(title => ({ title })),
              { title: 'possible reason', wraps: true },
            ],
            differences
              .slice(0, SHOWN)
              .map(({ location, classCode, figure, theirs, ours, possibleReason }) => [
                ...[location, classCode, figure],
                ...[theirs ?? 'no line', ours ?? 'no line', possibleReason],
              ]),
          ),
          ...(differences.length > SHOWN
            ? [`…and ${differences.length - SHOWN} more; --json lists them all.`]
            : []),
        ]),
    'Nothing was sent or recorded.',
  ].join('\n');
  return { exitCode: EXIT.done, text, json: comparison };
}
