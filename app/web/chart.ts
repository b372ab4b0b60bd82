import * as Plot from '@observablehq/plot';
import { raw } from 'hono/html';
import { parseHTML } from 'linkedom';
import { withThousands } from '../../transforms/figures.ts';

/** One bar of a chart: its name, and its exact figure as text. */
export interface Bar {
  readonly name: string;
  readonly value: string;
}

/**
 * Draws bars as SVG, without scripts and inline styles.
 *
 * Its lengths are rounded for the eye; the table beside it has the exact figures.
 */
export function bars(title: string, data: readonly Bar[]) {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const shown = data.map(({ name, value }) => ({
    ...{ name, length: Number(value), value: withThousands(value) },
  }));
  const y = shown.map(({ name }) => name);
  const figure = Plot.plot({
    document: document as never,
    className: 'chart',
    width: 480,
    height: 34 * shown.length + 24,
    marginLeft: 120,
    marginRight: 80,
    x: { axis: null },
    y: { domain: y, label: null, tickSize: 0 },
    marks: [
      Plot.barX(shown, { y: 'name', x: 'length', className: 'bars', inset: 4 }),
      Plot.text(shown, {
        ...{ y: 'name', x: 'length', text: 'value', className: 'values' },
        ...{ textAnchor: 'start', dx: 6 },
      }),
    ],
  });
  for (const sheet of figure.querySelectorAll('style')) sheet.remove();
  for (const styled of figure.querySelectorAll('[style]')) styled.removeAttribute('style');
  figure.setAttribute('role', 'img');
  figure.setAttribute('aria-label', `${title}; the same figures are in the table.`);
  for (const part of figure.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  return raw(figure.outerHTML);
}
