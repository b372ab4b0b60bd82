import { type Check, groupedByThing, issuesTitle, type Problem } from '../../findings.ts';
import { type LocationNames, locationsOf, readable } from './summary.ts';
import { plainTable } from './text.ts';

/** What the e-mail about a month that was not sent says. */
export interface Failure {
  readonly merchant: string;
  /** As `October 2026`. */
  readonly period: string;
  /** The message of the error, with its next step. */
  readonly reason: string;
  readonly checks: readonly Check[];
  readonly problems: readonly Problem[];
  readonly locationNames: LocationNames;
}

/** Writes the e-mail about a month that was not sent: why, the failed checks, the issues to fix. */
export function failureText({
  merchant,
  period,
  reason,
  checks,
  problems,
  locationNames,
}: Failure): string {
  const failed = checks.filter(({ result }) => result === 'failed');
  const lines = [`The Management One file of ${merchant} for ${period} was not sent.`, '', reason];
  if (failed.length > 0) {
    lines.push('', 'Failed checks', '-------------');
    lines.push(
      ...failed.map(({ name, figure, detail }) => `${name}: ${readable(figure)} (${detail})`),
    );
  }
  if (problems.length > 0) {
    const title = issuesTitle(problems);
    lines.push('', title, '-'.repeat(title.length));
    lines.push(
      plainTable([
        ['what was done', 'item', 'location', 'what to change'],
        ...groupedByThing(problems).map(thing => [
          thing[0]!.treatment.replaceAll('_', ' '),
          thing[0]!.itemNumber ?? '',
          locationsOf(thing, locationNames),
          thing[0]!.fix,
        ]),
      ]),
    );
  }
  return `${lines.join('\n')}\n`;
}
