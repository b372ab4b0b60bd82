import { expect, onTestFinished, test } from 'vitest';
import { type Scene, scene } from './account.ts';
import { asked, BRANDS, kept, NOVEMBER, opened } from './report-scene.ts';

test('a report by month has a typed table of its own, its costs one beside it', async () => {
  const { account, sync } = await opened({ brands: BRANDS }, [
    'report_brands',
    'report_brands_costs',
  ]);
  expect(await sync()).toEqual({});
  const sales = BRANDS.metrics.slice(0, 2);
  expect(
    await kept(account, 'report_brands', [
      'location_number',
      'item_custom_class_code',
      'net_sales',
      'net_qty_sold',
    ]),
  ).toEqual(await asked(account, sales, BRANDS.groups, NOVEMBER));
  expect(
    await kept(account, 'report_brands_costs', [
      'location_number',
      'item_custom_class_code',
      'net_margin',
    ]),
  ).toEqual(await asked(account, ['location_sales.net_margin'], BRANDS.groups, NOVEMBER));
  const types = await account.query<{ name: string; type: string }>(
    `select column_name as name, data_type as type from information_schema.columns
     where table_schema = current_schema and table_name = 'report_brands' and column_name !~ '^_'`,
  );
  expect(Object.fromEntries(types.map(({ name, type }) => [name, type]))).toEqual({
    month: 'date',
    location_number: 'text',
    item_custom_class_code: 'text',
    net_sales: 'numeric',
    net_qty_sold: 'numeric',
  });
});

test('dates, numbers and names of a calendar are columns of their kind', async () => {
  const hours = {
    metrics: ['source_sales.transaction_count', 'source_sales.net_qty_sold'],
    groups: ['date.date', 'time.hour', 'date.month_of_year', 'date.day_of_week_name'],
    by: 'month',
  };
  const { account, sync } = await opened({ hours }, ['report_hours']);
  expect(await sync()).toEqual({});
  const columns = ['date', 'hour', 'month_of_year', 'day_of_week_name'];
  const rows = await kept(account, 'report_hours', [
    ...columns,
    'transaction_count',
    'net_qty_sold',
  ]);
  expect(rows.length).toBeGreaterThan(100);
  expect(rows).toEqual(await asked(account, hours.metrics, hours.groups, NOVEMBER));
});

test('not set and empty stay two groups', async () => {
  const stock = {
    metrics: ['ending_inventory.qty_on_hand', 'beginning_inventory.qty_on_hand'],
    groups: ['item.custom@class_code'],
    by: 'day',
    from: '2026-11-19',
  };
  const { account, sync } = await opened({ stock }, ['report_stock']);
  expect(await sync()).toEqual({});
  for (const day of ['2026-11-19', '2026-11-20']) {
    const rows = await kept(
      account,
      'report_stock',
      ['item_custom_class_code', 'ending_inventory_qty_on_hand', 'beginning_inventory_qty_on_hand'],
      day,
    );
    expect(rows).toEqual(
      await asked(account, stock.metrics, stock.groups, [
        ['start_date', day],
        ['end_date', day],
      ]),
    );
    expect(rows.filter(row => /^(\(none\))?\|/.test(row))).toHaveLength(2);
  }
});

test('a value too long for a key stays a group of its own, and every figure comes in', async () => {
  const stock = {
    metrics: ['ending_inventory.qty_on_hand'],
    groups: ['item.custom@class_code', 'location.name'],
    by: 'day',
    from: '2026-11-20',
    subtotals: true,
  };
  const { account, sync } = await opened({ stock }, ['report_stock']);
  const { ledger } = account.heartland;
  // No two the same, so that nothing makes them shorter; they differ at the end alone.
  const long = Array.from({ length: 4000 }, (_, n) => String.fromCodePoint(0x4e00 + n)).join('');
  for (const [n, end] of ['a', 'b'].entries()) {
    const { id, custom } = ledger.items[n]!;
    ledger.changeItem(id, { custom: { ...custom, class_code: `${long}${end}` } });
  }
  for (const _ of ['first', 'again']) expect(await sync()).toEqual({});
  const day = [['end_date', '2026-11-20']] as const;
  const all = await asked(account, stock.metrics, stock.groups, day);
  const rows = (await account.rows('report_stock')).filter(
    row => row.business_date === '2026-11-20',
  );
  expect(rows).toHaveLength(all.length);
  const sum = (figures: readonly string[]) =>
    figures.reduce((total, figure) => total + Number(figure.split('#').at(-1)), 0);
  expect(sum(rows.map(row => String(row.qty_on_hand)))).toBeCloseTo(sum(all), 6);
  const shortened = rows
    .map(row => String(row.item_custom_class_code))
    .filter(code => code.startsWith(long.slice(0, 20)));
  expect(new Set(shortened).size).toBe(2);
});

test.each([
  ['in a table that holds them already', true],
  ['in a new table', false],
])(
  'a value that is really called (none), beside items without one, %s: the run says what to change',
  async (_, isThere) => {
    const stock = {
      metrics: ['ending_inventory.qty_on_hand'],
      groups: ['item.custom@class_code'],
      by: 'day',
      from: '2026-11-20',
    };
    const { account, sync } = await opened({ stock }, ['report_stock']);
    if (isThere) expect(await sync()).toEqual({});
    const before = isThere ? await account.rows('report_stock') : [];
    const { ledger } = account.heartland;
    const item = ledger.items.find(({ custom }) => custom.class_code === '110')!;
    ledger.changeItem(item.id, { custom: { ...item.custom, class_code: '(none)' } });
    expect((await sync()).report_stock).toMatch(
      /^CAME_TWICE: .*report_stock.*found .*\(none\).*if it persists, a value in Heartland is called \(none\).*another name/,
    );
    expect(await account.rows('report_stock')).toEqual(before);
  },
);

test('without the permission for costs the sales survive, and the gap is in the run', async () => {
  const { account, sync } = await opened(
    { brands: BRANDS },
    ['report_brands', 'report_brands_costs'],
    { heartland: { max_retries: 0 } },
  );
  account.heartland.withhold('item.view_cost');
  const failures = await sync();
  expect(Object.keys(failures)).toEqual(['report_brands_costs']);
  expect(failures.report_brands_costs).toMatch(
    /does not give the costs in report_brands_costs \(500 .*View item cost and margin information \(item\.view_cost\)\. Give it to the user’s role.*leave those metrics out of the report/,
  );
  expect((await account.rows('report_brands')).length).toBeGreaterThan(10);
  const [record] = await account.query<{ status: string }>(
    `select status from _run_streams where stream = 'report_brands_costs'`,
  );
  expect(record?.status).not.toBe('complete');
});

test('a report that Heartland does not answer says so in its own words, and what to change', async () => {
  const times = { metrics: ['location_sales.sellthrough'], groups: ['time.hour'], by: 'month' };
  const { sync } = await opened({ times }, ['report_times']);
  expect((await sync()).report_times).toMatch(
    /Heartland does not answer what report_times asks \(400 .*cannot be grouped by time\.hour.*Change the metrics, groups or filters/,
  );
});

test('a ticket that is voided later changes its month at the next sync', async () => {
  const { account, sync } = await opened({ brands: BRANDS }, ['report_brands']);
  await sync();
  const before = await kept(account, 'report_brands', ['location_number', 'net_sales']);
  const ticket = account.heartland.ledger.tickets.find(
    each => each.status === 'complete' && each.totalCents > 0,
  );
  account.heartland.ledger.voidTicket(ticket!.id);
  expect(await sync()).toEqual({});
  expect(await kept(account, 'report_brands', ['location_number', 'net_sales'])).not.toEqual(
    before,
  );
  expect(
    await kept(account, 'report_brands', [
      'location_number',
      'item_custom_class_code',
      'net_sales',
    ]),
  ).toEqual(await asked(account, [BRANDS.metrics[0]!], BRANDS.groups, NOVEMBER));
});

test('filters on items, locations and sales narrow a report, by both names of the last', async () => {
  const report = {
    metrics: ['source_sales.net_sales'],
    groups: ['location.public_id', 'item.custom@brand'],
    by: 'month',
    filters: {
      item: { 'custom@brand': { $in: ['Acorn', 'Dune'] }, active: true },
      location: { id: { $in: ['100001', '100002'] } },
      sales: { type: 'Ticket' },
    },
  };
  const { account, sync } = await opened({ narrow: report }, ['report_narrow']);
  expect(await sync()).toEqual({});
  const rows = await kept(account, 'report_narrow', [
    'location_number',
    'item_custom_brand',
    'net_sales',
  ]);
  expect(rows.length).toBeGreaterThan(2);
  expect(rows).toEqual(
    await asked(account, report.metrics, report.groups, [
      ['item.filters', JSON.stringify(report.filters.item)],
      ['location.filters', JSON.stringify(report.filters.location)],
      ['sales.filters', '{"type":"Ticket"}'],
      ...NOVEMBER,
    ]),
  );
  const request = account.heartland.requests.find(({ path }) => path === 'reporting/analyzer');
  expect(request?.query.get('sale.filters')).toBe('{"type":"Ticket"}');
  expect(request?.query.get('sales.filters')).toBe('{"type":"Ticket"}');
});

test('a report that asks something else from now on is pulled again, settled days too', async () => {
  const sales = { metrics: ['source_sales.net_sales'], groups: ['location.public_id'], by: 'day' };
  const reports = (metrics: readonly string[], more: object = {}) => ({
    reports: { sales: { ...sales, metrics, ...more } },
    history: { from: '2026-11-01', restate_days: 1 },
  });
  const { account, sync } = await opened({}, ['report_sales'], reports(sales.metrics));
  await sync();
  const days = async (scene: Scene) =>
    (await scene.sync(['report_sales'])).results[0]!.records.map(({ slice }) => slice).toSorted();
  expect(await days(account)).toEqual(['2026-11-21', '2026-11-22']);

  const wider = await scene(reports([...sales.metrics, 'source_sales.net_qty_sold']), account);
  onTestFinished(() => wider.close());
  expect((await days(wider))[0]).toBe('2026-11-01');
  const missing = await wider.query('select from report_sales where net_qty_sold is null');
  expect(missing).toEqual([]);

  const regrouped = await scene(reports(sales.metrics, { groups: ['item.public_id'] }), account);
  onTestFinished(() => regrouped.close());
  await expect(regrouped.sync(['report_sales'])).rejects.toThrow(
    'The table report_sales was made for other groups than it has now: found "business_date, location_number", expected business_date, item_number. Give the report another name, or drop the table to have it made again: drop table report_sales.',
  );
});
