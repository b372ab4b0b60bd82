import { expect, test } from 'vitest';
import { LEAST, messageOf, read } from '../configuration/file.ts';

const shop = (report: string) => `${LEAST}reports:\n  x: ${report}\n`;

test.each([
  [
    '{ metrics: [location_sales.netsales], by: day }',
    'tillstream.yaml:7 reports.x.metrics[0] found "location_sales.netsales", expected location_sales.net_sales.',
  ],
  [
    '{ metrics: [ending_inventory.qty_owned], groups: [customer.public_id], by: month }',
    'tillstream.yaml:7 reports.x.groups[0] found "customer.public_id", expected item.public_id, or another of item.*, location.*, vendor.*, which ending_inventory.qty_owned can be grouped by.',
  ],
  [
    '{ metrics: [current_inventory.qty_owned], by: day }',
    'tillstream.yaml:7 reports.x.metrics[0] found "current_inventory.qty_owned", expected ending_inventory.qty_owned, because current_inventory.qty_owned has only a current value.',
  ],
  [
    '{ metrics: [source_sales.net_sales], by: week }',
    'tillstream.yaml:7 reports.x.by found "week", expected one of day, month.',
  ],
  [
    '{ metrics: [source_sales.net_sales], groups: [customer.email], by: day }',
    'tillstream.yaml:7 reports.x.groups[0] found "customer.email", expected a group that is not personal data, or personal_data.customers: [email].',
  ],
  [
    '{ metrics: [source_sales.net_sales], by: day, filters: { item: { price: { gt: 5 } } } }',
    'expected a filter in Heartland’s filter language, as { "active": true }. The filter is wrong at price.gt: found "gt", expected $gt.',
  ],
  [
    '{ metrics: [source_sales.net_sales, source_sales.net_sales], by: day }',
    'tillstream.yaml:7 reports.x.metrics[1] found "source_sales.net_sales", expected each metric once.',
  ],
  [
    '{ metrics: [source_sales.net_sales], groups: [item.custom@a-b, item.custom@a_b], by: day }',
    'expected another group, because item.custom@a-b has the column item_custom_a_b too.',
  ],
])('an invalid report is reported before any request: %s', async (report, message) => {
  expect(await messageOf(shop(report))).toContain(message);
});

test('a report by customer is taken where that column of customers is turned on', async () => {
  const text = shop('{ metrics: [source_sales.net_sales], groups: [customer.email], by: day }');
  const { reports } = await read(`${text}personal_data: { customers: [email] }\n`);
  expect(reports.x?.groups).toEqual(['customer.email']);
});

test('a report has a name that its table can have', async () => {
  const text = `${LEAST}reports:\n  Sales: { metrics: [source_sales.net_sales], by: day }\n`;
  expect(await messageOf(text)).toContain(
    'a report under a short name of lower-case letters, digits and _',
  );
  expect(await messageOf(text.replace('Sales', 'x_costs'))).toContain('not ending in _costs');
});
