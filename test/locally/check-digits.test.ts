import { expect, test } from 'vitest';
import { decideCheckDigits } from '../../transforms/upc-field.ts';
import { expectedLines, expectedUpc } from './oracle.ts';
import { linesOf, scene } from './scene.ts';

test('UPCs that all lack their check digit get it, and never become another product', async () => {
  const { heartland, ftp, run } = await scene({ locally: { filter: {} } });
  const { ledger } = heartland;
  const expected = expectedLines(ledger, { locations: ['1'] });
  for (const { id, custom } of ledger.items) {
    const upc = expectedUpc(custom.upc);
    if (upc !== undefined) ledger.changeItem(id, { custom: { ...custom, upc: upc.slice(0, -1) } });
  }

  const { checks } = await run();

  expect(linesOf(await ftp.read('12345.csv')).slice(1)).toEqual(expected);
  expect(checks).toContainEqual(
    expect.objectContaining({
      name: 'check digits of the UPCs',
      result: 'note',
      detail: expect.stringContaining('so their check digits are missing, and are added'),
    }),
  );
});

test('with both kinds in one field, what may be another product is left out and listed', async () => {
  const { heartland, ftp, run } = await scene({ locally: { filter: {} } });
  const { ledger } = heartland;
  const withoutZero = ledger.items.filter(({ custom }) => expectedUpc(custom.upc)?.[0] === '0');
  const body = ledger.items.filter(({ custom }) => /^7\d{11}$/.test(custom.upc ?? '')).slice(0, 4);
  // 72760225917 of Locally's sample: with a zero before it, it is the number of another product.
  const upcs = ['72760225917', ...body.slice(1).map(({ custom }) => custom.upc!.slice(0, -1))];
  for (const [n, { id, custom }] of body.entries()) {
    ledger.changeItem(id, { custom: { ...custom, upc: upcs[n]! } });
  }
  const lines = async () => linesOf(await ftp.read('12345.csv')).slice(1);
  const isOut = new Set([...withoutZero, ...body].map(({ id }) => id));

  const { problems } = await run();

  expect(await lines()).toEqual(
    expectedLines(ledger, { locations: ['1'], selects: ({ id }) => !isOut.has(id) }),
  );
  expect(
    problems.filter(({ kind }) => kind === 'upc_check_digit_unclear').map(({ found }) => found),
  ).toContain('72760225917');
  await run({ configuration: { item_fields: { upc: 'custom@upc', upc_check_digit: 'missing' } } });
  expect((await lines()).some(line => line.startsWith('727602259178,'))).toBe(true);
  expect((await lines()).some(line => line.startsWith('072760225917,'))).toBe(false);
});

test.each([
  // Lost zeros, and a few typing errors.
  [
    [
      [12, 500, 498],
      [11, 100, 99],
    ],
    { 11: 'present', 12: 'present' },
  ],
  [[[11, 100, 12]], { 11: 'missing' }],
  [
    [
      [12, 1000, 995],
      [11, 200, 21],
    ],
    { 11: 'missing', 12: 'present' },
  ],
  [[[11, 100, 73]], { 11: 'undecided' }],
  [[[12, 5, 5]], { 12: 'present' }],
  [
    [
      [12, 1, 1],
      [11, 2, 2],
    ],
    { 11: 'undecided', 12: 'present' },
  ],
  [[[12, 400, 41]], { 12: 'missing' }],
  // Item numbers of eight digits are not GTIN-8.
  [[[8, 300, 33]], { 8: 'missing' }],
  [[], {}],
] as const)('the decision for %j is %j', (counts, decided) => {
  const lengths = counts.map(([length, values, right]) => ({ length, values, right }));
  expect(decideCheckDigits(lengths, 'auto')).toEqual(decided);
});
