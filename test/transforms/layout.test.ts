import fc from 'fast-check';
import { parseString } from 'fast-csv';
import { describe, expect, it } from 'vitest';
import { ConfigurationError, HeldError } from '../../transforms/errors.ts';
import {
  checkLayout,
  encodeText,
  type Layout,
  renderHeader,
  renderRow,
} from '../../transforms/layout.ts';

const feed: Layout = {
  kind: 'delimited',
  columns: [
    { name: 'upc', from: 'upc' },
    { name: 'qty', from: 'quantity' },
    { name: 'price', from: 'price' },
  ],
  delimiter: ',',
  quoting: 'when_needed',
  header: true,
  lineEnd: '\n',
  encoding: 'utf-8',
};

const monthEnd: Layout = {
  ...feed,
  columns: [
    { name: 'Location', from: 'location' },
    { name: 'ClassCode', from: 'class_code' },
  ],
  delimiter: '|',
  quoting: 'never',
  lineEnd: '\r\n',
  encoding: 'ascii',
};

describe('a comma-separated file', () => {
  it('has its header and its rows in the order of the layout', () => {
    expect(renderHeader(feed)).toBe('upc,qty,price\n');
    expect(renderRow(feed, { price: '10.99', quantity: '1', upc: '727602259178', more: 'x' })).toBe(
      '727602259178,1,10.99\n',
    );
  });

  it('has no header where the layout says so', () => {
    expect(renderHeader({ ...feed, header: false })).toBe('');
  });

  it.each([
    ['a,b', '"a,b"'],
    ['5" pot', '"5"" pot"'],
    ['two\nlines', '"two\nlines"'],
    ['two\r\nlines', '"two\r\nlines"'],
    [' padded ', '" padded "'],
    ['café 😀', 'café 😀'],
    ['a|b;c', 'a|b;c'],
    [null, ''],
    ['', ''],
  ])('writes %j as %j', (value, text) => {
    expect(renderRow(feed, { upc: value, quantity: '1', price: null })).toBe(`${text},1,\n`);
  });

  it('reads back as what was written, whatever it was', async () => {
    const text = fc.string({ unit: 'grapheme' }).filter(value => !value.includes('\0'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1 }), async rows => {
        const file = rows
          .map(([upc, price]) => renderRow(feed, { upc, quantity: '1', price }))
          .join('');
        const read = await new Promise<unknown[]>((resolve, reject) => {
          const lines: unknown[] = [];
          parseString(file)
            .on('data', line => lines.push(line))
            .on('error', reject)
            .on('end', () => resolve(lines));
        });
        expect(read).toEqual(rows.map(([upc, price]) => [upc, '1', price]));
      }),
    );
  });
});

describe('a pipe-delimited file without quoting', () => {
  it('has the line end of the layout', () => {
    expect(
      renderHeader(monthEnd) + renderRow(monthEnd, { location: '1', class_code: 'UNCL' }),
    ).toBe('Location|ClassCode\r\n1|UNCL\r\n');
  });

  it.each([
    ['11|0', 'no "|"'],
    ['5"', 'no quote'],
    ['11\n0', 'no line break'],
    ['11\u20280', 'no line break|ASCII'],
    ['a\0', 'invalid'],
  ])('refuses %j', (value, expected) => {
    const render = () => renderRow(monthEnd, { location: '1', class_code: value });
    expect(render).toThrow(HeldError);
    expect(render).toThrow(/ClassCode/);
    expect(render).toThrow(new RegExp(expected.replace('"|"', '"\\|"')));
  });

  it('names the characters outside ASCII instead of replacing them', () => {
    const render = () => renderRow(monthEnd, { location: '1', class_code: 'CAFÉ😀É' });
    expect(render).toThrow('"ClassCode"');
    expect(render).toThrow('found "CAFÉ😀É"');
    expect(render).toThrow('not É U+00C9, 😀 U+1F600)');
  });
});

describe('a layout', () => {
  it('refuses a lone surrogate, which no encoding can carry', () => {
    expect(() => renderRow(feed, { upc: '\ud83d', quantity: '1', price: '1' })).toThrow(HeldError);
  });

  it('names the field that a column is taken from and that does not exist, with the closest', () => {
    const render = () => renderRow(feed, { upc: '1', quantty: '1', price: '1' });
    expect(render).toThrow(ConfigurationError);
    expect(render).toThrow('found "quantity", expected "quantty"');
  });

  it('is checked at the door', () => {
    expect(checkLayout(feed)).toBe(feed);
    expect(() => checkLayout({ ...feed, columns: [] })).toThrow('no columns');
    expect(() => checkLayout({ ...feed, delimiter: '||' })).toThrow('delimiter');
    expect(() => checkLayout({ ...feed, delimiter: '"' })).toThrow('delimiter');
    const twice = [...feed.columns, { name: 'upc', from: 'price' }];
    expect(() => checkLayout({ ...feed, columns: twice })).toThrow('found "upc"');
  });

  it('is encoded without a byte-order mark', () => {
    expect([...encodeText('é\n')]).toEqual([0xc3, 0xa9, 0x0a]);
  });
});

describe('a fixed-width file', () => {
  const fixed: Layout = {
    kind: 'fixed',
    columns: [
      { name: 'LOC', from: 'location', width: 4, align: 'left', fill: ' ' },
      { name: 'UNITS', from: 'units', width: 6, align: 'right', fill: ' ' },
      { name: 'COST', from: 'cost', width: 9, align: 'right', fill: '0' },
    ],
    header: true,
    lineEnd: '\r\n',
    encoding: 'ascii',
  };

  it('has every value in its place, filled up with spaces or zeros', () => {
    expect(renderHeader(fixed)).toBe('LOC  UNITS     COST\r\n');
    expect(renderRow(fixed, { location: '12', units: '-3', cost: '-12.50' })).toBe(
      '12      -3-00012.50\r\n',
    );
    expect(renderRow(fixed, { location: '2', units: '0', cost: null })).toBe(
      '2        0         \r\n',
    );
  });

  it('refuses a value that is too long, and never cuts it', () => {
    expect(() => renderRow(fixed, { location: '12345', units: '0', cost: '0' })).toThrow(
      'A value of column "LOC" cannot be written to the file: found "12345", expected at most 4 characters.',
    );
    expect(() => renderRow(fixed, { location: 'é', units: '0', cost: '0' })).toThrow(HeldError);
  });
});
