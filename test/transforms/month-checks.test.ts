import { describe, expect, test } from 'vitest';
import { amountOf, difference, hundredths, sumOf } from '../../transforms/management-one/cents.ts';
import { fileCheck, leftOutCheck } from '../../transforms/management-one/checks/file.ts';
import { orderCheck, priceCheck } from '../../transforms/management-one/checks/goods.ts';
import {
  rollForwardChecks,
  stockChangeCheck,
} from '../../transforms/management-one/checks/movements.ts';
import { completeCheck, quarantineCheck } from '../../transforms/management-one/checks/pulled.ts';
import {
  CHECK_NAMES,
  type Reconciliation,
  reconciliationChecks,
} from '../../transforms/management-one/checks/reconciliation.ts';
import {
  runningMonthCheck,
  substanceCheck,
} from '../../transforms/management-one/checks/substance.ts';
import { absolute, at, listed, signed } from '../../transforms/management-one/checks/wording.ts';
import {
  exactFigures,
  FIGURES,
  figureText,
  isUnits,
  shownFigures,
} from '../../transforms/management-one/figures.ts';
import { namedFigures, WORDS } from '../../transforms/management-one/line.ts';
import { ColumnSum, sumExact } from '../../transforms/management-one/sum.ts';

describe('amounts', () => {
  test.each([
    ['1234.5', 123450n],
    ['-0.01', -1n],
    ['0.005', 1n],
    ['-0.005', -1n],
    ['0.0049', 0n],
  ])('%s as hundredths', (text, count) => expect(hundredths(text)).toBe(count));

  test('are counted without losing one', () => {
    expect(amountOf(-5n)).toBe('-0.05');
    expect(sumOf(['0.1', '0.2', '-0.30'])).toBe('0.00');
    expect(difference('10', '0.01')).toBe('9.99');
    expect(difference('0.01', '10')).toBe('-9.99');
    const sum = new ColumnSum(2);
    for (const amount of [
      '90071992547409.91',
      '0.01',
      '-90071992547409.91',
      '123456789012345678.90',
    ])
      sum.add(amount);
    expect(String(sum)).toBe('123456789012345678.91');
    const most = new ColumnSum(2);
    for (let n = 0; n < 12; n++) most.add('9999999999999.99');
    most.add('0.07');
    expect(String(most)).toBe('119999999999999.95');
    const whole = new ColumnSum(0);
    for (const amount of ['7', '-12']) whole.add(amount);
    expect(String(whole)).toBe('-5');
    expect(sumExact(['1.005', '2.0049'], 2)).toBe('3.01');
    expect(sumExact([], 3)).toBe('0.000');
  });

  test('stand in the file as units or money', () => {
    expect(isUnits('SoldUnits')).toBe(true);
    expect(isUnits('SoldCost')).toBe(false);
    expect(figureText('SoldUnits', '3.0')).toBe('3');
    expect(figureText('NetSales', '3')).toBe('3.00');
    const exact = exactFigures({ NetSales: '12.345', SoldUnits: 2, other: '9' });
    expect(exact).toMatchObject({ NetSales: '12.345', SoldUnits: '2', EndCost: '0' });
    expect(Object.keys(exact)).toEqual([...FIGURES]);
    expect(shownFigures({ NetSales: '12.345' })).toMatchObject({
      NetSales: '12.35',
      EndUnits: '0',
    });
    const line = namedFigures(['1', '110', ...FIGURES.map((_, n) => String(n))]);
    expect(line).toMatchObject({ location: '1', classCode: '110' });
    expect(FIGURES.map(name => line.figures[name])).toEqual(FIGURES.map((_, n) => String(n)));
    expect([...WORDS, ...FIGURES]).toHaveLength(27);
    expect(namedFigures([])).toMatchObject({ location: '', classCode: '' });
  });
});

describe('words of a difference', () => {
  test('have a sign, a place, and five of many', () => {
    expect([signed('1.00'), signed('-1.00'), signed('0')]).toEqual(['+1.00', '-1.00', '+0']);
    expect([absolute(-3n), absolute(3n), absolute(0n)]).toEqual([3n, 3n, 0n]);
    expect(at('2', '110')).toBe('location 2 class 110 ');
    expect(at('', null)).toBe('location (none) ');
    expect(at('2', '')).toBe('location 2 class (none) ');
    expect(listed(['a', 'b', 'c', 'd', 'e'])).toBe('a; b; c; d; e');
    expect(listed(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('a; b; c; d; e; and 2 more');
  });
});

const reconciliation = (over: Partial<Reconciliation>): Reconciliation => ({
  ...{ level: 'class', location: '2', code: '110', metric: 'sold_retail' },
  ...{ ours: '10', theirs: '10', difference: '0' },
  ...over,
});

describe('reconciliation with Heartland’s control totals', () => {
  const issuesOf = (rows: readonly Reconciliation[], onOrder: 'hold' | 'note' = 'hold') =>
    reconciliationChecks(rows, onOrder).filter(({ result }) => result !== 'ok');

  test('each figure has its check, with the total in it', () => {
    const rows = [reconciliation({}), reconciliation({ level: 'all', ours: '12.5' })];
    const checks = reconciliationChecks(rows, 'hold');
    expect(checks.map(({ name }) => name)).toEqual(
      Object.values(CHECK_NAMES).map(words => `${words} Heartland`),
    );
    expect(checks.find(({ name }) => name.startsWith('net sales'))).toEqual({
      name: 'net sales match Heartland',
      result: 'ok',
      figure: '12.50',
      detail: 'matches by class, by location and in total',
    });
    expect(checks.find(({ name }) => name.startsWith('end units'))!.figure).toBe('0');
  });

  test('a difference of a cent fails; the widest difference is listed first', () => {
    const off = { ours: '10', theirs: '9.99', difference: '0.01' };
    expect(
      issuesOf([
        reconciliation(off),
        reconciliation({ ...off, level: 'location', code: '' }),
        reconciliation({ ...off, level: 'all', location: '', code: '' }),
      ]),
    ).toEqual([
      {
        name: 'net sales match Heartland',
        result: 'failed',
        figure: '10.00',
        detail:
          'in total 10.00 here, 9.99 in Heartland, +0.01; location 2 10.00 here, 9.99 in Heartland, +0.01; location 2 class 110 10.00 here, 9.99 in Heartland, +0.01',
      },
    ]);
    expect(issuesOf([reconciliation({ difference: '0.004' })])).toEqual([]);
    expect(issuesOf([reconciliation({ difference: '-0.01' })])).toMatchObject([
      { result: 'failed' },
    ]);
  });

  test('a difference on order can be a note', () => {
    const order = reconciliation({
      metric: 'on_order_units',
      ours: '3',
      theirs: '2',
      difference: '1',
    });
    expect(issuesOf([order])).toMatchObject([{ result: 'failed' }]);
    expect(issuesOf([order], 'note')).toMatchObject([
      { result: 'note', detail: 'location 2 class 110 3 here, 2 in Heartland, +1' },
    ]);
    expect(issuesOf([reconciliation({ difference: '1' })], 'note')).toMatchObject([
      { result: 'failed' },
    ]);
  });
});

describe('movements', () => {
  const left = (units: string, cost: string) => ({ location: '2', code: '110', units, cost });
  const limit = { units: 2, cost: 10.5 };

  test('a roll-forward difference within the limit is a note, beyond it a failure', () => {
    expect(rollForwardChecks([left('0', '0.004')], limit)).toEqual([
      {
        name: 'roll-forward of units',
        result: 'ok',
        figure: '0',
        detail:
          'begin + received - returned + transfers + adjusted - sold = end, for every location and class',
      },
      expect.objectContaining({ name: 'roll-forward of cost', result: 'ok', figure: '0.00' }),
    ]);
    expect(rollForwardChecks([left('-2', '10.5'), left('1', '0')], limit)).toMatchObject([
      {
        result: 'note',
        figure: '-1',
        detail:
          'unexplained, within the limit of 2: location 2 class 110 -2; location 2 class 110 +1',
      },
      { result: 'note', figure: '10.50' },
    ]);
    expect(rollForwardChecks([left('-2.01', '10.51'), left('1', '0')], limit)).toMatchObject([
      {
        result: 'failed',
        figure: '-1.01',
        detail: 'unexplained, beyond the limit of 2: location 2 class 110 -2.01',
      },
      { result: 'failed', figure: '10.51' },
    ]);
  });

  test('inventory transactions are compared where they are known', () => {
    expect(stockChangeCheck([left('3', '0')], limit, false)).toMatchObject({
      result: 'note',
      figure: '',
      detail: expect.stringContaining('not checked'),
    });
    expect(stockChangeCheck([left('3', '0')], limit, true)).toMatchObject({
      result: 'failed',
      figure: '3',
    });
    expect(stockChangeCheck([], limit, true)).toMatchObject({
      result: 'ok',
      figure: '0',
      detail: 'in units, for every location and class',
    });
  });
});

describe('the file', () => {
  test('adds up, to the cent', () => {
    expect(fileCheck(3, { NetSales: '1.0000' }, { NetSales: '1' }, { NetSales: '1' })).toEqual({
      name: 'the file adds up',
      figure: '3 rows',
      result: 'ok',
      detail: 'the columns sum to the totals, to the cent',
    });
    expect(
      fileCheck(1, { NetSales: '1.0001' }, { NetSales: '1' }, { NetSales: '1' }),
    ).toMatchObject({
      result: 'failed',
      detail: 'NetSales 1.0001 in the file, expected 1',
    });
    expect(fileCheck(1, {}, { EndUnits: '1' }, {})).toMatchObject({
      result: 'failed',
      detail: 'EndUnits 0 in the file, expected 1',
    });
    expect(fileCheck(1, { EndUnits: '1' }, {}, {})).toMatchObject({ result: 'failed' });
  });

  test('reports what rounding the cells changes', () => {
    const sums = { NetSales: '10.03', SoldUnits: '7' };
    expect(fileCheck(2, sums, sums, { NetSales: '10.01', SoldUnits: '7.5' })).toMatchObject({
      result: 'note',
      detail:
        'the columns sum to the rounded cells; rounding changes the exact totals by SoldUnits -0.50; NetSales +0.02',
    });
  });

  test('names what is left out of it', () => {
    expect(leftOutCheck({ NetSales: '0.004' })).toEqual({
      name: 'left out of the file',
      result: 'ok',
      figure: 'net sales 0.00',
      detail: 'nothing: every figure is in the file',
    });
    expect(leftOutCheck({ NetSales: '-5', EndUnits: '2' })).toMatchObject({
      result: 'note',
      figure: 'net sales -5.00',
      detail: 'NetSales -5, EndUnits 2',
    });
  });

  test('has figures of the month', () => {
    const none = Object.fromEntries(FIGURES.map(name => [name, '0.00']));
    expect(substanceCheck(none)).toMatchObject({ result: 'failed' });
    expect(substanceCheck({ ...none, OnOrderUnits: '5' })).toMatchObject({ result: 'failed' });
    for (const name of [
      'BeginUnits',
      'ReceivedUnits',
      'SoldUnits',
      'NetSales',
      'EndUnits',
      'EndCost',
    ])
      expect(substanceCheck({ ...none, [name]: '-1' }), name).toMatchObject({ result: 'ok' });
    expect(substanceCheck({})).toMatchObject({ result: 'failed' });
    expect(substanceCheck({ ...none, SoldUnits: '3', EndUnits: '4' })).toMatchObject({
      figure: '3 units sold, 4 units at the end',
      detail: 'stock or sales in these days',
    });
  });

  test('of a month that is not over is not final', () => {
    expect(runningMonthCheck('2026-10-31', '2026-11-01')).toBeUndefined();
    expect(runningMonthCheck('2026-10-31', '2026-10-31')).toMatchObject({
      result: 'note',
      figure: 'it ends on 2026-10-31',
    });
  });
});

describe('what the month is made of', () => {
  test('orders and prices that differ', () => {
    const order = { id: '9', number: null, units: '1', cost: '-2.5' };
    expect(orderCheck([], 'hold')).toMatchObject({
      ...{ result: 'ok', figure: '0 differ' },
      detail: 'in units and at cost',
    });
    expect(orderCheck([order], 'hold')).toMatchObject({
      result: 'failed',
      figure: '1 differ',
      detail: 'order 9 +1 units, -2.50 at cost',
    });
    expect(orderCheck([{ ...order, number: '17' }], 'note')).toMatchObject({
      result: 'note',
      detail: expect.stringContaining('order 17 '),
    });
    const price = { item: 'A', places: 1, difference: '1.5' };
    expect(priceCheck([])).toMatchObject({
      ...{ result: 'ok', figure: '0.00' },
      detail: expect.stringContaining('units times the current price'),
    });
    expect(priceCheck([price, { ...price, item: 'B', difference: '-4' }])).toMatchObject({
      result: 'note',
      figure: '-2.50',
      detail: 'item A +1.50; item B -4.00',
    });
  });

  test('parts that are missing and rows that could not be read', () => {
    expect(completeCheck([], 40)).toMatchObject({
      ...{ result: 'ok', figure: '40 of 40 parts' },
      detail: 'each part has as many rows as Heartland reported',
    });
    expect(
      completeCheck(
        [
          { stream: 'items', slice: '' },
          { stream: 'sales_daily', slice: '2026-10-03' },
        ],
        40,
      ),
    ).toMatchObject({
      result: 'failed',
      figure: '38 of 40 parts',
      detail: 'missing: items; sales_daily of 2026-10-03',
    });
    expect(quarantineCheck([])).toMatchObject({
      ...{ result: 'ok', figure: '0' },
      detail: 'every row of the month could be read',
    });
    expect(
      quarantineCheck([
        { stream: 'items', rows: 2, reason: 'x' },
        { stream: 'receipts', rows: 3, reason: 'y' },
      ]),
    ).toMatchObject({
      result: 'failed',
      figure: '5',
      detail: '2 of items (x); 3 of receipts (y). Look at them with: tillstream quarantine list',
    });
  });
});
