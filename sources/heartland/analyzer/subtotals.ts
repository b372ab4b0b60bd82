import { IncompleteError } from '../../../transforms/errors.ts';
import { ExactSum, isFigure } from '../../../transforms/exact-sum.ts';
import { jsonText } from '../../../transforms/json-text.ts';
import { isRecord } from '../../../transforms/validate.ts';
import type { PageCheck } from '../stream.ts';
import { METRICS } from './families.ts';

type Row = Readonly<Record<string, unknown>>;

/** A subtotal that Heartland computed, beside what the rows under it add up to. */
interface Subtotal {
  claimed: Row | undefined;
  readonly sums: ReadonlyMap<string, ExactSum>;
}

/**
 * Takes the subtotals out of the rows of a report (`subtotal=true`) and holds each against the rows it sums, exactly.
 *
 * Heartland marks a subtotal with `subtotal_level`: the number of groups it has; 0 is the total of all (Heartland
 * API, Reporting › Params). Ratios and counts of different things do not add up and are not held against anything.
 */
export function subtotalCheck(groups: readonly string[], metrics: readonly string[]): PageCheck {
  const additive = metrics.filter(name =>
    ['money', 'quantity'].includes(METRICS.get(name)?.sort ?? ''),
  );
  const subtotals = new Map<string, Subtotal>();
  let taken = 0;
  let rowsSeen = 0;
  // What a row counts that could not be read is not known: then no subtotal can be held against anything.
  let hasUnread = false;

  return {
    take: rows => {
      const kept: unknown[] = [];
      for (const row of rows) {
        if (!isRecord(row)) {
          hasUnread = true;
          kept.push(row);
        } else if (typeof row.subtotal_level === 'number') claim(row, row.subtotal_level);
        else {
          addUp(row);
          const { subtotal_level: _, ...own } = row;
          kept.push(own);
        }
      }
      taken += rows.length - kept.length;
      rowsSeen += kept.length;
      return kept;
    },
    taken: () => taken,
    finish: () => {
      // Without rows there may be no subtotals; where there are some, they must be of nothing.
      if (taken === 0 && rowsSeen > 0) throw noSubtotals();
      if (hasUnread) return;
      for (const [place, subtotal] of subtotals) compare(place, subtotal);
    },
  };

  function claim(row: Row, level: number): void {
    at(row, level).claimed = row;
  }

  function addUp(row: Row): void {
    for (let level = 0; level < groups.length; level++) {
      const { sums } = at(row, level);
      for (const metric of additive) {
        const value = row[metric] ?? null;
        if (isFigure(value)) sums.get(metric)!.add(value);
        else hasUnread = true;
      }
    }
  }

  function at(row: Row, level: number): Subtotal {
    const place = jsonText(groups.slice(0, level).map(group => row[group] ?? null));
    let subtotal = subtotals.get(place);
    if (subtotal === undefined) {
      const sums = new Map(additive.map(metric => [metric, new ExactSum()]));
      subtotal = { claimed: undefined, sums };
      subtotals.set(place, subtotal);
    }
    return subtotal;
  }

  function compare(place: string, { claimed, sums }: Subtotal): void {
    const words = place === '[]' ? 'the total' : `the subtotal of ${place.slice(1, -1)}`;
    for (const [metric, sum] of sums) {
      const value = claimed?.[metric];
      if (claimed !== undefined && isFigure(value) && sum.equals(value)) continue;
      throw new IncompleteError('SUBTOTAL_DIFFERS', {
        problem: `The rows of a report do not add up to ${words} that Heartland computed for ${metric}`,
        found: String(sum),
        expected: claimed === undefined ? 'a subtotal, but none came' : jsonText(value),
        next: 'Run the command again; if it persists, Heartland itself counts wrong there.',
      });
    }
  }

  function noSubtotals(): IncompleteError {
    return new IncompleteError('NO_SUBTOTALS', {
      problem: `Heartland sent a report of ${metrics.join(', ')} without the subtotals that were asked for`,
      next: 'Leave subtotals out of the report if the account does not have them.',
    });
  }
}
