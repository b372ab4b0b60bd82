/** The proofs a month makes of itself: each has a name, a figure and a verdict. */
import { money, units } from '../figures.ts';
import type { Check } from '../findings.ts';
import { difference, hundredths, sumOf } from './cents.ts';
import { type ClassFigures, FIGURES, type Figures, figureText } from './figures.ts';

/** What we have and what Heartland summed itself, as exact text; in all where there is no location. */
export interface Agreement {
  readonly location: string | null;
  readonly metric: string;
  readonly ours: string;
  readonly theirs: string;
  readonly difference: string;
}

/** The figures that Heartland is asked for, by the names they have in `agreement.sql`. */
export const COMPARED: Readonly<Record<string, string>> = {
  begin_units: 'begin units',
  begin_cost: 'begin cost',
  begin_retail: 'begin retail',
  sold_units: 'units sold',
  sold_retail: 'net sales',
  sold_cost: 'cost of sales',
  markdowns_retail: 'markdowns',
  end_units: 'end units',
  end_cost: 'end cost',
  end_retail: 'end retail',
};

/** How many of a long list are named. */
const NAMED = 5;

/** Classes summed against Heartland's figure by location, and locations against its grand total, to the cent. */
export function agreementChecks(rows: readonly Agreement[]): readonly Check[] {
  return Object.entries(COMPARED).flatMap(([metric, label]) => {
    const own = rows.filter(row => row.metric === metric);
    const text = metric.endsWith('_units') ? units : money;
    const total = own.find(row => row.location === null);
    const places = own.filter(row => row.location !== null);
    const wrong = places.filter(isApart);
    const grand = total ?? { ours: '0', theirs: '0', difference: '0' };
    return [
      {
        name: `${label} by location agree with Heartland`,
        verdict: wrong.length === 0 ? 'ok' : 'failed',
        figure: text(grand.ours),
        detail:
          wrong.length === 0
            ? `the classes of each of ${places.length} locations sum to what Heartland reports for it`
            : listed(
                wrong.map(
                  row =>
                    `location ${row.location || '(none)'}: ${text(row.ours)} here, ${text(row.theirs)} in Heartland, ${signed(text(row.difference))}`,
                ),
              ),
      },
      {
        name: `${label} in all agree with Heartland`,
        verdict: isApart(grand) ? 'failed' : 'ok',
        figure: text(grand.ours),
        detail: isApart(grand)
          ? `${text(grand.ours)} here, ${text(grand.theirs)} in Heartland, ${signed(text(grand.difference))}`
          : 'the locations sum to Heartland’s grand total',
      },
    ] satisfies Check[];
  });
}

function isApart({ difference }: Pick<Agreement, 'difference'>): boolean {
  return hundredths(difference) !== 0n;
}

/** What is left of a location and class when its movements are taken from begin to end. */
export interface LeftOver {
  readonly location: string;
  readonly code: string;
  readonly units: string;
  readonly cost: string;
}

/** Begin, movements and end of each location and class: what they leave unexplained, against the limit. */
export function rollForwardChecks(
  leftOver: readonly LeftOver[],
  limit: { readonly units: number; readonly cost: number },
): readonly Check[] {
  return (['units', 'cost'] as const).map(kind => {
    const text = kind === 'units' ? units : money;
    const some = leftOver.filter(row => hundredths(row[kind]) !== 0n);
    const most = hundredths(String(limit[kind]));
    const beyond = some.filter(row => absolute(hundredths(row[kind])) > most);
    const shown = beyond.length > 0 ? beyond : some;
    return {
      name: `roll-forward of ${kind}`,
      verdict: beyond.length > 0 ? 'failed' : some.length > 0 ? 'note' : 'ok',
      figure: text(sumOf(some.map(row => row[kind]))),
      detail:
        some.length === 0
          ? 'begin + received - returned + transfers + adjusted - sold = end, for every location and class'
          : `unexplained ${beyond.length > 0 ? `beyond the limit of ${limit[kind]}` : `within the limit of ${limit[kind]}`}: ${listed(
              shown.map(
                row =>
                  `location ${row.location} class ${row.code || '(none)'} ${signed(text(row[kind]))}`,
              ),
            )}`,
    };
  });
}

/** Nothing that the month is made of lies in quarantine. */
export function quarantineCheck(
  rows: readonly { readonly stream: string; readonly rows: number; readonly reason: string }[],
): Check {
  const count = rows.reduce((sum, row) => sum + row.rows, 0);
  return {
    name: 'nothing in quarantine',
    verdict: count === 0 ? 'ok' : 'failed',
    figure: String(count),
    detail:
      count === 0
        ? 'every row of the month could be read'
        : listed(rows.map(row => `${row.rows} of ${row.stream} (${row.reason})`)),
  };
}

/** The rows of the file, summed as they are written, against the exact totals. */
export function fileCheck(rows: readonly ClassFigures[], total: Figures): Check {
  const off = FIGURES.map(name => ({
    name,
    by: difference(sumOf(rows.map(row => row.figures[name]!)), total[name] ?? '0'),
  })).filter(({ by }) => hundredths(by) !== 0n);
  // Half a cent each way is what writing a figure with two decimals may do.
  const mayRound = BigInt(rows.length);
  const wrong = off.filter(({ by }) => 2n * absolute(hundredths(by)) > mayRound);
  return {
    name: 'the file adds up',
    verdict: wrong.length > 0 ? 'failed' : off.length > 0 ? 'note' : 'ok',
    figure: `${rows.length} rows`,
    detail:
      off.length === 0
        ? 'its rows sum to the totals, to the cent'
        : listed(
            (wrong.length > 0 ? wrong : off).map(
              ({ name, by }) => `${name} ${signed(figureText(name, by))} by rounding`,
            ),
          ),
  };
}

/** What is left out of the file: it and the file together are what Heartland has. */
export function leftOutCheck(leftOut: Figures): Check {
  const some = FIGURES.filter(name => hundredths(leftOut[name] ?? '0') !== 0n);
  return {
    name: 'left out of the file',
    verdict: some.length === 0 ? 'ok' : 'note',
    figure: money(leftOut.NetSales ?? '0'),
    detail:
      some.length === 0
        ? 'nothing: every figure is in the file'
        : some.map(name => `${name} ${leftOut[name]}`).join(', '),
  };
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function signed(text: string): string {
  return text.startsWith('-') ? text : `+${text}`;
}

function listed(lines: readonly string[]): string {
  const rest = lines.length - NAMED;
  return lines.slice(0, NAMED).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}
