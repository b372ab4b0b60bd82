import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyzerProblems, checkAnalyzerRequest } from '../../sources/heartland/analyzer/check.ts';
import { METRICS } from '../../sources/heartland/analyzer/families.ts';
import { GROUP_NAMES, groupNamed } from '../../sources/heartland/analyzer/groups.ts';
import { catalogue } from '../../sources/heartland/streams/catalogue.ts';
import { ConfigurationError } from '../../transforms/errors.ts';
import { ask } from '../heartland/ask.ts';
import { type Heartland, startHeartland } from '../stand-ins/heartland/server.ts';

/** Heartland API, Reporting › Metrics. */
const SALES =
  'net_sales net_qty_sold net_markdowns net_margin net_margin_ratio gross_sales gross_qty_sold gross_returns gross_qty_returned transaction_count customer_count item_count';
const STOCK =
  'qty_owned cost_owned price_owned qty_on_po price_on_po qty_committed cost_committed price_committed qty_in_transit cost_in_transit price_in_transit qty_on_hand cost_on_hand price_on_hand qty_available cost_available price_available';
const DOCUMENTED: Readonly<Record<string, string>> = {
  source_sales: SALES,
  location_sales: `sellthrough inventory_turn ${SALES}`,
  beginning_inventory: STOCK,
  ending_inventory: STOCK,
  shipping: 'net_shipping_income',
  payment: 'payment_type_count credit_card_type_count payments_received refunds net_payments',
};
/** Heartland API, Reporting › Groups. */
const GROUPS =
  'item.public_id item.description item.custom@brand customer.public_id customer.first_name customer.last_name customer.email customer.custom@birthday location.public_id location.name date.date date.year date.month_of_year date.month_of_year_name date.week_of_year date.week_of_year_name date.day_of_week date.day_of_week_name time.time time.hour payment.type credit_card_payment.type'.split(
    ' ',
  );
/** Heartland API, Reporting › Metrics: “Supported groups”. */
const SUPPORTED: Readonly<Record<string, readonly string[]>> = {
  source_sales: ['item', 'location', 'customer', 'date', 'time'],
  location_sales: ['item', 'location', 'customer', 'date', 'time'],
  beginning_inventory: ['item', 'location'],
  ending_inventory: ['item', 'location'],
  shipping: ['location'],
  payment: ['location', 'payment', 'credit_card_payment'],
};
const DATES = { startDate: '2026-11-01', endDate: '2026-11-02' };
const dimensionOf = (group: string) => group.slice(0, group.indexOf('.'));

test.each(Object.entries(DOCUMENTED))(
  'every metric of %s is known, and no other',
  (family, names) => {
    const documented = names.split(' ').map(name => `${family}.${name}`);
    const known = [...METRICS.values()].filter(
      metric => metric.family.name === family && !metric.isUndocumented,
    );
    expect(known.map(({ name }) => name).sort()).toEqual(documented.sort());
  },
);

test('every group is known', () => {
  expect(GROUPS.filter(name => groupNamed(name) === undefined)).toEqual([]);
  expect(GROUP_NAMES.filter(name => groupNamed(name) === undefined)).toEqual([]);
  for (const name of ['item.custom@', 'item.colour', 'location', '', 'constructor.name'])
    expect(groupNamed(name)).toBeUndefined();
});

test('a pair is valid where the documentation supports it, and nowhere else', () => {
  for (const [name, { family }] of METRICS) {
    if (family.isOfNow) continue;
    for (const group of GROUPS) {
      const isRight = analyzerProblems({ metrics: [name], groups: [group], ...DATES }).length === 0;
      expect(isRight, `${name} by ${group}`).toBe(
        SUPPORTED[family.name]!.includes(dimensionOf(group)),
      );
    }
  }
});

test('every stream of the catalogue asks the analyzer what is right', () => {
  const reports = catalogue.filter(({ path }) => path === 'reporting/analyzer');
  expect(reports.length).toBeGreaterThan(5);
  for (const { name, walk } of reports) {
    const query = walk.kind === 'by_page' ? walk.query('2026-11-01') : [];
    const valuesOf = (key: string) => query.filter(([each]) => each === key).map(([, v]) => v);
    const asked = {
      metrics: valuesOf('metrics[]'),
      groups: valuesOf('groups[]'),
      startDate: valuesOf('start_date')[0],
      endDate: valuesOf('end_date')[0],
    };
    expect(analyzerProblems(asked), name).toEqual([]);
  }
});

describe('what is refused here, Heartland refuses too', () => {
  let heartland: Heartland;
  beforeAll(async () => {
    heartland = await startHeartland({ asOf: '2026-11-05', months: 0 });
  });
  afterAll(() => heartland.close());

  test.each(Object.entries(DOCUMENTED))('%s', async (family, names) => {
    const metric = `${family}.${names.split(' ').at(-1)}`;
    for (const group of GROUPS.filter(each => dimensionOf(each) !== 'credit_card_payment')) {
      const { status } = await ask(heartland, 'reporting/analyzer', [
        ['metrics[]', metric],
        ['groups[]', group],
        ['start_date', DATES.startDate],
        ['end_date', DATES.endDate],
      ]);
      const isRight =
        analyzerProblems({ metrics: [metric], groups: [group], ...DATES }).length === 0;
      expect(status, `${metric} by ${group}`).toBe(isRight ? 200 : 400);
    }
  });
});

test.each([
  [
    { metrics: ['beginning_inventory.qty_owned'] },
    'beginning_inventory.qty_owned needs start_date',
  ],
  [{ metrics: ['ending_inventory.qty_owned'] }, 'ending_inventory.qty_owned needs end_date'],
  [{ metrics: ['location_sales.sellthrough'] }, 'location_sales.sellthrough needs end_date'],
  [
    { metrics: ['location_sales.inventory_turn'] },
    'location_sales.inventory_turn needs start_date',
  ],
])('%j needs its dates', (asked, message) => {
  expect(() => checkAnalyzerRequest(asked)).toThrow(message);
  expect(() => checkAnalyzerRequest({ ...asked, ...DATES })).not.toThrow();
});

test.each([
  [
    { metrics: ['location_sales.netsales'] },
    'A report asks for a metric that Heartland does not have: found "location_sales.netsales", expected location_sales.net_sales.',
  ],
  [
    { metrics: ['source_sales.net_sales'], groups: ['location.publicid'] },
    'found "location.publicid", expected location.public_id.',
  ],
  [
    {
      metrics: ['source_sales.net_sales', 'ending_inventory.qty_owned'],
      groups: ['customer.public_id'],
    },
    'ending_inventory.qty_owned cannot be grouped by customer.public_id: found "customer.public_id", expected item.public_id, or another of item.*, location.*, vendor.*, which ending_inventory.qty_owned can be grouped by.',
  ],
  [
    { metrics: ['shipping.net_shipping_income'], groups: ['date.date'] },
    'shipping.net_shipping_income cannot be grouped by date.date',
  ],
])('%j is explained before it is asked', (asked, message) => {
  expect(() => checkAnalyzerRequest({ ...asked, ...DATES })).toThrow(ConfigurationError);
  expect(() => checkAnalyzerRequest({ ...asked, ...DATES })).toThrow(message);
});
