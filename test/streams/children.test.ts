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
