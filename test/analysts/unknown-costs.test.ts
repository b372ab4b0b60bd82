/** Costs that could not be pulled, and stock that could not: what the views say then is about what is known, and says so. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { backDate } from '../heartland/ledger/late.ts';
import { afterFile } from '../setup/after-file.ts';
import { smallAccount } from '../sync/small-account.ts';
import { type Account, AS_OF, syncedAccount } from './account.ts';
import { soldLines } from './oracle.ts';

const QUERIES = new URL('../../docs/queries.md', import.meta.url);
const LAST_DAYS = ['2026-11-19', '2026-11-20', AS_OF];

/** The first worked query of the page: how each store did last week. */
async function firstWorkedQuery(): Promise<string> {
  const page = await readFile(QUERIES, 'utf8');
  return /```sql\n([\s\S]*?)```/.exec(page)![1]!;
}

/** An account in which the costs of the last three days are not there. */
async function withoutLastCosts(): Promise<Account> {
  const account = await syncedAccount({ history: { from: '2026-11-10' } }, [
    ...['locations', 'vendors', 'items', 'sales_daily'],
  ]);
  afterFile(() => account.close());
  account.heartland.faults.add({
    kind: 'unauthorized',
    path: 'reporting/analyzer',
    query: query =>
      query.getAll('metrics[]').includes('location_sales.net_margin') &&
      LAST_DAYS.includes(query.get('start_date') ?? ''),
  });
  await account.sync(undefined, false, ['sales_margin_daily']).catch(() => {});
  return account;
}

/** Margin by location of these days, from the tickets. */
function marginOf(
  { heartland }: Account,
  location: string,
  days: (day: string) => boolean,
): string {
  const lines = soldLines(heartland.ledger, '2026-11-15').filter(
    line => line.location.name === location && days(line.day),
  );
  const net = lines.reduce((sum, { netCents }) => sum + netCents, 0);
  const cost = lines.reduce((sum, { costCents }) => sum + costCents, 0);
  return ((net - cost) / net).toFixed(3);
}

describe.concurrent('what is not known makes nothing wrong', () => {
  test('the first worked query divides the margin of the days whose costs are known by the sales of those days', async () => {
    const account = await withoutLastCosts();
    const rows = await account.query<{ location: string; margin: string }>(
      await firstWorkedQuery(),
    );
    expect(rows.length).toBeGreaterThan(1);
    for (const { location, margin } of rows)
      expect({ location, margin }).toEqual({
        location,
        margin: marginOf(account, location, day => !LAST_DAYS.includes(day)),
      });
    const [sums] = await account.query<{ all: string; known: string }>(
      'select sum(net_sales) as all, sum(net_sales_with_cost) as known from sales_by_day',
    );
    expect(Number(sums!.all)).toBeGreaterThan(Number(sums!.known));
  });

  test('a margin from before a day’s sales changed is not known until its pull has followed', async () => {
    const account = await smallAccount();
    const { ledger } = account.heartland;
    const [store] = ledger.locations;
    const item = ledger.items[30]!;
    const sold = () =>
      account.warehouse.query<{ cost: string | null }>(
        `select trim_scale(cost_of_sales)::text as cost from sales
         where business_date = '2026-11-13' and item_id = $1 and location_number = $2`,
        [item.id, store!.publicId],
      );
    const sell = () =>
      ledger.sell({
        locationId: store!.id,
        lines: [{ itemId: item.id, qty: 1, unitCostCents: 500 }],
      });
    const streams = ['locations', 'items', 'sales_daily', 'sales_margin_daily'];
    await account.sync(streams);
    sell();
    await account.sync(streams);
    expect(await sold()).toEqual([{ cost: '5' }]);
    backDate(ledger, sell().id, Date.parse('2026-11-13T20:00:00Z'));
    await account.sync(['sales_daily']);
    expect(await sold()).toEqual([{ cost: null }]);
    await account.sync(['sales_margin_daily']);
    expect(await sold()).toEqual([{ cost: '10' }]);
  });

  test('stock is as old as that of the location that was pulled longest ago', async () => {
    const account = await smallAccount();
    const { heartland, warehouse } = account;
    const [first, second] = heartland.ledger.locations;
    const asOf = async () => {
      const [row] = await warehouse.query<{ day: string }>(
        `select to_char(stock_as_of at time zone 'UTC', 'MM-DD') as day from data_as_of`,
      );
      return row!.day;
    };
    const streams = ['locations', 'inventory_values'];
    await account.sync(streams);
    expect(await asOf()).toBe('11-13');
    const broken = heartland.faults.add({
      kind: 'unauthorized',
      path: 'inventory/values',
      query: query => query.get('location_id') === String(second!.id),
    });
    await account.sync(streams);
    expect(await asOf()).toBe('11-13');
    const [own] = await warehouse.query<{ day: string }>(
      `select to_char(stock_as_of at time zone 'UTC', 'MM-DD') as day from data_as_of_by_location
       where location_id = $1`,
      [first!.id],
    );
    expect(own).toEqual({ day: '11-14' });
    broken.off();
    await account.sync(streams);
    expect(await asOf()).toBe('11-15');
  });
});
