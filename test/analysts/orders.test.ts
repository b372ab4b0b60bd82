import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, syncedAccount } from './account.ts';
import { added, classOf, dollars, held, openLines, soldLines } from './oracle.ts';

let account: Account;

beforeAll(async () => {
  account = await syncedAccount();
});
afterAll(() => account.close());

const ledger = () => account.heartland.ledger;
const vendorOf = (id: number | null) => ledger().vendors.find(vendor => vendor.id === id);

test('open orders are those that are open, never pending, by the month of their end-ship date', async () => {
  const rows = await account.query<Record<string, string>>(
    `select delivery_month || '/' || coalesce(location_number, 'none') || '/' || vendor_number || '/'
              || coalesce(class_code, 'none') as key,
            trim_scale(open_qty) as qty, open_cost as cost, round(coalesce(open_retail, 0), 2) as retail
     from open_orders_by_month`,
  );
  const lines = openLines(ledger());
  const by = ({ order, item }: (typeof lines)[number]) => {
    const month = `${new Date(order.endsShippingOn * 86_400_000).toISOString().slice(0, 7)}-01`;
    const place = ledger().locations.find(each => each.id === order.locationId)?.publicId ?? 'none';
    return `${month}/${place}/${vendorOf(order.vendorId)!.publicId}/${classOf(item) ?? 'none'}`;
  };
  const qty = added(lines, by, each => each.qty);
  const cost = added(lines, by, each => each.qty * each.line.unitCostCents);
  const retail = added(lines, by, each => each.qty * (each.item.priceCents ?? 0));
  expect(ledger().orders.some(order => order.status === 'pending')).toBe(true);
  expect([...qty.keys()].some(key => key.includes('/none/'))).toBe(true);
  expect(Object.fromEntries(rows.map(({ key, ...row }) => [key, row]))).toEqual(
    Object.fromEntries(
      [...qty].map(([key, units]) => [
        key,
        { qty: String(units), cost: dollars(cost.get(key)!), retail: dollars(retail.get(key)!) },
      ]),
    ),
  );
});

describe('open-to-buy', () => {
  test('has no figure where there is neither a plan nor a year before', async () => {
    const [row] = await account.query<{ planned: string; rows: string }>(
      'select count(open_to_buy) as planned, count(*) as rows from open_to_buy',
    );
    expect(row!.planned).toBe('0');
    expect(Number(row!.rows)).toBeGreaterThan(20);
  });

  test('is the planned end, sales and markdowns less the opening stock and what is on order', async () => {
    await account.query(
      `insert into open_to_buy_plan values
         ('2026-11-01', '110', 3000, 200, 4000), ('2026-12-01', '110', 5000, 400, 3500),
         ('2027-01-01', '110', 1500, 300, 3000)`,
    );
    const rows = await account.query<{ month: string; otb: string; basis: string }>(
      `select month::text, basis, round(open_to_buy, 2) as otb from open_to_buy where class_code = '110' order by month`,
    );
    const is110 = (each: { item: Parameters<typeof classOf>[0] }) => classOf(each.item) === '110';
    const retailCents = held(ledger())
      .filter(is110)
      .reduce((sum, each) => sum + each.onHand * (each.item.priceCents ?? 0), 0);
    const november = soldLines(ledger(), '2026-11-01').filter(is110);
    const soldCents = november.reduce((sum, line) => sum + line.netCents, 0);
    const markedCents = november.reduce((sum, line) => sum + line.markdownCents, 0);
    const onOrder = (isIn: (month: string) => boolean) =>
      openLines(ledger())
        .filter(is110)
        .filter(({ order }) =>
          isIn(new Date(order.endsShippingOn * 86_400_000).toISOString().slice(0, 7)),
        )
        .reduce((sum, each) => sum + each.qty * (each.item.priceCents ?? 0), 0);
    expect(rows).toEqual([
      {
        month: '2026-11-01',
        basis: 'plan',
        otb: dollars(
          400_000 +
            Math.max(300_000 - soldCents, 0) +
            Math.max(20_000 - markedCents, 0) -
            retailCents -
            onOrder(month => month <= '2026-11'),
        ),
      },
      {
        month: '2026-12-01',
        basis: 'plan',
        otb: dollars(350_000 + 500_000 + 40_000 - 400_000 - onOrder(month => month === '2026-12')),
      },
      {
        month: '2027-01-01',
        basis: 'plan',
        otb: dollars(300_000 + 150_000 + 30_000 - 350_000 - onOrder(month => month === '2027-01')),
      },
    ]);
  });

  test('what is on order of items that are not known any more is in it, under no class', async () => {
    const open = await account.work.warehouse.begin();
    const { client } = open;
    try {
      await client.query('update items set _deleted_at = now()');
      const { rows } = await client.query(
        `select (select sum(on_order_cost) from open_to_buy)::text as here,
                (select round(sum(open_cost), 2) from open_order_lines)::text as "onOrders"`,
      );
      expect(Number(rows[0].here)).toBeGreaterThan(0);
      expect(rows[0].here).toBe(rows[0].onOrders);
    } finally {
      await open.rollBack();
    }
  });

  test('where nothing is planned, the same month a year earlier stands in and the stock is to stay', async () => {
    await account.query('delete from open_to_buy_plan');
    const open = await account.work.warehouse.begin();
    const { client } = open;
    try {
      await client.query(
        `insert into sales_daily (business_date, location_number, item_number, net_sales, net_markdowns, _run_id)
         select date '2025-12-10', '1', item_number, 700, 50, 1 from item_master where class_code = '110' limit 1`,
      );
      await client.query(
        `insert into sales_daily (business_date, location_number, item_number, net_sales, _run_id)
         values ('2025-11-30', '1', 'SKU-00001', 1, 1)`,
      );
      const { rows } = await client.query(
        `select month::text, basis, planned_sales::text, round(open_to_buy + on_order_retail, 2)::text as before_orders
         from open_to_buy where class_code = '110' order by month`,
      );
      expect(rows).toEqual([
        { month: '2026-11-01', basis: null, planned_sales: null, before_orders: null },
        {
          month: '2026-12-01',
          basis: 'last_year',
          planned_sales: '700.00',
          before_orders: '750.00',
        },
        { month: '2027-01-01', basis: null, planned_sales: null, before_orders: null },
      ]);
    } finally {
      await open.rollBack();
    }
  });
});
