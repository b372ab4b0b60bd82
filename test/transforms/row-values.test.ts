import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  amount,
  columnsOf,
  groupText,
  id,
  json,
  keyDate,
  keyText,
  words,
  yesNo,
} from '../../transforms/columns.ts';
import {
  addDays,
  daysBetween,
  daysOf,
  isDay,
  localDate,
  localTime,
  parseDay,
} from '../../transforms/day.ts';
import { endOfString, parseExactJson } from '../../transforms/exact-json.ts';
import { ExactSum, isFigure } from '../../transforms/exact-sum.ts';
import { DEEPEST, jsonText, whyNotJson } from '../../transforms/json-text.ts';
import { keyReader } from '../../transforms/row-key.ts';
import { pageChecker } from '../../transforms/validate.ts';

const deep = (levels: number): unknown => {
  let value: unknown = 1;
  for (let n = 0; n < levels; n++) value = n % 2 === 0 ? [value] : { a: value };
  return value;
};

test('a value is JSON that every reader takes, or it is said why not', () => {
  expect(whyNotJson({ a: [1, 'x', null, { b: -2.5 }] })).toBeUndefined();
  expect(whyNotJson(deep(DEEPEST))).toBeUndefined();
  expect(whyNotJson(deep(DEEPEST + 1))).toMatch(/more than 100 deep/);
  expect(whyNotJson([Number.POSITIVE_INFINITY])).toMatch(/too large/);
  expect(whyNotJson(Number.NEGATIVE_INFINITY)).toMatch(/too large/);
});

test('whatever is written as JSON says the same when it is read', () => {
  for (const value of [null, 'a"b', [1, [], {}, { 'k"': [true, 'x'] }], { a: 1, b: [2] }])
    expect(JSON.parse(jsonText(value))).toEqual(value);
  expect(jsonText(undefined)).toBe('undefined');
  const [open, close] = ['['.repeat(100_000), ']'.repeat(100_000)];
  const far = `{"k":[${open}${close},"x",{"a\\"":1,"b":[true,null]}],"l":2}`;
  expect(JSON.parse(jsonText(JSON.parse(far)))).toBe(far);
});

test('digits are kept wherever they stand, and strings are left alone', () => {
  const long = '12345678901234567890';
  expect(parseExactJson(`{"a":${long},"b":"${long}","c\\"${long}":[-0.${long}],"d":1.5}`)).toEqual({
    a: long,
    b: long,
    [`c"${long}`]: [`-0.${long}`],
    d: 1.5,
  });
  expect(parseExactJson('[1234567.1234567,1e5]')).toEqual([1234567.1234567, 1e5]);
  expect(() => parseExactJson(`{"a":"${long}`)).toThrow(SyntaxError);
  expect(endOfString('"a\\\\"b', 0)).toBe(5);
  expect(endOfString('"a\\"b"', 0)).toBe(6);
  expect(endOfString('"a', 0)).toBe(2);
});

test('sums are exact, and take figures alone', () => {
  for (const value of [1, -2.5, '10.25', '1e3', null, '123456789012345678901.5'])
    expect(isFigure(value), String(value)).toBe(true);
  for (const value of [
    'x',
    '',
    Number.POSITIVE_INFINITY,
    undefined,
    true,
    {},
    [1],
    '1'.repeat(101),
  ])
    expect(isFigure(value), String(value)).toBe(false);
  const sum = new ExactSum();
  for (const value of ['0.001', 1e21, '-2.5e2', '1e-7', null]) sum.add(value);
  expect(String(sum)).toBe('999999999999999999750.0010001');
  expect(sum.equals('999999999999999999750.00100010')).toBe(true);
  expect(sum.equals('999999999999999999750.001000')).toBe(false);
  expect(new ExactSum().equals('1e3')).toBe(false);
  expect(String(new ExactSum())).toBe('0');
  expect(() => new ExactSum().add('x')).toThrow('Not a figure: "x"');
});

const row = z.object({
  on: keyDate('Day', 'date.date'),
  id: id(''),
  name: keyText('', 'item.public_id'),
  price: amount(''),
  text: words(''),
  open: yesNo(''),
  custom: json(''),
});

test('the key of a row is known for certain, or not at all', () => {
  const keyOf = keyReader(row, ['on', 'id', 'name'], { column: 'on', value: '2026-11-21' });
  const good = { 'date.date': '2026-11-21', id: 7, 'item.public_id': 'A' };
  expect(keyOf({ ...good, price: 'x' })).toBe('2026-11-21|7|A');
  expect(keyOf({ ...good, 'date.date': '2026-11-21T00:00:00' })).toBe('2026-11-21|7|A');
  expect(keyOf({ ...good, 'item.public_id': null })).toBe('2026-11-21|7|');
  expect(keyOf({ ...good, 'item.public_id': 12 })).toBe('2026-11-21|7|12');
  expect(keyReader(row, ['name', 'id'], undefined)(good)).toBe('A|7');
  for (const bad of [
    null,
    'x',
    [good],
    { ...good, id: '7' },
    { ...good, id: undefined },
    { ...good, 'date.date': '2026-11-22' },
    { ...good, 'item.public_id': 'a\0' },
    { ...good, 'item.public_id': {} },
    { ...good, 'item.public_id': 'n'.repeat(501) },
  ])
    expect(keyOf(bad), JSON.stringify(bad)).toBeUndefined();
});

test('every kind of value is written as it came, or the row is refused', () => {
  const check = pageChecker(row, { runId: '9', ignored: ['lines'] });
  const good = { 'date.date': '2026-11-21', id: 7, 'item.public_id': 'A' };
  const line = (over: object) => check([{ ...good, ...over }]).copy;
  const base = (price: string, text = '\\N', open = '\\N', custom = '\\N', extra = '\\N') =>
    `2026-11-21\t7\tA\t${price}\t${text}\t${open}\t${custom}\t${extra}\t9\n`;
  for (const [value, written] of [
    [0, '0'],
    [12, '12'],
    [0.1, '0.1'],
    [12.34, '12.34'],
    [12.05, '12.05'],
    [-0.5, '-0.5'],
    [1.005, '1.005'],
    [10_000_000.01, '10000000.01'],
    [10_000_000, '10000000'],
    [1e21, '1e+21'],
    ['12.500', '12.500'],
    ['-1e-300', '-1e-300'],
    ['1'.repeat(100), '1'.repeat(100)],
  ] as const)
    expect(line({ price: value }), String(value)).toBe(base(written));
  for (const value of [
    '1'.repeat(101),
    `0.${'1'.repeat(101)}`,
    '1e1000',
    '',
    ' 1',
    'NaN',
    true,
    {},
  ])
    expect(line({ price: value }), String(value)).toBe('');
  expect(line({ text: 'a\tb\\c\n\r' })).toBe(base('\\N', 'a\\tb\\\\c\\n\\r'));
  expect(line({ text: 12 })).toBe(base('\\N', '12'));
  expect(line({ 'open?': true })).toBe(base('\\N', '\\N', 't'));
  expect(line({ open: 'false' })).toBe(base('\\N', '\\N', 'f'));
  expect(line({ custom: { a: 1 } })).toBe(base('\\N', '\\N', '\\N', '{"a":1}'));
  expect(line({ lines: [1], other: 2 })).toBe(base('\\N', '\\N', '\\N', '\\N', '{"other":2}'));
  expect(line(JSON.parse('{"__proto__":{"a":1}}'))).toBe(
    base('\\N', '\\N', '\\N', '\\N', '{"__proto__":{"a":1}}'),
  );
  expect(check([null, good]).rejected).toEqual([{ row: null, reason: 'a row must be an object' }]);
});

test('a group that is too long is shortened to one of its own', () => {
  const report = z.object({ id: id(''), group: groupText(2, '', 'g') });
  expect(columnsOf(report)[1]).toMatchObject({ mostBytes: 1000 });
  const check = pageChecker(report, { runId: '9' });
  const group = (value: unknown) => check([{ id: 1, g: value }]).copy.split('\t')[1];
  expect(group('x'.repeat(1000))).toBe('x'.repeat(1000));
  const [a, b] = [group(`${'é'.repeat(600)}a`)!, group(`${'é'.repeat(600)}b`)!];
  expect(a).not.toBe(b);
  for (const each of [a, b]) {
    expect(Buffer.byteLength(each)).toBeLessThanOrEqual(1000);
    expect(each).toMatch(/^é{100,}…#[0-9a-f]{16}$/);
  }
  expect(group('🎩'.repeat(600))!.isWellFormed()).toBe(true);
  expect(group(null)).toBe('(none)');
  expect(group('')).toBe('');
});

test('days are counted by the calendar', () => {
  expect(addDays('2026-10-31', 1)).toBe('2026-11-01');
  expect(addDays('2028-03-01', -1)).toBe('2028-02-29');
  expect(daysBetween('2026-10-30', '2026-11-02')).toBe(3);
  expect(daysBetween('2026-11-02', '2026-10-30')).toBe(-3);
  expect(daysOf({ start: '2026-10-31', end: '2026-11-01' })).toEqual(['2026-10-31', '2026-11-01']);
  expect(daysOf({ start: '2026-10-31', end: '2026-10-31' })).toEqual(['2026-10-31']);
  expect(daysOf({ start: '2026-11-05', end: '2026-11-01' })).toEqual([]);
  for (const [text, is] of [
    ['2026-02-28', true],
    ['2026-02-29', false],
    ['0206-01-01', false],
    ['2026-1-1', false],
    ['2026-13-01', false],
    ['12026-01-01', false],
    ['2026-01-011', false],
  ] as const)
    expect(isDay(text), text).toBe(is);
  expect(localDate(new Date('2026-11-21T05:59:00Z'), 'America/Chicago')).toBe('2026-11-20');
  expect(() => localDate(new Date(0), 'Mars/Base')).toThrow('time zone');
  expect(localTime(new Date('2026-11-21T05:59:00Z'), 'America/Chicago')).toBe(
    '2026-11-20 23:59 CST',
  );
  expect(parseDay('2026-10-31', '--from')).toBe('2026-10-31');
  expect(() => parseDay('2026-10-32', '--from')).toThrow('--from is not a day');
});
