import { checkLayout, type Layout } from '../../../transforms/layout.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';

/** Columns that hold text and stand to the left where nothing else is said. */
const WORDS = ['ClientID', 'PeriodStart', 'PeriodEnd', 'Location', 'ClassCode'];

/** The layout of the configuration as the renderer takes it. */
export function layoutOf({ layout }: ManagementOneConfiguration): Layout {
  const { columns, header, encoding } = layout;
  const common = { header, encoding, lineEnd: layout.line_end === 'crlf' ? '\r\n' : '\n' } as const;
  if (layout.kind === 'delimited') {
    const { delimiter, quoting } = layout;
    return checkLayout({ kind: 'delimited', columns, delimiter, quoting, ...common });
  }
  return checkLayout({
    kind: 'fixed',
    columns: columns.map(({ from, name, width = 1, align, fill }) => ({
      from,
      name,
      width,
      align: align ?? (WORDS.includes(from) ? 'left' : 'right'),
      fill: fill === 'zero' ? '0' : ' ',
    })),
    ...common,
  });
}
