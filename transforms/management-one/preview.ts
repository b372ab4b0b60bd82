/** The file as a table for people: the same cells in the same order, without what parts them. */
import { type Layout, renderHeader } from '../layout.ts';
import type { ClassFigures } from './figures.ts';
import { type FileHead, type FileStyle, renderClass, renderTrailer } from './file.ts';

/** Parts a table's cells; it stands in no value, because control characters are refused. */
const UNIT_SEPARATOR = '\u001f';

/** The header and every line of the file, each as its cells. */
export function previewCells(
  layout: Layout,
  style: FileStyle,
  head: FileHead,
  rows: readonly ClassFigures[],
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
  const trailer = renderTrailer(plain, style, rows);
  return [
    cells(renderHeader(plain)),
    ...rows.map(row => cells(renderClass(plain, style, head, row))),
    ...(trailer === '' ? [] : [cells(trailer)]),
  ];
}
