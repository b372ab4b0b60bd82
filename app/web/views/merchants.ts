import { html, raw } from 'hono/html';
import type { Mood } from '../overview.ts';
import { type Markup, tableOf } from './layout.ts';

/** A merchant of an agency, in one row. */
export interface MerchantRow {
  readonly merchant: string;
  readonly mood: Mood;
  readonly sentence: string;
}

const MOODS: Readonly<Record<Mood, string>> = {
  bad: 'Needs you',
  warn: 'Late',
  none: 'Starting',
  good: 'Fine',
};
const ORDER: readonly Mood[] = ['bad', 'warn', 'none', 'good'];

/** All merchants that the user may see, the worst first; `only` shows those in one state. */
export function merchantsView(rows: readonly MerchantRow[], only?: string): Markup {
  const sorted = rows.toSorted((a, b) => ORDER.indexOf(a.mood) - ORDER.indexOf(b.mood));
  const shown = sorted.filter(({ mood }) => only === undefined || mood === only);
  const open = rows.filter(({ mood }) => mood === 'bad' || mood === 'warn').length;
  const filter = (text: string, mood?: Mood) => {
    const count = rows.filter(row => mood === undefined || row.mood === mood).length;
    const current = mood === only ? raw(' aria-current="true"') : '';
    return html`<a href="/${mood === undefined ? '' : `?only=${mood}`}"${current}>${text} (${count})</a> `;
  };
  return html`<h1>${
    open === 0
      ? `All ${rows.length} merchants are fine`
      : `${open} of ${rows.length} merchants need somebody`
  }</h1>
<nav class="row" aria-label="Filter">${filter('All')}${ORDER.map(mood => filter(MOODS[mood], mood))}</nav>
${tableOf(
  'Merchants',
  ['Merchant', 'State', 'What happened'],
  shown.map(({ merchant, mood, sentence }) => [
    html`<a href="/m/${merchant}">${merchant}</a>`,
    html`<span class="tag ${mood}">${MOODS[mood]}</span>`,
    sentence,
  ]),
)}`;
}
