import type { Check, Problem } from '../../transforms/findings.ts';
import { count } from './reporter.ts';
import { table } from './table.ts';

/** Lines of a list that are shown; the rest is counted. */
const SHOWN = 15;

/** The checks of an export: those that passed in one line, the others one by one. */
export function checksInWords(checks: readonly Check[]): string {
  const passed = checks.filter(check => check.verdict === 'ok').length;
  const others = checks.filter(check => check.verdict !== 'ok');
  return [
    `${passed} of ${count(checks.length, 'check')} passed.`,
    ...others.map(
      ({ verdict, name, figure, detail }) =>
        `  ${verdict === 'failed' ? 'FAILED' : 'note'}: ${name}: ${figure} (${detail})`,
    ),
  ].join('\n');
}

/** The list of what to mend in Heartland, the most serious first. */
export function problemsInWords(problems: readonly Problem[]): string {
  if (problems.length === 0) return '';
  const order = ['held', 'left_out', 'unclassified', 'noted'];
  const sorted = problems.toSorted(
    (a, b) => order.indexOf(a.treatment) - order.indexOf(b.treatment),
  );
  const rows = sorted
    .slice(0, SHOWN)
    .map(problem => [
      problem.treatment.replace('_', ' '),
      problem.kind.replaceAll('_', ' '),
      problem.itemNumber ?? '',
      shortened(problem.description ?? ''),
      problem.locationNumber ?? '',
      problem.found === undefined ? '' : JSON.stringify(problem.found),
      shortened(problem.fix, 70),
    ]);
  const titles = [
    'treated as',
    'problem',
    'item',
    'description',
    'location',
    'found',
    'what to do',
  ];
  const more = problems.length - rows.length;
  return [
    `${count(problems.length, 'thing')} to mend in Heartland:`,
    table(
      titles.map(title => ({ title })),
      rows,
    ),
    ...(more > 0 ? [`…and ${more.toLocaleString('en-US')} more; --json lists them all.`] : []),
  ].join('\n');
}

/** One line, cut to a length that leaves a table readable. */
export function shortened(text: string, length = 36): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
