/** The file as a table for people: the same cells in the same order, without delimiters. */
import type { Layout } from '../layout.ts';
import type { Figures } from './figures.ts';
import { type FileHead, type FileStyle, fileWriter, lineRounder } from './file.ts';
import type { Line } from './line.ts';

/** Separates the cells; no value has it, because control characters are refused. */
const UNIT_SEPARATOR = '\u001f';

/** Returns the header and every line of the file as cells. */
export function previewCells(
  layout: Layout,
  style: FileStyle,
  head: FileHead,
  lines: readonly Line[],
  sums: Figures,
): readonly (readonly string[])[] {
  const plain: Layout = {
    kind: 'delimited',
    columns: layout.columns,
    delimiter: UNIT_SEPARATOR,
    quoting: 'never',
    header: true,
    lineEnd: '\n',
    encoding: layout.encoding,
  };
  const cells = (line: string) => line.slice(0, -1).split(UNIT_SEPARATOR);
  const writer = fileWriter(plain, style, head);
  const round = lineRounder(style);
  const trailer = writer.trailer(sums);
  return [
    cells(writer.header()),
    ...lines.map(line => cells(writer.line(round(line)))),
    ...(trailer === '' ? [] : [cells(trailer)]),
  ];
}
