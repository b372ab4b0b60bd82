import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { managementOneOutcome } from '../../app/cli/commands/management-one.ts';
import type { ManagementOneResult } from '../../pipelines/exports/management-one/result.ts';
import { MonthHeldError } from '../../pipelines/exports/management-one/result.ts';
import { countIssues } from '../../transforms/findings.ts';
import { decideClass } from '../../transforms/management-one/classes.ts';
import { failureText } from '../../transforms/management-one/message/failure.ts';
import { unmappedItemProblem } from '../../transforms/management-one/problems.ts';
import { LENIENT, LIST, parseFile, type Retailer, retailer } from './month.ts';
import { countMonth } from './oracle.ts';

const NOTHING = {
  begin_units: '0',
  end_units: '0',
  end_cost: '0',
  end_retail: '0',
  received_units: '0',
  received_cost: '0',
  sold_units: '0',
  net_sales: '0',
  on_order_units: '0',
  on_order_cost: '0',
};
const HOLD = { no_class_code: 'hold', unknown_class_code: 'hold' } as const;

test.each([
  [
    '',
    'no_class_code',
    'Set custom@class_code of item A1 in Heartland to a class code on the list.',
  ],
  [
    '115',
    'unknown_class_code',
    'Ask Management One to add "115" and put it under class_codes, or correct custom@class_code of item A1 in Heartland.',
  ],
  [
    '0110',
    'unknown_class_code',
    'Change custom@class_code of item A1 in Heartland, perhaps to "110", or have Management One add "0110" and put it under class_codes.',
  ],
  [
    'uncl',
    'class_code_spelling',
    'Write custom@class_code of item A1 in Heartland as "UNCL"; it is "uncl" now.',
  ],
  [
    ' 110',
    'class_code_spelling',
    'Write custom@class_code of item A1 in Heartland as "110"; it is " 110" now.',
  ],
  [
    '11|0',
    'class_code_characters',
    'Change custom@class_code of item A1 in Heartland, perhaps to "110": "11|0" has characters that Management One does not accept.',
  ],
  [
    'A'.repeat(21),
    'class_code_too_long',
    `Change custom@class_code of item A1 in Heartland: "${'A'.repeat(21)}" is longer than 20 characters.`,
  ],
])('class code %j is listed as %s, with the fix', (code, kind, fix) => {
  const decision = decideClass(code, {
    class_codes: ['110', 'UNCL'],
    unclassified_code: 'UNCL',
    problems: HOLD,
  });
  expect(decision.into).toBeUndefined();
  const problem = unmappedItemProblem(
    { ...NOTHING, item: 'A1', description: 'Hat', location: '2', code, sold_units: '3.0' },
    decision,
    'custom@class_code',
  );
  expect(problem).toEqual({
    kind,
    treatment: 'held',
    itemNumber: 'A1',
    description: 'Hat',
    locationNumber: '2',
    found: code === '' ? undefined : code,
    atStake: { sold_units: '3' },
    fix,
  });
});

test('each kind of problem can have its own policy', () => {
  const rules = (problems: Parameters<typeof decideClass>[1]['problems']) => ({
    class_codes: ['110', 'UNCL'],
    unclassified_code: 'UNCL',
    problems,
  });
  const into = (code: string, problems: Parameters<typeof rules>[0]) =>
    decideClass(code, rules(problems)).into;
  expect(into('', { ...HOLD, no_class_code: 'unclassified' })).toBe('UNCL');
  expect(into('999', { ...HOLD, unknown_class_code: 'leave_out' })).toBeUndefined();
  expect(into('uncl ', { ...HOLD, class_code_spelling: 'as_listed' })).toBe('UNCL');
  expect(into('110 ', { ...HOLD, unknown_class_code: 'unclassified' })).toBe('UNCL');
  expect(into('1|1', { ...HOLD, class_code_characters: 'unclassified' })).toBe('UNCL');
  expect(into('1|1', { ...HOLD, class_code_spelling: 'unclassified' })).toBeUndefined();
});

/** Adds what the stand-in's bad data does not have: odd codes, an item that is only on order. */
function addBadData({ heartland: { ledger } }: Retailer): void {
  const [location] = ledger.locations;
  const vendorId = ledger.vendors[0]!.id;
  const make = (publicId: string, code: string, description: string) =>
    ledger.addItem({ publicId, description, custom: { class_code: code } });
  const odd = make('ODD', "110'", 'Odd\tone');
  const long = make('LONG', 'A'.repeat(30), 'Long one');
  ledger.order({
    vendorId,
    locationId: location!.id,
    lines: [odd, long].map(({ id }) => ({ itemId: id, qty: 2, unitCostCents: 500 })),
  });
}

test('documents of every kind without a location are named on screen and in e-mails', async () => {
  const shop = await retailer();
  const { ledger } = shop.heartland;
  const nowhere = ledger.receiveWithoutOrder({
    vendorId: ledger.vendors[0]!.id,
    locationId: ledger.locations[0]!.id,
    lines: [{ itemId: ledger.items[0]!.id, qty: 2, unitCostCents: 500 }],
  });
  Object.assign(nowhere, { locationId: null });
  const result = await heldResult(shop.run({ month: '2026-11', dryRun: true }));
  const { documents } = result.problems.find(({ kind }) => kind === 'no_location_number')!;
  expect(documents).toContain(`receipt ${nowhere.publicId ?? nowhere.id}`);
  expect(documents?.some(document => document.startsWith('purchase order '))).toBe(true);
  const { text: screen, json } = managementOneOutcome(result);
  expect(screen).toContain(`no location number: ${documents!.length} issues`);
  const others = result.problems.filter(({ kind }) => kind !== 'no_location_number');
  expect(json).toMatchObject({ issues: countIssues(others) + documents!.length });
  const mail = failureText({
    ...{ merchant: '', period: '', reason: '', ...result },
    locationNames: { inHeartland: new Map(), inFile: new Map() },
  });
  for (const text of [screen, mail.replace(/\s+/g, ' ')]) {
    for (const document of documents!) expect(text).toContain(document);
  }
});

async function heldResult(running: Promise<unknown>): Promise<ManagementOneResult> {
  const error = await running.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(error instanceof MonthHeldError)) throw error ?? new Error('It was not held.');
  return error.result;
}

test('the list has every item without a valid class: its location, amounts and fix', async () => {
  const shop = await retailer({ section: { unexplained_limit: { units: 0, cost: 0 } } });
  addBadData(shop);
  const { problems, checks } = await heldResult(shop.run());
  const kinds = new Set(problems.map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual([
    'class_code_characters',
    'class_code_spelling',
    'class_code_too_long',
    'no_class_code',
    'no_location_number',
    'unknown_class_code',
  ]);
  expect(problems.find(({ itemNumber }) => itemNumber === 'ODD')).toMatchObject({
    locationNumber: '1',
    description: 'Odd\tone',
    found: "110'",
    atStake: { on_order_units: '2', on_order_cost: '10.00' },
  });
  for (const problem of problems) {
    expect(Object.keys(problem.atStake).length, JSON.stringify(problem)).toBeGreaterThan(0);
  }
  const nowhere = problems.find(({ kind }) => kind === 'no_location_number');
  const [order] = await shop.fresh.work.warehouse.query(
    `select public_id from purchase_orders where receive_at_location_id is null and status = 'open'`,
  );
  expect(nowhere?.documents).toEqual([`purchase order ${order!.public_id}`]);
  expect(nowhere?.fix).toBe(
    `Give each of these a location with a number in Heartland: purchase order ${order!.public_id}.`,
  );
  // Wrong classes do not fail the checks of the figures.
  expect(checks.filter(check => check.result === 'failed')).toEqual([]);
});

test.each(['hold', 'unclassified', 'leave_out'] as const)(
  'with the policy %s the file and what it leaves out sum to everything in Heartland',
  async policy => {
    const shop = await retailer({
      section: {
        problems: {
          no_class_code: policy,
          unknown_class_code: policy,
          no_location: 'leave_out',
        },
      },
    });
    const run = shop.run({ out: shop.folder });
    const result = policy === 'hold' ? await heldResult(run) : await run;
    const all = countMonth(shop.heartland.ledger, {
      start: '2026-10-01',
      end: '2026-10-31',
      classOf: () => 'any',
    });
    const cents = (text: string) => BigInt(text.replace('.', ''));
    const sum = (name: string) =>
      [...all.values()].reduce((total, figures) => total + cents(figures[name]!), 0n);
    for (const name of ['NetSales', 'Markdowns', 'ReceivedCost']) {
      const { file, leftOut } = result.totals;
      expect(cents(file[name]!) + cents(leftOut[name]!), name).toBe(sum(name));
    }
    expect(result.problems.length).toBeGreaterThan(3);
    expect(result.checks.filter(check => check.result === 'failed')).toEqual([]);
    const left = result.checks.find(({ name }) => name === 'left out of the file');
    expect(left?.figure).toBe(`net sales ${result.totals.leftOut.NetSales}`);
    expect(left?.detail.includes('NetSales')).toBe(policy !== 'unclassified');
  },
);

test('a code that differs only in spelling may count under the one on the list', async () => {
  const shop = await retailer({
    section: {
      problems: {
        no_class_code: 'leave_out',
        unknown_class_code: 'leave_out',
        class_code_spelling: 'as_listed',
        no_location: 'leave_out',
      },
    },
  });
  const result = await shop.run({ out: shop.folder });
  const rows = parseFile(await readFile(join(shop.folder, '4321_202610.txt'), 'latin1'));
  const expected = countMonth(shop.heartland.ledger, {
    start: '2026-10-01',
    end: '2026-10-31',
    classOf: code => LIST.find(listed => listed === code?.trim().toUpperCase()),
  });
  expect([...rows.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [key, figures] of expected) expect(rows.get(key)).toMatchObject(figures);
  const noted = result.problems.filter(({ kind }) => kind === 'class_code_spelling');
  expect(new Set(noted.map(({ treatment }) => treatment))).toEqual(new Set(['noted']));
});

test('a location number that the layout cannot hold holds the month and is named', async () => {
  const shop = await retailer({
    section: LENIENT,
    configuration: {
      locations: { 1: { management_one: 'Loop|1' }, 2: {}, 3: { timezone: 'America/New_York' } },
    },
  });
  const { checks, files } = await heldResult(shop.run());
  expect(files).toEqual([]);
  expect(checks.find(check => check.result === 'failed')).toMatchObject({
    name: 'the file can be written',
    detail: expect.stringContaining('"Location" cannot be written to the file: found "Loop|1"'),
  });
});
