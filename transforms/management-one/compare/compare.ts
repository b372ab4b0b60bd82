/** Compares a month with a file that Management One accepted: layout, figures, possible reasons. */
import { hundredths } from '../cents.ts';
import type { ClassFigures } from '../figures.ts';
import {
  asWritten,
  type Constants,
  isFigure,
  keyOf,
  plain,
  type RecognizedColumn,
  recognizeColumns,
  type Writing,
} from './columns.ts';
import { amountIn, type Shape, shapeOf } from './shape.ts';

/** One figure that differs. */
interface Difference {
  readonly location: string;
  readonly classCode: string;
  readonly figure: string;
  /** As the file writes it; undefined where it has no such line. */
  readonly theirs: string | undefined;
  /** As the file would write ours; undefined where we have no such line. */
  readonly ours: string | undefined;
  /** What the reason may be. */
  readonly possibleReason: string;
}

export interface Comparison {
  readonly shape: Omit<Shape, 'rows'>;
  readonly columns: readonly RecognizedColumn[];
  readonly lines: { readonly theirs: number; readonly ours: number; readonly both: number };
  /** Figures that match, of those compared. */
  readonly matching: number;
  readonly compared: number;
  readonly differences: readonly Difference[];
}

/** Compares a month with the bytes of a file. */
export async function compareFile(
  bytes: Uint8Array,
  ours: readonly ClassFigures[],
  constants: Constants,
): Promise<Comparison> {
  const { rows, ...shape } = await shapeOf(bytes);
  const columns = recognizeColumns({ rows, ...shape }, ours, constants);
  const at = (field: string) => columns.find(column => column.field === field)?.position;
  const key = (row: readonly string[]) =>
    keyOf(row, at('Location'), at('ClassCode'), ours[0]?.location);
  const own = new Map(ours.map(row => [`${row.location}|${row.classCode}`, row]));
  const theirs = new Map(rows.map(row => [key(row), row]));
  const figures = columns.filter(({ field }) => isFigure(field));

  const differences: Difference[] = [];
  let compared = 0;
  for (const id of [...theirs.keys(), ...[...own.keys()].filter(id => !theirs.has(id))]) {
    const [location = '', classCode = ''] = id.split('|');
    for (const { position, field, writing } of figures) {
      const cell = theirs.get(id)?.[position];
      const mine = own.get(id)?.figures[field!];
      const amount = cell === undefined ? undefined : (amountIn(cell) ?? cell);
      const written = mine === undefined ? undefined : asWritten(field!, mine, writing);
      const was = amount === undefined ? undefined : plain(amount);
      const is = written === undefined ? undefined : plain(written);
      if ((was ?? '0') === '0' && (is ?? '0') === '0') continue;
      compared++;
      if (was === is) continue;
      differences.push({
        location,
        classCode,
        figure: field!,
        theirs: cell,
        ours: written,
        possibleReason: reason(field!, was, is, writing),
      });
    }
  }
  return {
    shape,
    columns,
    lines: {
      theirs: theirs.size,
      ours: own.size,
      both: [...own.keys()].filter(id => theirs.has(id)).length,
    },
    compared,
    matching: compared - differences.length,
    differences,
  };
}

function reason(
  figure: string,
  theirs: string | undefined,
  ours: string | undefined,
  writing: Writing,
): string {
  if (ours === undefined) {
    return 'Our month has no such line: items may have moved to another class since, or a policy leaves the class out.';
  }
  if (theirs === undefined) {
    return 'The file has no such line: the class may be new, or items moved to it since.';
  }
  if (figure.startsWith('OnOrder')) {
    return 'Figures on order are as of now; the file was made earlier.';
  }
  if (!isNumber(theirs) || !isNumber(ours)) return 'The file has no number there.';
  if (theirs === plain(`-${ours}`) || ours === plain(`-${theirs}`))
    return 'The sign is the opposite.';
  const apart = hundredths(theirs) - hundredths(ours);
  // Without a point, 1.00 is written as 100.
  const one = writing === 'without a point' ? 100_00n : 1_00n;
  if ((apart < 0n ? -apart : apart) < one) return 'Rounding: the difference is less than one.';
  if (figure.endsWith('Retail')) {
    return 'Retail is at today’s price; prices may have changed since the file was made.';
  }
  return 'The month may have changed since: voided or back-dated tickets, documents completed late, items moved to another class.';
}

function isNumber(text: string): boolean {
  return amountIn(text) !== undefined;
}
