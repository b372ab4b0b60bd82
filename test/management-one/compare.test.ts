import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareMonth } from '../../pipelines/exports/management-one/compare.ts';
import { compareFile } from '../../transforms/management-one/compare/compare.ts';
import { amountIn, shapeOf } from '../../transforms/management-one/compare/shape.ts';
import { type ClassFigures, FIGURES } from '../../transforms/management-one/figures.ts';
import { parseMonth } from '../../transforms/month.ts';
import { LENIENT, retailer } from './month.ts';

const CONSTANTS = { clientId: '4321', start: '2026-10-01', end: '2026-10-31' };

/** Two locations with six classes each; every figure is another one. */
const OURS: readonly ClassFigures[] = ['1', '2'].flatMap((location, l) =>
  ['110', '120', '130', '140', '150', 'UNCL'].map((classCode, c) => ({
    location,
    classCode,
    figures: Object.fromEntries(
      FIGURES.map((name, f) => {
        const value = (l + 1) * 7919 + c * 613 + f * 104_729;
        return [
          name,
          name.endsWith('Units')
            ? String(value % 97)
            : `${value % 9973}.${10 + ((value + f) % 89)}`,
        ];
      }),
    ),
  })),
);

test('a file without a header is recognized by its values: order, whole dollars, signs', async () => {
  const lines = OURS.map(({ location, classCode, figures: f }) =>
    [
      '4321',
      '10/31/2026',
      classCode,
      location,
      Math.round(Number(f.NetSales)),
      Math.round(Number(f.EndCost)),
      f.EndUnits,
      `-${f.ReturnedCost}`,
      f.Markdowns!.replace('.', ''),
      'x',
    ].join('\t'),
  );
  const planted = lines[3]!.split('\t');
  planted[4] = String(Number(planted[4]) + 700);
  lines[3] = planted.join('\t');
  const { shape, columns, matching, compared, differences } = await compareFile(
    Buffer.from(`${lines.join('\n')}\n`),
    OURS,
    CONSTANTS,
  );
  expect(shape).toMatchObject({
    delimiter: '\t',
    lineEnd: 'lf',
    encoding: 'ascii',
    header: undefined,
  });
  expect(columns.map(({ field, writing }) => [field, writing])).toEqual([
    ['ClientID', 'as here'],
    ['PeriodEnd', 'as here'],
    ['ClassCode', 'as here'],
    ['Location', 'as here'],
    ['NetSales', 'whole numbers'],
    ['EndCost', 'whole numbers'],
    ['EndUnits', 'as here'],
    ['ReturnedCost', 'opposite sign'],
    ['Markdowns', 'without a point'],
    [undefined, 'as here'],
  ]);
  expect(differences).toEqual([
    {
      location: '1',
      classCode: '140',
      figure: 'NetSales',
      theirs: planted[4],
      ours: String(Math.round(Number(OURS[3]!.figures.NetSales))),
      possibleReason: expect.stringContaining('The month may have changed since'),
    },
  ]);
  expect(matching).toBe(compared - 1);
});

test.each([
  ['NetSales', '0.40', 'Rounding'],
  ['NetSales', '1.00', 'The month may have changed since'],
  ['SoldUnits', '1', 'The month may have changed since'],
] as const)(
  '%s with a difference of %s has a possible reason: %s',
  async (figure, apart, reason) => {
    const lines = OURS.map(({ location, classCode, figures }, at) => {
      const value = figures[figure]!;
      const hundredths = Math.round(Number(value) * 100) + Math.round(Number(apart) * 100);
      const more =
        figure === 'SoldUnits' ? String(hundredths / 100) : (hundredths / 100).toFixed(2);
      return [location, classCode, at === 0 ? more : value].join('|');
    });
    const { differences } = await compareFile(
      Buffer.from([`Location|ClassCode|${figure}`, ...lines].join('\r\n')),
      OURS,
      CONSTANTS,
    );
    expect(differences).toMatchObject([
      { figure, possibleReason: expect.stringContaining(reason) },
    ]);
  },
);

test('lines that are in only one file are listed with a possible reason', async () => {
  const lines = OURS.slice(1).map(({ location, classCode, figures }) =>
    [location, classCode, figures.NetSales, figures.OnOrderCost].join('|'),
  );
  const more = '2|OLD|5.00|0.00';
  const { lines: count, differences } = await compareFile(
    Buffer.from(['Location|ClassCode|NetSales|OnOrderCost', ...lines, more].join('\r\n')),
    OURS,
    CONSTANTS,
  );
  expect(count).toEqual({ theirs: 12, ours: 12, both: 11 });
  expect(differences.map(({ classCode, figure, theirs }) => [classCode, figure, theirs])).toEqual([
    ['OLD', 'NetSales', '5.00'],
    ['110', 'NetSales', undefined],
    ['110', 'OnOrderCost', undefined],
  ]);
  expect(differences[0]?.possibleReason).toContain('items may have moved to another class');
});

test('the layout of a file is detected from its bytes', async () => {
  const fixed = await shapeOf(
    Buffer.from(
      '1    110     12.50   -3\r\n2    UNCL     0.00  100\r\nTOTAL        12.50   97\r\n',
    ),
  );
  expect(fixed).toMatchObject({
    delimiter: undefined,
    lineEnd: 'crlf',
    trailer: ['TOTAL', '12.50', '97'],
  });
  expect(fixed.rows).toEqual([
    ['1', '110', '12.50', '-3'],
    ['2', 'UNCL', '0.00', '100'],
  ]);
  const quoted = await shapeOf(Buffer.from('\ufeffname,amount\n"a, b","1,250.00"\n"c","2"\n'));
  expect(quoted).toMatchObject({
    hasByteOrderMark: true,
    delimiter: ',',
    header: ['name', 'amount'],
    rows: [
      ['a, b', '1,250.00'],
      ['c', '2'],
    ],
  });
  expect((await shapeOf(Buffer.from([0x41, 0x7c, 0xe9, 0x0a]))).encoding).toBe('windows-1252');
  expect((await shapeOf(Buffer.from(''))).rows).toEqual([]);
});

test.each([
  ['(1,234.50)', '-1234.50'],
  ['$12.00', '12.00'],
  ['-$3', '-3'],
  ['7.25-', '-7.25'],
  ['.5', '.5'],
  ['110A', undefined],
  ['', undefined],
  ['(5', undefined],
])('amounts are read in every notation: %s', (cell, amount) => {
  expect(amountIn(cell)).toBe(amount);
});

test('a month matches its own file in every figure; a changed figure is found', async () => {
  const shop = await retailer({ section: LENIENT });
  const result = await shop.run({ out: shop.folder, preview: true });
  const file = join(shop.folder, '4321_202610.txt');
  const text = await readFile(file, 'latin1');
  expect(result.preview?.map(cells => cells.join('|'))).toEqual(text.split('\r\n').slice(0, -1));

  const month = parseMonth('2026-10');
  const { signal } = new AbortController();
  const same = await compareMonth(shop.fresh.work, { file, month }, signal);
  expect(same.differences).toEqual([]);
  expect(same.matching).toBeGreaterThan(200);
  expect(same.columns.every(({ by, writing }) => by === 'name' && writing === 'as here')).toBe(
    true,
  );

  const netSales = result.preview![1]![result.preview![0]!.indexOf('NetSales')]!;
  await writeFile(file, text.replace(`|${netSales}|`, '|1.23|'));
  const { differences } = await compareMonth(shop.fresh.work, { file, month }, signal);
  expect(differences).toMatchObject([{ figure: 'NetSales', theirs: '1.23', ours: netSales }]);
  for (const strange of [
    Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 167 + (at >> 3) * 91) % 256)),
    'management_one:\n  client_id: "4321"\n  class_codes: ["110", "120"]\n',
    '',
  ]) {
    await writeFile(file, strange);
    await expect(compareMonth(shop.fresh.work, { file, month }, signal)).rejects.toMatchObject({
      ...{ code: 'COMPARE_FILE', exitCode: 2 },
      message: expect.stringContaining('The file is not a readable month-end file'),
    });
  }
  await expect(
    compareMonth(shop.fresh.work, { file: join(shop.folder, 'none.txt') }, signal),
  ).rejects.toMatchObject({ code: 'COMPARE_FILE', exitCode: 2 });
});

test('quotes, quoted line breaks and single quotes are read as they were written', async () => {
  const rows = async (text: string) => (await shapeOf(Buffer.from(text))).rows;
  expect(await rows('"5"" pot",1\r\n"two\r\nlines",2\r\n"a, b",3\r\n')).toEqual([
    ['5" pot', '1'],
    ['two\r\nlines', '2'],
    ['a, b', '3'],
  ]);
  // A file without quoting: a value may begin with a quote.
  expect(await rows('"5 pot|1\nplain|2\n')).toEqual([
    ['"5 pot', '1'],
    ['plain', '2'],
  ]);
});
