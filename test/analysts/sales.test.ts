import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, syncedAccount } from './account.ts';
import { classOf, dollars, soldLines, summed } from './oracle.ts';

const FROM = '2026-08-01';
let account: Account;

beforeAll(async () => {
  account = await syncedAccount();
});
afterAll(() => account.close());

const ledger = () => account.heartland.ledger;
const vendorOf = (id: number | null) => ledger().vendors.find(vendor => vendor.id === id);

describe('sales', () => {
  const figures = `trim_scale(net_qty_sold) as qty, round(gross_sales, 2) as gross, round(net_markdowns, 2) as markdowns,
    round(gross_returns, 2) as returns, round(net_sales, 2) as net, cost_of_sales as cost, net_margin as margin`;

  test.each([
    ['sales_by_day', `''`, () => ''],
    ['sales_by_location', 'location_number', line => line.location.publicId],
    [
      'sales_by_class',
      `location_number || '/' || coalesce(class_code, 'none')`,
      line => `${line.location.publicId}/${classOf(line.item) ?? 'none'}`,
    ],
    [
      'sales_by_vendor',
      `location_number || '/' || coalesce(vendor_number, 'none')`,
      line =>
        `${line.location.publicId}/${vendorOf(line.item.primaryVendorId)?.publicId ?? 'none'}`,
    ],
  ] as [string, string, (line: ReturnType<typeof soldLines>[number]) => string][])(
    '%s are the tickets added up, to the cent, every day',
    async (view, key, keyOf) => {
      const rows = await account.query<Record<string, string>>(
        `select business_date || '/' || ${key} as key, ${figures} from ${view}`,
      );
      const expected = summed(soldLines(ledger(), FROM), line => `${line.day}/${keyOf(line)}`);
      expect(rows.length).toBeGreaterThan(100);
      expect(Object.fromEntries(rows.map(({ key, ...row }) => [key, row]))).toEqual(
        Object.fromEntries(
          [...expected].map(([key, sum]) => [
            key,
            {
              qty: String(sum.qty),
              gross: dollars(sum.grossCents),
              markdowns: dollars(sum.markdownCents),
              returns: dollars(sum.returnsCents),
              net: dollars(sum.netCents),
              cost: dollars(sum.costCents),
              margin: dollars(sum.netCents - sum.costCents),
            },
          ]),
        ),
      );
    },
  );

  test('a margin that is not known anywhere in a sum leaves the sum without one, never too small', async () => {
    const one = `(select business_date, location_number, item_number from sales_margin_daily limit 1)`;
    const [day] = await account.query<{ margin: string | null }>(
      `with gone as (select business_date from sales_margin_daily limit 1)
       select net_margin as margin from sales_by_day join gone using (business_date)`,
    );
    expect(day!.margin).not.toBeNull();
    const open = await account.work.warehouse.begin();
    const { client } = open;
    try {
      const { rows } = await client.query(
        `delete from sales_margin_daily where (business_date, location_number, item_number) = ${one}
         returning business_date::text as day`,
      );
      const after = await client.query(
        'select net_margin, net_sales from sales_by_day where business_date = $1',
        [rows[0].day],
      );
      expect(after.rows[0].net_margin).toBeNull();
      expect(after.rows[0].net_sales).not.toBeNull();
    } finally {
      await open.rollBack();
    }
  });
});

test('no figure of a view is a float', async () => {
  const floats = await account.query(
    `select table_name, column_name from information_schema.columns
     where table_schema = $1 and data_type in ('real', 'double precision')`,
    [account.merchant],
  );
  expect(floats).toEqual([]);
});
