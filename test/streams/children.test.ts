import { lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sync } from '../../pipelines/sync/sync.ts';
import { tickets } from '../../sources/heartland/streams/sales-documents.ts';
import { type Scene, scene } from './account.ts';

let account: Scene;
beforeAll(async () => {
  account = await scene();
});
afterAll(() => account.close());

test('children that the account does not have leave their parents out, and say how to go on without them', async () => {
  const [lines, payments] = tickets.children!;
  const stream = { ...tickets, children: [lines!, { ...payments!, path: 'nowhere' }] };
  const [result] = await account.within(async work => lastValueFrom(sync(work, [stream])));
  expect(result!.failure?.message).toMatch(
    /^Heartland does not give the nowhere of tickets \(404 [^()]+\)\. If the account does not have them/,
  );
  expect(result!.failure?.message).toContain('streams: { ticket_payments: false }');
  expect(await account.query('select from tickets')).toEqual([]);
});

test('lines that are cut off where they are embedded are asked for ticket by ticket', async () => {
  const { ledger, faults } = account.heartland;
  const [store] = ledger.locations;
  const goods = ledger.items.slice(0, 27).map(({ id }) => ({ itemId: id, qty: 1 }));
  // One has exactly as many lines, tax included, as are embedded; it is not cut, and comes first.
  const short = ledger.sell({ locationId: store!.id, lines: goods.slice(0, 19) });
  const long = ledger.sell({ locationId: store!.id, lines: goods });
  const fault = faults.add({
    path: 'sales/tickets',
    kind: 'transform',
    body: body => {
      const { results = [], ...envelope } = body as { results?: { lines?: never[] }[] };
      const cut = results.map(row => (row.lines ? { ...row, lines: row.lines.slice(0, 20) } : row));
      return { ...envelope, results: cut } as never;
    },
  });
  expect((await account.sync(['tickets'])).failures).toEqual({});
  expect(fault.fired).toBeGreaterThan(0);
  const lines = async (id: number) =>
    (await account.query('select from ticket_lines where sales_transaction_id = $1', [id])).length;
  expect(await lines(short.id)).toBe(20);
  expect(await lines(long.id)).toBe(28);
});

test('a layaway that is handed over later comes again, with its payments; one that is voided keeps neither', async () => {
  const { ledger } = account.heartland;
  // The account's clock goes along with the syncs, the second of which is on the 22nd.
  ledger.advanceTo('2026-11-22T09:00:00Z');
  const [store] = ledger.locations;
  const lines = [{ itemId: ledger.items[5]!.id, qty: 1 }];
  const kept = ledger.sell({ locationId: store!.id, lines, isLayaway: true });
  const given = ledger.sell({ locationId: store!.id, lines });
  await account.sync(['tickets']);
  const state = async (id: number) => {
    const [row] = await account.query<{ status: string; paid: string }>(
      `select t.status, case when count(p.id) > 0 then 'paid' else 'not paid' end as paid
       from tickets t
       left join ticket_payments p on p.sales_transaction_id = t.id and p._deleted_at is null
       where t.id = $1 group by t.id`,
      [id],
    );
    return `${row?.status}, ${row?.paid}`;
  };
  expect(await state(kept.id)).toBe('incomplete, not paid');
  expect(await state(given.id)).toBe('complete, paid');
  ledger.advanceTo('2026-11-23T09:00:00Z');
  ledger.completeLayaway(kept.id);
  ledger.voidTicket(given.id);
  const { results } = await account.sync(['tickets']);
  // Only what changed was asked for, not all tickets again.
  expect(results[0]!.records.find(({ stream }) => stream === 'tickets')!.seen).toBeLessThan(10);
  expect(await state(kept.id)).toBe('complete, paid');
  expect(await state(given.id)).toBe('void, not paid');
});

test('tickets begin with the kept history; orders, which may be open for long, do not', async () => {
  const late = await scene({ history: { from: '2026-11-15' } });
  try {
    const { failures } = await late.sync(['tickets', 'sales_orders']);
    expect(failures).toEqual({});
    const [first] = await late.query<{ ticket: string; order: string }>(
      `select (select min(updated_at)::date::text from tickets) as ticket,
              (select min(created_at)::date::text from sales_orders) as order`,
    );
    // The 15th begins on the 14th, far enough to the east.
    expect(first!.ticket).toBe('2026-11-14');
    expect(first!.order < '2026-11-14').toBe(true);
  } finally {
    await late.close();
  }
});

test('the kept history has what was sold in it, also on tickets made before, from the store’s own midnight on', async () => {
  const late = await scene({ history: { from: '2026-11-23' }, timezone: 'Australia/Sydney' });
  try {
    const { ledger } = late.heartland;
    const sale = {
      locationId: ledger.locations[0]!.id,
      lines: [{ itemId: ledger.items[5]!.id, qty: 1 }],
    };
    ledger.advanceTo('2026-11-21T09:00:00Z');
    const layaway = ledger.sell({ ...sale, isLayaway: true });
    const before = ledger.sell(sale);
    // Seven in the morning of the 23rd, in Sydney.
    ledger.advanceTo('2026-11-22T20:00:00Z');
    const early = ledger.sell(sale);
    ledger.advanceTo('2026-11-24T09:00:00Z');
    ledger.completeLayaway(layaway.id);
    expect((await late.sync(['tickets'])).failures).toEqual({});
    const there = await late.query<{ id: string }>('select id from tickets');
    const ids = there.map(({ id }) => Number(id));
    expect(ids).toEqual(expect.arrayContaining([layaway.id, early.id]));
    expect(ids).not.toContain(before.id);
  } finally {
    await late.close();
  }
});

test('tickets that Heartland no longer holds are found by a sweep of the kept history, with their lines; older ones are left', async () => {
  const shop = await scene();
  try {
    expect((await shop.sync(['tickets'])).failures).toEqual({});
    const [gone, older] = (
      await shop.query<{ id: string }>('select id from tickets order by id offset 30 limit 2')
    ).map(({ id }) => ({ id: Number(id) }));
    // Kept from a time when the history began earlier.
    await shop.query("update tickets set updated_at = '2026-10-20Z' where id = $1", [older!.id]);
    const hiding = shop.heartland.faults.add({
      kind: 'transform',
      path: 'sales/tickets',
      body: (body, path) => {
        if (path !== 'sales/tickets') return body;
        const page = body as { total: number; results: { id: number }[] };
        const hidden = [gone!.id, older!.id];
        const results = page.results.filter(({ id }) => !hidden.includes(id));
        return { ...page, results, total: page.total - 2 };
      },
    });
    const synced = await shop.sync(['tickets'], { full: true });
    expect(synced.failures).toEqual({});
    const alive = async (table: string, column: string) =>
      shop.query<{ id: string; isGone: boolean }>(
        `select distinct ${column}::int as id, _deleted_at is not null as "isGone"
         from ${table} where ${column} in ($1, $2) order by 1`,
        [gone!.id, older!.id],
      );
    const expected = [
      { id: gone!.id, isGone: true },
      { id: older!.id, isGone: false },
    ].toSorted((one, other) => one.id - other.id);
    expect(await alive('tickets', 'id')).toEqual(expected);
    expect(await alive('ticket_lines', 'sales_transaction_id')).toEqual(expected);
    hiding.off();
    expect((await shop.sync(['tickets'], { full: true })).failures).toEqual({});
    expect((await alive('ticket_lines', 'sales_transaction_id')).some(row => row.isGone)).toBe(
      false,
    );
  } finally {
    await shop.close();
  }
});
