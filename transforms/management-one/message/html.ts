import { periodInWords } from '../../month.ts';
import { type Cells, filesLine, type MonthEndSummary, sectionsOf } from './summary.ts';

const CELL = 'padding:3px 10px 3px 0;border-bottom:1px solid #ddd;vertical-align:top';
const RESULT_STYLE: Readonly<Record<string, string>> = {
  ok: 'color:#1a7f37',
  note: 'color:#9a6700',
  failed: 'color:#cf222e;font-weight:bold',
};

/** Writes the HTML part of the e-mail. It loads nothing from the network; every text is escaped. */
export function messageHtml(summary: MonthEndSummary): string {
  const { merchant, clientId, month } = summary;
  const sections = sectionsOf(summary).map(
    ({ title, note, table }) =>
      `<h3 style="margin:24px 0 6px">${escapeHtml(title)}</h3>` +
      (note === undefined ? '' : `<p>${escapeHtml(note)}</p>`) +
      (table === undefined ? '' : htmlTable(table)),
  );
  return [
    '<!doctype html><html><head><meta charset="utf-8"></head>',
    '<body style="font-family:sans-serif;font-size:14px;color:#222">',
    `<h2 style="margin:0 0 6px">Management One, ${escapeHtml(periodInWords(month))}</h2>`,
    `<p>${escapeHtml(merchant)}, client ${escapeHtml(clientId)}: ${month.start} to ${month.end}.<br>`,
    `${escapeHtml(filesLine(summary))}</p>`,
    ...sections,
    '</body></html>',
  ].join('\n');
}

function htmlTable([head = [], ...body]: Cells): string {
  const cells = (row: readonly string[], tag: 'th' | 'td') =>
    row
      .map(cell => {
        const isFigure = /^[-+]?\d[\d,.]*( \(.*\))?$/.test(cell);
        const align = isFigure ? ';text-align:right' : ';text-align:left';
        const style =
          tag === 'td' && RESULT_STYLE[cell] !== undefined ? `;${RESULT_STYLE[cell]}` : '';
        return `<${tag} style="${CELL}${align}${style}">${escapeHtml(cell)}</${tag}>`;
      })
      .join('');
  const lines = body.map(row => `<tr>${cells(row, 'td')}</tr>`);
  return `<table style="border-collapse:collapse"><tr>${cells(head, 'th')}</tr>\n${lines.join('\n')}</table>`;
}

/** Escapes text for HTML, also for attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
