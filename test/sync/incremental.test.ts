import { describe, expect, test } from 'vitest';
import { type SmallAccount, smallAccount } from './small-account.ts';
import { allDifferences } from './whole-account.ts';

/** What the requests of a stream asked for, without pages and sizes. */
function filtersSince({ heartland }: SmallAccount, path: string, count: number) {
  return heartland.requests
    .slice(count)
    .filter(request => request.path === path)
    .map(({ query }) => query.get('_filter') ?? '');
}

async function countsOf({ warehouse }: SmallAccount, table: string) {
  const [row] = await warehouse.query<{ alive: number; gone: number }>(
    `select count(*) filter (where _deleted_at is null)::int as alive,
            count(*) filter (where _deleted_at is not null)::int as gone from ${table}`,
  );
  return row!;
}

describe.concurrent('later syncs bring what is new', () => {
  test('changed, added, sold, voided, received, adjusted: all arrive with the next sync', async () => {
    const account = await smallAccount();
    const { ledger } = account.heartland;
    await account.sync();
    const [store] = ledger.locations;
    // An item without documents, since documents show texts and prices of their items without a change of their own.
    const onPaper = new Set(
      [...ledger.orders, ...ledger.tickets].flatMap(({ lines }) =>
        lines.map(line => ('itemId' in line ? line.itemId : undefined)),
      ),
    );
    const one = ledger.items.find(({ id }) => !onPaper.has(id));
    const [two, three] = ledger.items.slice(30);
    ledger.changeItem(one!.id, { priceCents: 4999, description: 'Tab\there, \\N and "quotes" 🎩' });
    ledger.addItem({ description: null });
    ledger.sell({ locationId: store!.id, lines: [{ itemId: two!.id, qty: 2 }] });
    ledger.voidTicket(ledger.tickets.findLast(({ status }) => status === 'complete')!.id);
    ledger.adjust({
      locationId: store!.id,
      reasonId: 100_001,
      note: null,
      lines: [{ itemId: three!.id, qty: 5 }],
    });
    ledger.returnToVendor({
      vendorId: ledger.vendors[0]!.id,
      locationId: store!.id,
      lines: [{ itemId: three!.id, qty: 1 }],
    });
    const order = ledger.order({
      vendorId: ledger.vendors[0]!.id,
      locationId: store!.id,
      lines: [{ itemId: three!.id, qty: 3 }],
    });
    ledger.receive(order.id);
    const before = account.heartland.requests.length;
    expect((await account.sync()).failures).toEqual({});
    // Not by reading everything again.
    for (const filter of filtersSince(account, 'items', before))
      expect(filter).toContain('updated_at');
    expect(await allDifferences(account)).toEqual([]);
  });

  test('what changes while a sync runs is brought by the next one', async () => {
    const account = await smallAccount();
    const { ledger, faults } = account.heartland;
    await account.sync(['items']);
    const [first, second] = ledger.items;
    ledger.changeItem(first!.id, { priceCents: 1 });
    // With the answer to the first request for what changed, something else changes, an hour after the sync began.
    let isDone = false;
    faults.add({
      kind: 'transform',
      path: 'items',
      body: body => {
        if (!isDone) {
          isDone = true;
          ledger.advanceTo(ledger.now + 13 * 3_600_000);
          ledger.changeItem(second!.id, { priceCents: 2 });
        }
        return body;
      },
    });
    await account.sync(['items']);
    await account.sync(['items']);
    const rows = await account.warehouse.query(
      'select price::text from items where id in ($1, $2) order by id',
      [first!.id, second!.id],
    );
    expect(rows).toEqual([{ price: '0.01' }, { price: '0.02' }]);
  });

  test('deleted and merged records are found by the weekly sweep, and marked, not removed', async () => {
    // Days are final at once, so nothing but the merge makes them due again.
    const account = await smallAccount({
      configuration: { history: { from: '2026-11-01', restate_days: 0 } },
    });
    const { ledger } = account.heartland;
    await account.sync();
    const [gone, master, slave] = ledger.items.slice(30).map(({ id }) => id);
    ledger.deleteItem(gone!);
    ledger.mergeItems(master!, [slave!]);
    account.letPass(8);
    expect((await account.sync()).failures).toEqual({});
    expect(await countsOf(account, 'items')).toEqual({ alive: 46, gone: 2 });
    // A merge gives the sales and the stock movements of one item to another, on all past days.
    expect(await allDifferences(account)).toEqual([]);
    const [again] = (await account.sync(['inventory_transactions', 'sales_daily'])).results;
    expect(again!.records.reduce((sum, { seen }) => sum + seen, 0)).toBeLessThan(600);
  });

  test('a deleted document deletes its lines, and a restored one restores them', async () => {
    const account = await smallAccount();
    const streams = ['purchase_orders'];
    await account.sync(streams);
    const orders = await countsOf(account, 'purchase_orders');
    const lines = await countsOf(account, 'purchase_order_lines');
    const hiding = account.heartland.faults.add({
      kind: 'transform',
      path: 'purchasing/orders',
      body: (body, path) => {
        if (path !== 'purchasing/orders') return body;
        const page = body as { total: number; results: { id: number }[] };
        const results = page.results.filter(({ id }) => id !== 100_003);
        return { ...page, results, total: page.total - 1 };
      },
    });
    await account.sync(streams, { full: true });
    const line = await account.warehouse.query(
      'select count(*)::int as lines from purchase_order_lines where order_id = 100003',
    );
    expect(await countsOf(account, 'purchase_orders')).toEqual({
      alive: orders.alive - 1,
      gone: 1,
    });
    const gone = line[0]!.lines as number;
    expect(gone).toBeGreaterThan(0);
    expect(await countsOf(account, 'purchase_order_lines')).toEqual({
      alive: lines.alive - gone,
      gone,
    });
    hiding.off();
    await account.sync(streams, { full: true });
    expect(await countsOf(account, 'purchase_orders')).toEqual(orders);
    expect(await countsOf(account, 'purchase_order_lines')).toEqual(lines);
  });

  test('stock of a deleted location is removed', async () => {
    const account = await smallAccount();
    const streams = ['locations', 'inventory_values'];
    await account.sync(streams);
    const [held] = await account.warehouse.query<{ id: string }>(
      'select distinct location_id::text as id from inventory_values order by id offset 1 limit 1',
    );
    account.heartland.faults.add({
      kind: 'transform',
      path: 'locations',
      body: body => {
        const page = body as { total: number; results: { id: number }[] };
        const results = page.results.filter(({ id }) => String(id) !== held!.id);
        return { ...page, results, total: page.total - 1 };
      },
    });
    account.heartland.faults.add({
      kind: 'transform',
      path: 'inventory/values',
      query: query => query.get('location_id') === held!.id,
      body: body => ({ ...(body as object), total: 0, pages: 0, results: [] }),
    });
    expect((await account.sync(streams)).failures).toEqual({});
    const left = await account.warehouse.query(
      'select from inventory_values where location_id = $1',
      [held!.id],
    );
    expect(left).toEqual([]);
  });
});

describe.concurrent('unusually many deletions', () => {
  test('more than a fifth of the items at once: refused, nothing changes, until they are accepted', async () => {
    const account = await smallAccount();
    const { ledger } = account.heartland;
    await account.sync(['items']);
    const cursor = await account.warehouse.query('select * from _cursors');
    for (const { id } of ledger.items.slice(0, 25)) ledger.deleteItem(id);
    const { failures } = await account.sync(['items'], { full: true });
    expect(failures.items).toMatch(/^IMPLAUSIBLE_DELETES: 25 of 48 items .*--accept-deletes/);
    expect(await countsOf(account, 'items')).toEqual({ alive: 48, gone: 0 });
    expect(await account.warehouse.query('select * from _cursors')).toEqual(cursor);
    await account.sync(['items'], { full: true, acceptDeletes: true });
    expect(await countsOf(account, 'items')).toEqual({ alive: 23, gone: 25 });
    // What is gone already neither goes again nor is counted with the others.
    const again = await account.sync(['items'], { full: true });
    expect(again.failures).toEqual({});
    expect(again.results[0]!.records).toMatchObject([{ deleted: 0, updated: 0 }]);
  });

  test('every location at once, as for a token that lost its access: refused', async () => {
    const account = await smallAccount();
    await account.sync(['locations', 'inventory_values']);
    const before = await countsOf(account, 'locations');
    account.heartland.faults.add({
      kind: 'transform',
      path: 'locations',
      body: () => ({ total: 0, pages: 0, results: [] }),
    });
    const { failures } = await account.sync(['locations', 'inventory_values']);
    expect(failures.locations).toContain('unusually many');
    expect(await countsOf(account, 'locations')).toEqual(before);
  });

  test('a few of few: believed', async () => {
    const account = await smallAccount();
    const { ledger } = account.heartland;
    await account.sync(['items']);
    for (const { id } of ledger.items.slice(0, 12)) ledger.deleteItem(id);
    expect((await account.sync(['items'], { full: true })).failures).toEqual({});
    expect(await countsOf(account, 'items')).toEqual({ alive: 36, gone: 12 });
  });
});
