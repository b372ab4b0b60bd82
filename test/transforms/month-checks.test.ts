import { describe, expect, test } from 'vitest';
import { amountOf, difference, hundredths, sumOf } from '../../transforms/management-one/cents.ts';
import {
  type Agreement,
  agreementChecks,
  COMPARED,
} from '../../transforms/management-one/checks/agreement.ts';
import { fileCheck, leftOutCheck } from '../../transforms/management-one/checks/file.ts';
import { orderCheck, priceCheck } from '../../transforms/management-one/checks/goods.ts';
import {
  rollForwardChecks,
  stockChangeCheck,
} from '../../transforms/management-one/checks/movements.ts';
import { completeCheck, quarantineCheck } from '../../transforms/management-one/checks/pulled.ts';
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

const agreement = (over: Partial<Agreement>): Agreement => ({
  ...{ level: 'class', location: '2', code: '110', metric: 'sold_retail' },
  ...{ ours: '10', theirs: '10', difference: '0' },
  ...over,
});

describe('figures beside Heartland’s own', () => {
  const verdicts = (rows: readonly Agreement[], onOrder: 'hold' | 'note' = 'hold') =>
    agreementChecks(rows, onOrder).filter(({ verdict }) => verdict !== 'ok');

  test('each figure has its check, with the total in it', () => {
    const rows = [agreement({}), agreement({ level: 'all', ours: '12.5' })];
    const checks = agreementChecks(rows, 'hold');
    expect(checks.map(({ name }) => name)).toEqual(
      Object.values(COMPARED).map(words => `${words} with Heartland`),
    );
    expect(checks.find(({ name }) => name.startsWith('net sales'))).toEqual({
      name: 'net sales agree with Heartland',
      verdict: 'ok',
      figure: '12.50',
      detail: 'each location and class, each location over its classes, and all of them together',
    });
    expect(checks.find(({ name }) => name.startsWith('end units'))!.figure).toBe('0');
  });

  test('a cent holds, and the widest difference is told first', () => {
    const off = { ours: '10', theirs: '9.99', difference: '0.01' };
    expect(
      verdicts([
        agreement(off),
        agreement({ ...off, level: 'location', code: '' }),
        agreement({ ...off, level: 'all', location: '', code: '' }),
      ]),
    ).toEqual([
      {
        name: 'net sales agree with Heartland',
        verdict: 'failed',
        figure: '10.00',
        detail:
          'in all 10.00 here, 9.99 in Heartland, +0.01; location 2 10.00 here, 9.99 in Heartland, +0.01; location 2 class 110 10.00 here, 9.99 in Heartland, +0.01',
      },
    ]);
    expect(verdicts([agreement({ difference: '0.004' })])).toEqual([]);
    expect(verdicts([agreement({ difference: '-0.01' })])).toMatchObject([{ verdict: 'failed' }]);
  });

  test('what is on order may only be noted', () => {
    const order = agreement({ metric: 'on_order_units', ours: '3', theirs: '2', difference: '1' });
    expect(verdicts([order])).toMatchObject([{ verdict: 'failed' }]);
    expect(verdicts([order], 'note')).toMatchObject([
      { verdict: 'note', detail: 'location 2 class 110 3 here, 2 in Heartland, +1' },
    ]);
    expect(verdicts([agreement({ difference: '1' })], 'note')).toMatchObject([
      { verdict: 'failed' },
    ]);
  });
});

describe('movements', () => {
  const left = (units: string, cost: string) => ({ location: '2', code: '110', units, cost });
  const limit = { units: 2, cost: 10.5 };

  test('begin and what happened make end, or the limit says what becomes of the rest', () => {
    expect(rollForwardChecks([left('0', '0.004')], limit)).toEqual([
      {
        name: 'roll-forward of units',
        verdict: 'ok',
        figure: '0',
        detail:
          'begin + received - returned + transfers + adjusted - sold = end, for every location and class',
      },
      expect.objectContaining({ name: 'roll-forward of cost', verdict: 'ok', figure: '0.00' }),
    ]);
    expect(rollForwardChecks([left('-2', '10.5'), left('1', '0')], limit)).toMatchObject([
      {
        verdict: 'note',
        figure: '-1',
        detail:
          'unexplained, within the limit of 2: location 2 class 110 -2; location 2 class 110 +1',
      },
      { verdict: 'note', figure: '10.50' },
    ]);
    expect(rollForwardChecks([left('-2.01', '10.51'), left('1', '0')], limit)).toMatchObject([
      {
        verdict: 'failed',
        figure: '-1.01',
        detail: 'unexplained, beyond the limit of 2: location 2 class 110 -2.01',
      },
      { verdict: 'failed', figure: '10.51' },
    ]);
  });

  test('every inventory transaction, where they are known', () => {
    expect(stockChangeCheck([left('3', '0')], limit, false)).toMatchObject({
      verdict: 'note',
      figure: '',
      detail: expect.stringContaining('not checked'),
    });
    expect(stockChangeCheck([left('3', '0')], limit, true)).toMatchObject({
      verdict: 'failed',
      figure: '3',
    });
    expect(stockChangeCheck([], limit, true)).toMatchObject({
      verdict: 'ok',
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
      verdict: 'ok',
      detail: 'its columns sum to the totals, to the cent',
    });
    expect(
      fileCheck(1, { NetSales: '1.0001' }, { NetSales: '1' }, { NetSales: '1' }),
    ).toMatchObject({
      verdict: 'failed',
      detail: 'NetSales 1.0001 in the file, 1 due',
    });
    expect(fileCheck(1, {}, { EndUnits: '1' }, {})).toMatchObject({
      verdict: 'failed',
      detail: 'EndUnits 0 in the file, 1 due',
    });
    expect(fileCheck(1, { EndUnits: '1' }, {}, {})).toMatchObject({ verdict: 'failed' });
  });

  test('tells what rounding cells leaves', () => {
    const sums = { NetSales: '10.03', SoldUnits: '7' };
    expect(fileCheck(2, sums, sums, { NetSales: '10.01', SoldUnits: '7.5' })).toMatchObject({
      verdict: 'note',
      detail:
        'its columns sum to what the cells must; rounding each cell leaves SoldUnits -0.50; NetSales +0.02 beside the exact totals',
    });
  });

  test('names what is left out of it', () => {
    expect(leftOutCheck({ NetSales: '0.004' })).toEqual({
      name: 'left out of the file',
      verdict: 'ok',
      figure: 'net sales 0.00',
      detail: 'nothing: every figure is in the file',
    });
    expect(leftOutCheck({ NetSales: '-5', EndUnits: '2' })).toMatchObject({
      verdict: 'note',
      figure: 'net sales -5.00',
      detail: 'NetSales -5, EndUnits 2',
    });
  });

  test('says something of the month', () => {
    const none = Object.fromEntries(FIGURES.map(name => [name, '0.00']));
    expect(substanceCheck(none)).toMatchObject({ verdict: 'failed' });
    expect(substanceCheck({ ...none, OnOrderUnits: '5' })).toMatchObject({ verdict: 'failed' });
    for (const name of [
      'BeginUnits',
      'ReceivedUnits',
      'SoldUnits',
      'NetSales',
      'EndUnits',
      'EndCost',
    ])
      expect(substanceCheck({ ...none, [name]: '-1' }), name).toMatchObject({ verdict: 'ok' });
    expect(substanceCheck({})).toMatchObject({ verdict: 'failed' });
    expect(substanceCheck({ ...none, SoldUnits: '3', EndUnits: '4' })).toMatchObject({
      figure: '3 units sold, 4 at the end',
      detail: 'stock or sales in these days',
    });
  });

  test('of a month that still runs is not final', () => {
    expect(runningMonthCheck('2026-10-31', '2026-11-01')).toBeUndefined();
    expect(runningMonthCheck('2026-10-31', '2026-10-31')).toMatchObject({
      verdict: 'note',
      figure: 'it ends on 2026-10-31',
    });
  });
});

describe('what the month is made of', () => {
  test('orders and prices that disagree', () => {
    const order = { id: '9', number: null, units: '1', cost: '-2.5' };
    expect(orderCheck([], 'hold')).toMatchObject({ verdict: 'ok', figure: '0 differ' });
    expect(orderCheck([order], 'hold')).toMatchObject({
      verdict: 'failed',
      figure: '1 differ',
      detail: 'order 9 +1 units, -2.50 at cost',
    });
    expect(orderCheck([{ ...order, number: '17' }], 'note')).toMatchObject({
      verdict: 'note',
      detail: expect.stringContaining('order 17 '),
    });
    const price = { item: 'A', places: 1, difference: '1.5' };
    expect(priceCheck([])).toMatchObject({ verdict: 'ok', figure: '0.00' });
    expect(priceCheck([price, { ...price, item: 'B', difference: '-4' }])).toMatchObject({
      verdict: 'note',
      figure: '-2.50',
      detail: 'item A +1.50; item B -4.00',
    });
  });

  test('parts that are missing and rows that could not be read', () => {
    expect(completeCheck([], 40)).toMatchObject({ verdict: 'ok', figure: '40 of 40 parts' });
    expect(
      completeCheck(
        [
          { stream: 'items', slice: '' },
          { stream: 'sales_daily', slice: '2026-10-03' },
        ],
        40,
      ),
    ).toMatchObject({
      verdict: 'failed',
      figure: '38 of 40 parts',
      detail: 'missing: items; sales_daily of 2026-10-03',
    });
    expect(quarantineCheck([])).toMatchObject({ verdict: 'ok', figure: '0' });
    expect(
      quarantineCheck([
        { stream: 'items', rows: 2, reason: 'x' },
        { stream: 'receipts', rows: 3, reason: 'y' },
      ]),
    ).toMatchObject({
      verdict: 'failed',
      figure: '5',
      detail: '2 of items (x); 3 of receipts (y). Look at them with: tillstream quarantine list',
    });
  });
});
