import { parseString } from 'fast-csv';
import { expect, test } from 'vitest';
import { productRow } from '../../transforms/locally/product.ts';
import { expectedLines, expectedUpc } from './oracle.ts';
import { scene } from './scene.ts';

test('the product feed has every product once, with its page in the web shop', async () => {
  const { heartland, ftp, run } = await scene({
    locally: {
      filter: {},
      product_feed: { url: 'https://acme.example/p/{item_number}?c={custom@color}' },
    },
  });
  const { ledger } = heartland;
  const colorless = ledger.items.find(
    item => item.isActive && expectedUpc(item.custom.upc) && item.custom.color,
  )!;
  ledger.changeItem(colorless.id, { custom: { ...colorless.custom, color: '' } });

  const { counts, stores, files } = await run();

  const rows = await read((await ftp.read('products.csv')).toString('utf8'));
  expect(Object.keys(rows[0]!)).toEqual(['upc', 'name', 'image', 'description', 'url', 'price']);
  const sent = ledger.items.filter(
    item => item.isActive && expectedUpc(item.custom.upc) && item.custom.color,
  );
  expect(rows.map(row => row.upc)).toEqual(
    [...new Set(sent.map(item => expectedUpc(item.custom.upc)))].sort(),
  );
  const quoted = ledger.items.find(item => item.description?.includes('"'))!;
  expect(rows.find(row => row.upc === quoted.custom.upc)).toMatchObject({
    name: quoted.description,
    url: `https://acme.example/p/${quoted.publicId}?c=${quoted.custom.color}`,
    price: (quoted.priceCents! / 100).toFixed(2),
  });
  expect(counts.find(each => each.reason === 'no_buy_link')?.items).toBe(1);
  expect(stores.map(store => store.file)).toEqual(['12345.csv', '12346.csv']);
  expect(files.map(file => file.name)).toContain('products.csv');
});

test('available-to-sell has five columns, with the stock of all stores', async () => {
  const { heartland, ftp, run } = await scene({
    locally: { filter: {}, ship_to_store: { percent: 70, shipping: 4.5 } },
  });

  await run();

  const rows = await read((await ftp.read('available-to-sell.csv')).toString('utf8'));
  const expected = new Map<string, number>();
  for (const store of ['1', '2']) {
    for (const line of expectedLines(heartland.ledger, { locations: [store] })) {
      const [upc, qty] = line.split(',');
      expected.set(upc!, (expected.get(upc!) ?? 0) + Number(qty));
    }
  }
  expect(rows).toEqual(
    [...expected]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([upc, qty]) => ({
        ...{ upc, qty: String(qty) },
        ...{ percent: '70', shipping: '4.5', country: 'US' },
      })),
  );
});

test('no value of an item can break out of a link or a line', () => {
  const item = {
    upc: '727602259178',
    item_number: 'A/../b?x=1&"',
    name: 'Tee\r\nwith a tab\t',
    description: null,
    price: null,
    custom: { slug: 7, picture: ' https://acme.example/7.jpg ' },
  };
  expect(
    productRow(item, {
      url: 'https://acme.example/{item_number}/{custom@slug}',
      image: 'custom@picture',
    }),
  ).toEqual({
    upc: '727602259178',
    name: 'Tee with a tab',
    image: 'https://acme.example/7.jpg',
    description: '',
    url: 'https://acme.example/A%2F..%2Fb%3Fx%3D1%26%22/7',
    price: null,
  });
  expect(productRow(item, { url: 'https://a.example/{custom@none}', image: undefined })).toBe(
    undefined,
  );
});

function read(text: string): Promise<Record<string, string>[]> {
  return new Promise((resolve, reject) => {
    const rows: Record<string, string>[] = [];
    parseString(text, { headers: true })
      .on('data', row => rows.push(row))
      .on('error', reject)
      .on('end', () => resolve(rows));
  });
}
