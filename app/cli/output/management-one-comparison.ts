import { EXIT } from '../../../transforms/errors.ts';
import type { Comparison } from '../../../transforms/management-one/compare/compare.ts';
import type { Outcome } from './outcome.ts';
import { count } from './reporter.ts';
import { table } from './table.ts';

/** Differences that are shown; `--json` has them all. */
const SHOWN = 40;

/** What a file that Management One accepted and ours have in common, and what not. */
export function comparisonOutcome(comparison: Comparison): Outcome {
  const { lines, agreed, compared, differences, columns } = comparison;
  const unknown = columns.filter(({ field }) => field === undefined);
  const text = [
    `The file has ${count(lines.theirs, 'line')}, ours ${lines.ours}; ${lines.both} are in both.`,
    `Its columns: ${columns.map(({ field }) => field ?? 'not known').join(', ')}.`,
    ...(unknown.length === 0
      ? []
      : [`${count(unknown.length, 'column')} could not be recognised by header or by figures.`]),
    `${agreed.toLocaleString('en-US')} of ${compared.toLocaleString('en-US')} figures agree.`,
    ...(differences.length === 0
      ? []
      : [
          '',
          table(
            [
              ...['location', 'class', 'figure', 'theirs', 'ours'].map(title => ({ title })),
              { title: 'perhaps', wraps: true },
            ],
            differences
              .slice(0, SHOWN)
              .map(({ location, classCode, figure, theirs, ours, perhaps }) => [
                ...[location, classCode, figure],
                ...[theirs ?? 'no line', ours ?? 'no line', perhaps],
              ]),
          ),
          ...(differences.length > SHOWN
            ? [`…and ${differences.length - SHOWN} more; --json lists them all.`]
            : []),
        ]),
    'Nothing was sent or kept.',
  ].join('\n');
  return { exitCode: EXIT.done, text, json: comparison };
}
