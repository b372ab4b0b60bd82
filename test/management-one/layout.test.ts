import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { renderMonth } from '../../pipelines/exports/management-one/render.ts';
import { configurationSchema } from '../../pipelines/settings/schema.ts';
import { rounded } from '../../transforms/figures.ts';
import { type ClassFigures, FIGURES } from '../../transforms/management-one/figures.ts';
import type { Line } from '../../transforms/management-one/line.ts';
import { decimalsOf, figureWriter, writtenDay } from '../../transforms/management-one/style.ts';
import { parseMonth } from '../../transforms/month.ts';
import { freshConfiguration } from '../postgres/fresh-work.ts';
import { LENIENT, retailer } from './month.ts';

const ROWS: readonly ClassFigures[] = [
  {
    location: '1',
    classCode: '110',
    figures: { EndUnits: '2.5', EndCost: '10.005', NetSales: '1234.50', ReturnedCost: '7' },
  },
  {
    location: '2',
    classCode: '120',
    figures: { EndUnits: '-3', EndCost: '-4.4', NetSales: '0', ReturnedCost: '0' },
  },
];
const COLUMNS = ['Location', 'ClassCode', 'EndUnits', 'EndCost', 'NetSales', 'ReturnedCost'];

/** The text of each file, by name, in a layout as it is written in YAML. */
async function rendered(layout: Record<string, unknown>): Promise<Record<string, string>> {
  const configuration = configurationSchema.parse(
    freshConfiguration({
      heartland: { baseUrl: 'http://127.0.0.1:1/api', token: 't' },
      merchant: 'acme',
      configuration: {
        locations: { 1: {} },
        management_one: {
          client_id: '4321',
          class_codes: ['110', '120'],
          email: { smtp: 'smtp://127.0.0.1:25', from: 'a@b.example', to: ['c@d.example'] },
          layout: { columns: COLUMNS, ...layout },
        },
      },
    }),
  );
  const month = parseMonth('2026-10');
  const folder = await mkdtemp(join(tmpdir(), 'management-one-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const settings = configuration.management_one!;
  const { files } = await renderMonth(
    { work: { configuration }, settings, month, folder, withPreview: false },
    inTurn(ROWS),
    new AbortController().signal,
  );
  const texts = files.map(async ({ name, path }) => [name, await readFile(path, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

/** The lines as they come from the warehouse. */
async function* inTurn(rows: readonly ClassFigures[]): AsyncGenerator<readonly Line[]> {
  for (const { location, classCode, figures } of rows) {
    yield [[location, classCode, ...FIGURES.map(name => figures[name] ?? '0')]];
  }
}

test('whole dollars, flipped signs, brackets and a trailer with the sums of what is written', async () => {
  expect(
    await rendered({
      money_decimals: 0,
      units_decimals: 0,
      negate: ['ReturnedCost'],
      negative: 'parentheses',
      trailer: 'TOTAL',
      delimiter: ';',
      line_end: 'lf',
    }),
  ).toEqual({
    '4321_202610.txt':
      'Location;ClassCode;EndUnits;EndCost;NetSales;ReturnedCost\n' +
      '1;110;3;10;1235;(7)\n' +
      '2;120;(3);(4);0;0\n' +
      'TOTAL;;0;6;1235;(7)\n',
  });
});

test('fixed width, with zeros before money and without a header', async () => {
  expect(
    await rendered({
      kind: 'fixed',
      header: false,
      columns: [
        { from: 'ClientID', width: 6 },
        { from: 'PeriodEnd', width: 8 },
        { from: 'Location', width: 3 },
        { from: 'EndUnits', width: 6 },
        { from: 'EndCost', width: 9, fill: 'zero' },
      ],
      dates: 'YYYYMMDD',
    }),
  ).toEqual({
    '4321_202610.txt': '4321  202610311    2.50000010.01\r\n4321  202610312      -3-00004.40\r\n',
  });
});

test('one file for each location', async () => {
  const files = await rendered({
    files: 'per_location',
    file_name: '{client_id}_{location}_{YYYYMM}.txt',
  });
  expect(Object.keys(files)).toEqual(['4321_1_202610.txt', '4321_2_202610.txt']);
  expect(files['4321_2_202610.txt']).toBe(
    'Location|ClassCode|EndUnits|EndCost|NetSales|ReturnedCost\r\n2|120|-3|-4.40|0.00|0.00\r\n',
  );
});

test.each([
  [{ files: 'per_location' }, 'a name with {location}, because each location has its own file'],
  [
    { file_name: '{location}.txt' },
    'a name without {location}, because all locations are in one file',
  ],
  [{ kind: 'fixed' }, 'a width for the column Location, because the layout is kind: fixed'],
  [
    { kind: 'fixed', columns: [{ from: 'Location', width: 3 }] },
    'a name of at most 3 characters, the column’s width',
  ],
  [
    { columns: [{ from: 'Location', width: 3 }] },
    'no width, because the layout is not kind: fixed',
  ],
  [{ columns: ['EndUnit'] }, 'a column (did you mean EndUnits?)'],
  [{ money_decimals: 5 }, 'a whole number from 0 to 4'],
  [{ negate: ['Location'] }, 'one of BeginUnits'],
])('a layout that contradicts itself is refused: %j', async (layout, message) => {
  await expect(rendered(layout)).rejects.toThrow(message);
});

test('a figure is written with its decimals, its sign and nothing for "minus nothing"', () => {
  const style = {
    money_decimals: 2,
    units_decimals: 'as_needed',
    negate: ['NetSales'],
    negative: 'trailing_minus',
  } as const;
  const written = (name: string, value: string) =>
    figureWriter(name, style)(rounded(value, decimalsOf(name, style)));
  expect(written('EndCost', '-0.004')).toBe('0.00');
  expect(written('EndCost', '-2.345')).toBe('2.35-');
  expect(written('NetSales', '5')).toBe('5.00-');
  expect(written('NetSales', '-5')).toBe('5.00');
  expect(written('NetSales', '0')).toBe('0.00');
  expect(written('SoldUnits', '2.000')).toBe('2');
  expect(written('SoldUnits', '2.125')).toBe('2.13');
  expect(writtenDay('2026-10-31', 'MM/DD/YYYY')).toBe('10/31/2026');
});

test('the files of all locations are checked, recorded and attached together', async () => {
  const shop = await retailer({
    section: {
      ...LENIENT,
      layout: { files: 'per_location', file_name: '{location}.txt', money_decimals: 0 },
    },
  });
  const result = await shop.run();
  expect(result.files.map(({ name }) => name)).toEqual(['1.txt', '2.txt', '3.txt']);
  expect(shop.smtp.messages[0]?.attachments.map(({ filename }) => filename)).toEqual([
    '1.txt',
    '2.txt',
    '3.txt',
  ]);
  const check = result.checks.find(({ name }) => name === 'the file adds up');
  expect(check?.result).toBe('note');
  expect(check?.detail).toContain('rounding changes the exact totals by');
  await shop.run({ out: join(shop.folder, 'copies') });
  expect((await readdir(join(shop.folder, 'copies'))).sort()).toEqual(['1.txt', '2.txt', '3.txt']);
  expect(await readFile(join(shop.folder, 'copies', '1.txt'))).toEqual(
    shop.smtp.messages[0]?.attachments[0]?.content,
  );
  // Files are recorded in the warehouse; nothing stays on disk.
  expect(await readdir(join(shop.folder, 'spool'))).toEqual([]);
});
