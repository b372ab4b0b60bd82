import { type Check, casesInWords, groupedByThing, type Problem } from '../../findings.ts';
import { locationsOf, readable } from './summary.ts';
import { plainTable } from './text.ts';

/** What those who mend things are told when a month did not go out. */
export interface Failure {
  readonly merchant: string;
  readonly label: string;
  /** The message of the error, complete with its next step. */
  readonly because: string;
  readonly checks: readonly Check[];
  readonly problems: readonly Problem[];
}

/** The text of the e-mail about a month that did not go out: why, which checks failed, and the whole list to mend. */
export function failureText({ merchant, label, because, checks, problems }: Failure): string {
  const failed = checks.filter(({ result }) => result === 'failed');
  const lines = [`The Management One file of ${merchant} for ${label} was not sent.`, '', because];
  if (failed.length > 0) {
    lines.push('', 'Checks that failed', '------------------');
    lines.push(
      ...failed.map(({ name, figure, detail }) => `${name}: ${readable(figure)} (${detail})`),
    );
  }
  if (problems.length > 0) {
    lines.push('', 'To mend', '-------', `${casesInWords(problems)}.`);
    lines.push(
      plainTable([
        ['what was done', 'item', 'location', 'what to change'],
        ...groupedByThing(problems).map(thing => [
          thing[0]!.treatment.replaceAll('_', ' '),
          thing[0]!.itemNumber ?? '',
          locationsOf(thing),
          thing[0]!.fix,
        ]),
      ]),
    );
  }
  return `${lines.join('\n')}\n`;
}
