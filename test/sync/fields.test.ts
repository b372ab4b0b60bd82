import { describe, expect, test } from 'vitest';
import type { Json } from '../stand-ins/heartland/decimal.ts';
import { smallAccount } from './small-account.ts';

type Body = { readonly results: readonly Readonly<Record<string, Json>>[] };

describe.concurrent('fields that not every account sends', () => {
  test('an unknown field is stored in _extra and recorded once in _unknown_fields', async () => {
    const account = await smallAccount();
    const { id } = account.heartland.ledger.items[3]!;
    let value: Json = 1;
    account.heartland.faults.add({
      kind: 'transform',
      path: 'items',
      body: body => {
        const page = body as Body;
        return {
          ...page,
          results: page.results.map(row => (row.id === id ? { ...row, brand_new: value } : row)),
        };
      },
    });
    await account.sync(['items']);
    // Nothing else of the row changes.
    value = { a: ['\\N', 2.5] };
    await account.sync(['items'], { full: true });
    const [row] = await account.warehouse.query(
      `select _extra -> 'brand_new' as value from items where id = $1`,
      [id],
    );
    expect(row!.value).toEqual({ a: ['\\N', 2.5] });
    const drift = await account.warehouse.query(
      `select stream, field from _unknown_fields where field = 'brand_new'`,
    );
    expect(drift).toEqual([{ stream: 'items', field: 'brand_new' }]);
    expect(await account.warehouse.query('select from _quarantine')).toEqual([]);
  });

  test('a return sent as the documentation describes it, like a receipt, has a column for everything', async () => {
    const account = await smallAccount();
    const asReceipt = (line: object) => ({
      ...line,
      order_line_id: 108266,
      qty_expected: 97.25,
      qty_unauthorized: 0.5,
    });
    account.heartland.faults.add({
      kind: 'transform',
      path: 'purchasing/returns',
      body: (body, path) => {
        const page = body as { results: { lines?: object[] }[] };
        const results = page.results.map(row => {
          if (path.endsWith('/lines')) return asReceipt(row);
          return {
            ...row,
            order_id: 102437,
            ...(row.lines && { lines: row.lines.map(asReceipt) }),
          };
        });
        return { ...page, results } as never;
      },
    });
    expect((await account.sync(['purchase_returns'])).failures).toEqual({});
    const rows = await account.warehouse.query(
      `select sent.order_id, line.order_line_id, line.qty_expected, line.qty_unauthorized
       from purchase_returns as sent join purchase_return_lines as line on line.return_id = sent.id`,
    );
    expect(rows).toEqual([
      {
        order_id: '102437',
        order_line_id: '108266',
        qty_expected: '97.25',
        qty_unauthorized: '0.5',
      },
    ]);
    expect(await account.warehouse.query('select field from _unknown_fields')).toEqual([]);
  });
});
