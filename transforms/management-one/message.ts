/** What the e-mail with the file says, so that the month can be read without opening it. */
import type { Check, Problem } from '../findings.ts';
import type { Month } from '../month.ts';
import type { Figures } from './figures.ts';

export interface Told {
  readonly merchant: string;
  readonly clientId: string;
  readonly month: Month;
  readonly files: readonly { readonly name: string; readonly rows: number }[];
  readonly totals: {
    readonly locations: readonly { readonly location: string; readonly figures: Figures }[];
    readonly file: Figures;
  };
  readonly checks: readonly Check[];
  readonly problems: readonly Problem[];
}

const SHOWN = ['BeginCost', 'ReceivedCost', 'NetSales', 'Markdowns', 'EndCost', 'EndRetail'];

/** The plain part: which month, the totals by location, the checks, and what should be mended. */
export function messageText({ merchant, clientId, month, files, totals, checks, problems }: Told) {
  const lines = [
    `Management One month-end file of ${merchant}, client ${clientId}`,
    `${month.label}: ${month.start} to ${month.end}`,
    `Attached: ${files.map(({ name, rows }) => `${name} (${rows} rows)`).join(', ')}`,
    '',
    table([
      ['Location', ...SHOWN],
      ...totals.locations.map(({ location, figures }) => [
        location,
        ...SHOWN.map(name => figures[name] ?? ''),
      ]),
      ['All', ...SHOWN.map(name => totals.file[name] ?? '')],
    ]),
    '',
    'Checks',
    ...checks.map(
      ({ name, verdict, figure, detail }) => `  ${verdict}  ${name}: ${figure} (${detail})`,
    ),
  ];
  if (problems.length > 0) {
    lines.push('', 'To mend in Heartland', ...problems.map(problem => `  ${problem.fix}`));
  }
  return `${lines.join('\n')}\n`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) =>
    Math.max(...rows.map(row => row[column]?.length ?? 0)),
  );
  return rows
    .map(row =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
