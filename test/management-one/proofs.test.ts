import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answersOf } from '../../pipelines/management-one/answers.ts';
import { proveMonth } from '../../pipelines/management-one/make.ts';
import { refresh } from '../../pipelines/management-one/refresh.ts';
import { listExports } from '../../sinks/postgres/exports.ts';
import { fileCheck } from '../../transforms/management-one/checks/file.ts';
import { type ClassFigures, FIGURES } from '../../transforms/management-one/figures.ts';
import { lineRounder, WrittenSums } from '../../transforms/management-one/file.ts';
import { sumExact } from '../../transforms/management-one/sum.ts';
import { parseMonth } from '../../transforms/month.ts';
import { LENIENT, retailer } from './month.ts';

const STRICT = { ...LENIENT, unexplained_limit: { units: 0, cost: 0 } };

test('every proof has a name, a figure and a verdict', async () => {
  const { run } = await retailer({ section: STRICT });
  const { checks } = await run({ dryRun: true });
  expect(checks.map(({ name }) => name)).toEqual([
    ...[
      ...['begin units agree', 'begin cost agrees', 'begin retail agrees', 'units sold agree'],
      ...['net sales agree', 'cost of sales agrees', 'markdowns agree', 'end units agree'],
      ...['end cost agrees', 'end retail agrees', 'units on order agree', 'retail on order agrees'],
    ].map(claim => `${claim} with Heartland`),
    'open orders sum to their own totals',
    'stock is valued at the items’ prices',
    'roll-forward of units',
    'roll-forward of cost',
    'begin and every inventory transaction make end',
    'everything was pulled whole',
    'nothing in quarantine',
    'the file can be written',
    'the file adds up',
    'left out of the file',
    'the month has figures',
  ]);
  for (const { name, figure, detail } of checks) {
    expect(figure, name).not.toBe('');
    expect(detail, name).not.toBe('');
  }
});

test('whatever happened in the account, every check holds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seed: fc.integer({ min: 2, max: 1_000_000 }),
        asOf: fc.constantFrom('2026-04-09', '2026-11-21', '2027-01-20'),
        sales: fc.constantFrom('location_sales', 'source_sales'),
      }),
      async ({ seed, asOf, sales }) => {
        const { run } = await retailer({
          account: { seed, asOf, months: 2 },
          section: { ...STRICT, sales, problems: { ...LENIENT.problems } },
          now: new Date(`${asOf}T18:00:00Z`),
        });
        const month = new Date(Date.parse(`${asOf.slice(0, 7)}-01`) - 86_400_000)
          .toISOString()
          .slice(0, 7);
        const { checks } = await run({ month, dryRun: true });
        expect(checks.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
      },
    ),
    { numRuns: 4 },
  );
}, 300_000);

const IN_OCTOBER = "between '2026-10-03' and '2026-10-26'";
const DONE = `(select id from receipts where status = 'complete' and created_at ${IN_OCTOBER})`;
const SHIPPED = `(select id from transfers where shipped_at ${IN_OCTOBER})`;
const ARRIVED = `(select id from transfers where received_at ${IN_OCTOBER})`;
const OPEN =
  "(select id from purchase_orders where status = 'open' and receive_at_location_id is not null)";
const ENDS = "as_of_date in ('2026-09-30', '2026-10-31')";
const COUNTED = `(select id from adjustment_sets where status = 'complete' and created_at ${IN_OCTOBER})`;
const SENT_BACK = `(select id from purchase_returns where status = 'complete' and created_at ${IN_OCTOBER})`;

/** Every figure the month is computed from: table, column, and which of its rows are in it. */
const FIGURES_OF_THE_MONTH = [
  ['sales_daily', 'net_sales', `business_date ${IN_OCTOBER}`],
  ['sales_daily', 'net_qty_sold', `business_date ${IN_OCTOBER}`],
  ['sales_daily', 'net_markdowns', `business_date ${IN_OCTOBER}`],
  ['sales_margin_daily', 'net_margin', `business_date ${IN_OCTOBER}`],
  ['inventory_daily', 'qty_on_hand', ENDS],
  ['inventory_daily', 'price_on_hand', ENDS],
  ['inventory_cost_daily', 'cost_on_hand', ENDS],
  ['receipt_lines', 'qty', `receipt_id in ${DONE} and unit_cost > 0`],
  ['receipt_lines', 'unit_cost', `receipt_id in ${DONE} and qty >= 1`],
  ['purchase_return_lines', 'qty', `return_id in ${SENT_BACK}`],
  ['purchase_return_lines', 'unit_cost', `return_id in ${SENT_BACK} and qty >= 1`],
  ['transfer_lines', 'qty_shipped', `transfer_id in ${SHIPPED}`],
  ['transfer_lines', 'qty_received', `transfer_id in ${ARRIVED}`],
  ['transfer_lines', 'unit_cost', `transfer_id in ${SHIPPED} and qty_shipped >= 1`],
  ['adjustment_set_lines', 'qty', `adjustment_set_id in ${COUNTED}`],
  ['adjustment_set_lines', 'unit_cost', `adjustment_set_id in ${COUNTED} and abs(qty) >= 1`],
  ['inventory_transactions', 'delta_qty', `created_at ${IN_OCTOBER} and delta_qty <> 0`],
  ['purchase_order_lines', 'qty', `order_id in ${OPEN} and qty > qty_received`],
  ['purchase_order_lines', 'qty_received', `order_id in ${OPEN} and qty > qty_received + 2`],
  ['purchase_order_lines', 'unit_cost', `order_id in ${OPEN} and qty >= qty_received + 1`],
] as const;

test('any single figure that is wrong in the warehouse is caught by a check', async () => {
  const { fresh, folder } = await retailer({ section: STRICT });
  const { work } = fresh;
  const settings = work.configuration.management_one!;
  const month = parseMonth('2026-10');
  const { signal } = new AbortController();
  await refresh(work, settings, month, signal);
  const answers = answersOf(work, settings, month, signal);
  const failed = async () => {
    const toMake = { month, folder: join(folder, 'spool'), withPreview: false };
    const { checks, isHeld } = await proveMonth(work, settings, toMake, answers, signal);
    const names = checks.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name);
    expect(isHeld).toBe(names.length > 0);
    return names;
  };
  expect(await failed()).toEqual([]);

  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...FIGURES_OF_THE_MONTH),
      fc.nat(),
      fc.constantFrom('0.25', '-0.25', '1', '-1', '100'),
      async ([table, column, where], pick, by) => {
        const rows = await work.warehouse.query<{ at: string }>(
          `select ctid::text as at from ${table} where ${where} order by ctid`,
        );
        expect(rows.length, `${table}: ${where}`).toBeGreaterThan(0);
        const change = async (sign: 1 | -1) =>
          (
            await work.warehouse.query<{ at: string }>(
              `update ${table} set ${column} = ${column} + $1::numeric * $2 where ctid = $3::tid returning ctid::text as at`,
              [by, sign, rows[pick % rows.length]!.at],
            )
          )[0]!.at;
        rows[pick % rows.length]!.at = await change(1);
        const names = await failed();
        await change(-1);
        expect(names.length, `${table}.${column} changed by ${by}`).toBeGreaterThan(0);
      },
    ),
    { numRuns: 60 },
  );
}, 300_000);

test('an item that is put under another class behind our back is caught', async () => {
  const { fresh, folder } = await retailer({ section: STRICT });
  const { work } = fresh;
  const settings = work.configuration.management_one!;
  const month = parseMonth('2026-10');
  const { signal } = new AbortController();
  await refresh(work, settings, month, signal);
  const answers = answersOf(work, settings, month, signal);
  await work.warehouse.query(
    `update items set custom = custom || '{"class_code": "180"}' where public_id = 'SKU-00040'`,
  );
  const toMake = { month, folder: join(folder, 'spool'), withPreview: false };
  const { checks } = await proveMonth(work, settings, toMake, answers, signal);
  const failed = checks.find(({ name }) => name === 'end units agree with Heartland');
  expect(failed?.verdict).toBe('failed');
  // The location's own sum is right; it is the classes that are not.
  expect(failed?.detail).toMatch(/^location 1 class \w+ /);
});

test('any single cell of the file that is off by a cent is caught, whatever its decimals', () => {
  const amount = fc.integer({ min: -9_999_999, max: 9_999_999 }).map(n => `${n}e-3`);
  const rows = fc.array(
    fc.record({
      location: fc.constantFrom('1', '2', '3'),
      classCode: fc.string({ minLength: 1 }),
      figures: fc
        .array(amount, { minLength: FIGURES.length, maxLength: FIGURES.length })
        .map(values => Object.fromEntries(FIGURES.map((name, n) => [name, values[n]!]))),
    }),
    { minLength: 1, maxLength: 12 },
  );
  const style = {
    money_decimals: 2,
    units_decimals: 'as_needed',
    negate: [],
    negative: 'minus',
  } as const;
  const round = lineRounder(style);
  const writtenSums = (all: readonly ClassFigures[]) => {
    const sums = new WrittenSums(style);
    for (const { location, classCode, figures } of all) {
      sums.add(round([location, classCode, ...FIGURES.map(name => figures[name]!)]));
    }
    return sums.figures();
  };
  fc.assert(
    fc.property(rows, fc.nat(), fc.constantFrom(...FIGURES), (all, pick, column) => {
      const due = writtenSums(all);
      const check = (rows: readonly ClassFigures[]) =>
        fileCheck(rows.length, writtenSums(rows), due, due).verdict;
      expect(check(all)).toBe('ok');
      const wrong = all.map((row, n) =>
        n === pick % all.length
          ? {
              ...row,
              figures: { ...row.figures, [column]: sumExact([row.figures[column]!, '0.01'], 3) },
            }
          : row,
      );
      expect(check(wrong)).toBe('failed');
      expect(check(all.slice(1)) === 'ok').toBe(
        FIGURES.every(name => Number(writtenSums(all.slice(0, 1))[name]) === 0),
      );
    }),
  );
});

test('a row of the month in quarantine holds it', async () => {
  const { run, heartland } = await retailer({ section: STRICT });
  heartland.faults.add({
    kind: 'transform',
    path: 'purchasing/returns',
    body: body => {
      const answer = body as { readonly results?: readonly { readonly [key: string]: string }[] };
      if (!answer.results?.[0]?.id) return body;
      const [first, ...rest] = answer.results;
      return { ...answer, results: [{ ...first, created_at: 'some day' }, ...rest] };
    },
  });
  await expect(run()).rejects.toMatchObject({
    code: 'MONTH_HELD',
    message: expect.stringContaining('nothing in quarantine failed'),
  });
});

test('rows that do not say what they are about hold the month too, until they could be read', async () => {
  const { run, heartland, fresh } = await retailer({ section: STRICT });
  const garbled = (path: string, query: (query: URLSearchParams) => boolean) =>
    heartland.faults.add({
      kind: 'transform',
      path,
      query,
      times: 1,
      body: body => ({ ...(body as object), results: [null, ...rowsOf(body).slice(1)] }),
    });
  const rowsOf = (body: unknown) => (body as { readonly results: readonly never[] }).results;
  garbled('purchasing/receipts', query => query.get('per_page') !== '1');
  garbled(
    'reporting/analyzer',
    query => query.get('start_date') === '2026-10-17' && query.get('end_date') === '2026-10-17',
  );
  await expect(run()).rejects.toMatchObject({
    code: 'MONTH_HELD',
    message: expect.stringMatching(/nothing in quarantine failed/),
  });
  const [held] = await listExports(fresh.work.warehouse, 'management_one');
  expect(held!.checks.find(({ name }) => name === 'nothing in quarantine')).toMatchObject({
    figure: '2',
    detail: expect.stringMatching(/1 of receipts .*1 of sales_\w+ .*tillstream quarantine list/),
  });
});
