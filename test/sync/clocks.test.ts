import { describe, expect, test } from 'vitest';
import { bookLate } from '../stand-ins/heartland/ledger/late.ts';
import { type SmallAccount, smallAccount } from './small-account.ts';

const HOUR_MS = 3_600_000;

async function priceOf({ warehouse }: SmallAccount, id: number) {
  const [row] = await warehouse.query<{ price: string }>(
    'select trim_scale(price)::text as price from items where id = $1',
    [id],
  );
  return row!.price;
}

function warningsOf({ events }: Awaited<ReturnType<SmallAccount['sync']>>): string[] {
  return events.flatMap(event => (event.kind === 'warning' ? [event.text] : []));
}

describe.concurrent('clocks that are wrong lose nothing', () => {
  test.each([
    [20, '1,200 minutes ahead of'],
    [-20, '1,200 minutes behind'],
  ])(
    'answers dated %i hours off: later changes are requested next, with one warning',
    async (hours, side) => {
      const account = await smallAccount();
      const { ledger, faults } = account.heartland;
      const dated = faults.add({ kind: 'dated', byMs: hours * HOUR_MS });
      const first = await account.sync(['items']);
      dated.off();
      expect(warningsOf(first)).toEqual([
        expect.stringContaining(`Heartland’s clock is ${side} this machine’s clock.`),
      ]);
      const [item] = ledger.items;
      // Twelve hours after the sync that ended.
      ledger.changeItem(item!.id, { priceCents: 4321 });
      expect(warningsOf(await account.sync(['items']))).toEqual([]);
      expect(await priceOf(account, item!.id)).toBe('43.21');
    },
  );

  test('this machine’s clock was ahead once, by a month: Heartland’s bounds what is asked for', async () => {
    const account = await smallAccount();
    const { ledger, faults } = account.heartland;
    const off = 30 * 24 * HOUR_MS;
    const dated = faults.add({ kind: 'dated', byMs: -off });
    expect((await account.syncAt(off, ['items', 'sales_daily'])).failures).toEqual({});
    dated.off();
    const [item] = ledger.items;
    ledger.changeItem(item!.id, { priceCents: 4321 });
    ledger.sell({ locationId: ledger.locations[0]!.id, lines: [{ itemId: item!.id, qty: 1 }] });
    expect((await account.sync(['items', 'sales_daily'])).failures).toEqual({});
    expect(await priceOf(account, item!.id)).toBe('43.21');
    // No day seemed over that had not begun.
    const [row] = await account.warehouse.query<{ units: string }>(
      `select trim_scale(sum(net_qty_sold))::text as units from sales_daily
       where business_date >= '2026-11-13' and item_number = $1`,
      [item!.publicId],
    );
    expect(Number(row!.units)).toBeGreaterThanOrEqual(1);
  });

  test('both clocks were ahead: a cursor that lies in the future is not believed, and all is read', async () => {
    const account = await smallAccount();
    const { ledger } = account.heartland;
    const off = 30 * 24 * HOUR_MS;
    await account.syncAt(off, ['items']);
    const [item] = ledger.items;
    ledger.changeItem(item!.id, { priceCents: 4321 });
    ledger.deleteItem(ledger.items[1]!.id);
    await account.sync(['items']);
    expect(await priceOf(account, item!.id)).toBe('43.21');
    const gone = await account.warehouse.query('select from items where _deleted_at is not null');
    expect(gone).toHaveLength(1);
  });
});

test('rows that are seen after others with higher numbers are found by the weekly sweep', async () => {
  const account = await smallAccount();
  const { ledger } = account.heartland;
  const goods = { itemId: ledger.items[0]!.id, locationId: ledger.locations[0]!.id, qty: 3 };
  const late = bookLate(ledger, goods);
  // More than a sync looks back for.
  for (let n = 0; n < 510; n++)
    ledger.adjust({ locationId: goods.locationId, lines: [{ itemId: goods.itemId, qty: 1 }] });
  const streams = ['inventory_transactions'];
  const count = async () => {
    const [row] = await account.warehouse.query<{ rows: number }>(
      'select count(*)::int as rows from inventory_transactions',
    );
    return row!.rows;
  };
  await account.sync(streams);
  const before = await count();
  late.reveal();
  await account.sync(streams);
  expect(await count()).toBe(before);
  account.letPass(7);
  await account.sync(streams);
  expect(await count()).toBe(before + 1);
  // And from then on by what is new alone, as before.
  const since = account.heartland.requests.length;
  await account.sync(streams);
  const asked = account.heartland.requests
    .slice(since)
    .map(({ query }) => query.get('_filter') ?? '');
  for (const filter of asked.filter(text => text !== '')) expect(filter).toContain('$gt');
});
