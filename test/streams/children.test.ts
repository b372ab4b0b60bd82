import { lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sync } from '../../pipelines/sync.ts';
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
  expect(result!.failure?.message).toMatch(/^Heartland does not give the nowhere of tickets/);
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
      `select (select min(created_at)::date::text from tickets) as ticket,
              (select min(created_at)::date::text from sales_orders) as order`,
    );
    expect(first!.ticket).toBe('2026-11-15');
    expect(first!.order < '2026-11-15').toBe(true);
  } finally {
    await late.close();
  }
});
