import {
  type Check,
  groupedByThing,
  issuesInWords,
  type Problem,
} from '../../../transforms/findings.ts';
import { count } from './reporter.ts';

/** Items shown for each kind of issue; the rest are counted. */
const SHOWN = 5;

const TREATMENT: Readonly<Record<Problem['treatment'], string>> = {
  held: 'holds the file',
  left_out: 'left out',
  unclassified: 'counted as unclassified',
  noted: 'for your information',
};
const ORDER = Object.keys(TREATMENT);

/** The checks of an export: passed ones counted in one line, the others listed. */
export function checksInWords(checks: readonly Check[]): string {
  const of = (result: Check['result']) => checks.filter(check => check.result === result);
  const [passed, notes, failed] = [of('ok').length, of('note'), of('failed')];
  const others = [...failed, ...notes];
  return [
    `${count(passed, 'check')} passed, ${failed.length === 0 ? 'none' : failed.length} failed${notes.length === 0 ? '' : `, ${count(notes.length, 'note')}`}.`,
    ...others.map(
      ({ result, name, figure, detail }) =>
        `  ${result === 'failed' ? 'FAILED' : 'note'}: ${name}: ${figure} (${detail})`,
    ),
  ].join('\n');
}

/** Issues to fix in Heartland by kind, most serious first; each item once, with its locations. */
export function problemsInWords(problems: readonly Problem[]): string {
  const kinds = Object.values(
    Object.groupBy(problems, ({ treatment, kind }) => `${ORDER.indexOf(treatment)} ${kind}`),
  ).toSorted((one, other) => rank(one!) - rank(other!));
  return kinds.map(kind => kindInWords(kind!)).join('\n');
}

function rank([first]: readonly Problem[]): number {
  return ORDER.indexOf(first!.treatment);
}

function kindInWords(problems: readonly Problem[]): string {
  const { kind, treatment, fix } = problems[0]!;
  const things = groupedByThing(problems);
  return [
    `${kind.replaceAll('_', ' ')}: ${issuesInWords(problems)}, ${TREATMENT[treatment]}`,
    ...things
      .slice(0, SHOWN)
      .map(thing => thingInWords(thing))
      .filter(words => words !== '')
      .map(words => `  ${words}`),
    ...(things.length > SHOWN
      ? [`  …and ${things.length - SHOWN} more; --json lists them all`]
      : []),
    `  What to do: ${fix}`,
  ].join('\n');
}

function thingInWords(problems: readonly Problem[]): string {
  const { itemNumber, description, found } = problems[0]!;
  const locations = [...new Set(problems.map(problem => problem.locationNumber))].filter(
    number => number !== undefined,
  );
  return [
    itemNumber,
    description === undefined ? undefined : shortened(description),
    found === undefined ? undefined : `has ${JSON.stringify(found)}`,
    locations.length === 0 ? undefined : `at ${locations.join(', ')}`,
  ]
    .filter(part => part !== undefined)
    .join('  ');
}

/** One line, cut to a readable length. */
function shortened(text: string, length = 40): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
