import { describe, expect, test } from 'vitest';
import type { Json } from '../stand-ins/heartland/decimal.ts';
import { type SmallAccount, smallAccount } from './small-account.ts';
import { differences, type Raw, readAll, readTable } from './truth.ts';

type Parent = { readonly id: number; readonly lines?: readonly Json[] };

/** Changes the lines that come embedded in a page of orders. */
function embedded(
  { heartland }: SmallAccount,
  change: (lines: readonly Json[]) => Json | undefined,
) {
  heartland.faults.add({
    kind: 'transform',
    path: 'purchasing/orders',
    body: (body, path) => {
      if (path !== 'purchasing/orders') return body;
      const page = body as { readonly results: readonly Parent[] };
      const results = page.results.map(({ lines, ...parent }) => {
        const changed = lines && change(lines);
        return changed === undefined ? parent : { ...parent, lines: changed };
      });
      return { ...page, results } as Json;
    },
  });
}

async function lineDifferences(account: SmallAccount): Promise<string[]> {
  const lines: Raw[] = [];
  for (const { id } of await readAll(account.heartland, 'purchasing/orders'))
    lines.push(
      ...(await readAll(account.heartland, `purchasing/orders/${String(id).slice(1)}/lines`)),
    );
  const rows = await readTable(account, 'purchase_order_lines');
  return differences('purchasing/orders/lines', lines, rows, ['id']);
}

function askedByThemselves({ heartland }: SmallAccount): number {
  return heartland.requests.filter(
    ({ path, query }) => path.endsWith('/lines') && query.get('per_page') !== '1',
  ).length;
}

describe.concurrent('lines that come with their documents', () => {
  test('are taken as they come while the longest lists are whole', async () => {
    const account = await smallAccount();
    expect((await account.sync(['purchase_orders'])).failures).toEqual({});
    expect(askedByThemselves(account)).toBe(0);
    expect(await lineDifferences(account)).toEqual([]);
  });

  test('cut off by the server: noticed, and asked for document by document', async () => {
    const account = await smallAccount();
    embedded(account, lines => lines.slice(0, 2));
    expect((await account.sync(['purchase_orders'])).failures).toEqual({});
    expect(askedByThemselves(account)).toBe(account.heartland.ledger.orders.length);
    expect(await lineDifferences(account)).toEqual([]);
  });

  test('cut off just where the first of the longest ends: noticed too', async () => {
    const account = await smallAccount();
    const { ledger } = account.heartland;
    // One order has as many lines as the server lets through, the next one more.
    for (const count of [20, 25])
      ledger.order({
        vendorId: ledger.vendors[0]!.id,
        locationId: ledger.locations[0]!.id,
        lines: ledger.items.slice(0, count).map(({ id }) => ({ itemId: id, qty: 1 })),
      });
    embedded(account, lines => lines.slice(0, 20));
    expect((await account.sync(['purchase_orders'])).failures).toEqual({});
    expect(await lineDifferences(account)).toEqual([]);
  });

  test('missing altogether, as on an account that cannot embed: asked for document by document', async () => {
    const account = await smallAccount();
    embedded(account, () => undefined);
    expect((await account.sync(['purchase_orders'])).failures).toEqual({});
    expect(await lineDifferences(account)).toEqual([]);
  });

  test('asked for and not whole: the stream is incomplete, and nothing of it is there', async () => {
    const account = await smallAccount();
    embedded(account, () => undefined);
    account.heartland.faults.add({
      kind: 'shortPage',
      rows: 1,
      path: `purchasing/orders/${account.heartland.ledger.orders[1]!.id}/lines`,
    });
    const { failures } = await account.sync(['purchase_orders']);
    expect(failures.purchase_orders).toMatch(/^LINES_INCOMPLETE: .*\/lines is incomplete/);
    expect(await readTable(account, 'purchase_orders')).toEqual([]);
    expect(await readTable(account, 'purchase_order_lines')).toEqual([]);
  });
});

describe.concurrent('records without a usable id', () => {
  test.each([
    ['the first', [0]],
    ['the last', [47]],
    ['the last of a page and the first of the next', [11, 12, 19, 20]],
    ['several side by side', [23, 24, 25, 26, 35, 36]],
  ])('%s: in quarantine, and everything else comes in', async (_, places) => {
    const account = await smallAccount({ heartlandConfiguration: { per_page: 12 } });
    const hidden = new Set(places.map(n => account.heartland.ledger.items[n]!.id));
    account.heartland.faults.add({
      kind: 'transform',
      path: 'items',
      body: body => {
        const page = body as { readonly results: readonly Parent[] };
        const results = page.results.map(row => (hidden.has(row.id) ? { ...row, id: null } : row));
        return { ...page, results } as Json;
      },
    });
    const { failures } = await account.sync(['items']);
    expect(failures).toEqual({});
    expect(await readTable(account, 'items')).toHaveLength(48 - places.length);
    const [bad] = await account.warehouse.query(
      `select count(*)::int as rows, count(distinct content ->> 'public_id')::int as items from _quarantine`,
    );
    expect(bad).toEqual({ rows: places.length, items: places.length });
  });

  test('every one of them: incomplete, since the next page cannot be requested', async () => {
    const account = await smallAccount();
    account.heartland.faults.add({
      kind: 'transform',
      path: 'items',
      body: body => {
        const page = body as { readonly results: readonly Parent[] };
        return { ...page, results: page.results.map(row => ({ ...row, id: 'x' })) } as Json;
      },
    });
    const { failures } = await account.sync(['items']);
    expect(failures.items).toMatch(/^NO_ID: A page of items has no record with a usable id/);
  });
});
