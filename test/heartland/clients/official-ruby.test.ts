/** springboardretail/springboard-client-ruby: its README from start to end, as the client puts it on the wire. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWire, type Wire } from './wire.ts';

let wire: Wire;
beforeAll(async () => {
  wire = await openWire();
});
afterAll(() => wire.heartland.close());

test('reads one record, also where the address ends in a slash', async () => {
  const { body } = await wire.get('/api/items/100010');
  expect(body).toMatchObject({ id: 100010, custom: { brand: expect.any(String) } });
  expect((await wire.get('/api//items/100010')).body.id).toBe(100010);
  expect((await wire.get('items?key+with+spaces=val+with+spaces&key1=val1')).status).toBe(200);
});

test('counts with one row a page, and pages to the end by what page 1 said', async () => {
  const { body: one } = await wire.get('items?page=1&per_page=1');
  const ids = new Set<unknown>();
  const { body: first } = await wire.get('items?page=1&per_page=20');
  for (let page = 1; page <= first.pages; page++) {
    const { body } = await wire.get(`items?page=${page}&per_page=20`);
    for (const { id } of body.results) ids.add(id);
  }
  expect(ids.size).toBe(one.total);
});

test('filters as JSON, and joins filters as a list of JSON', async () => {
  const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));
  const active = await wire.get(`items?_filter=${json({ active: true })}&per_page=all`);
  const both = [{ active: true }, { price: { $gt: 10 } }];
  const dear = await wire.get(`items?_filter=${json(both)}&per_page=all`);
  const expected = active.body.results.filter(({ price }) => Number(price) > 10);
  expect(dear.body.total).toBe(expected.length);
  expect(expected.length).toBeLessThan(active.body.total);
  const large = await wire.get(`items?_filter=${json({ 'custom@size': 'XL' })}&per_page=all`);
  expect(large.body.total).toBeGreaterThan(0);
  for (const { custom } of large.body.results) expect(custom).toMatchObject({ size: 'XL' });
});

test('sorts, narrows and embeds', async () => {
  const sorted = await wire.get('items?per_page=all&sort%5B%5D=description&sort%5B%5D=id%2Cdesc');
  const names = sorted.body.results.map(({ description }) => String(description));
  expect(names).toEqual([...names].sort());
  const narrow = await wire.get('items?_only%5B%5D=public_id&_only%5B%5D=updated_at&per_page=1');
  expect(Object.keys(narrow.body.results[0]!)).toEqual(['public_id', 'updated_at']);
  const wide = await wire.get('sales/orders?_include%5B%5D=customer&_include%5B%5D=location');
  const [order] = wide.body.results;
  expect(order).toMatchObject({
    customer: { id: order!.customer_id },
    location: { id: order!.source_location_id },
  });
});

test('creates with 201, a Location and no body, and reads the new record from there', async () => {
  const made = await wire.post('items', { description: 'Some New Item' });
  expect(made).toMatchObject({
    status: 201,
    text: '',
    location: expect.stringMatching(/^\/api\/items\/\d+$/),
  });
  expect((await wire.get(made.location!)).body.description).toBe('Some New Item');
  const asText = await wire.post('items', '{"description":"As text"}');
  expect((await wire.get(asText.location!)).body.description).toBe('As text');
});

test('changes with 200 and no body', async () => {
  const put = await wire.put('items/100011', { price: 12.5, 'custom@color': 'Blue' });
  expect(put).toMatchObject({ status: 200, text: '' });
  const { custom, price } = (await wire.get('items/100011')).body;
  expect(price).toBe(12.5);
  expect(custom).toMatchObject({ color: 'Blue', brand: expect.any(String) });
});

test('knows by HEAD whether something exists, and gets 404 for what does not', async () => {
  expect(await wire.send('HEAD', 'items/100010')).toMatchObject({ status: 200, text: '' });
  expect((await wire.send('HEAD', 'items/1')).status).toBe(404);
  expect((await wire.get('i_dont_exist')).body).toMatchObject({ error: 'not_found' });
});

test('deletes while there are results', async () => {
  let consumed = 0;
  for (let rounds = 0; rounds < 5; rounds++) {
    const { results } = (await wire.get('system/messages')).body;
    if (results.length === 0) break;
    for (const { id } of results) {
      expect((await wire.send('DELETE', `system/messages/${id}`)).status).toBe(200);
      consumed++;
    }
  }
  expect(consumed).toBe(2);
  expect((await wire.send('DELETE', 'items/100040')).status).toBe(200);
  expect((await wire.get('items/100040')).status).toBe(404);
});

test('logs in with a name and a password, and stays so by cookie', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded', authorization: '' };
  const sent = `auth_key=coco&password=${wire.heartland.token}`;
  expect((await wire.send('POST', 'auth/identity/callback', sent, form)).status).toBe(200);
  const cookie = `session=${wire.heartland.token}`;
  const asked = await wire.send('GET', 'items', undefined, { authorization: '', cookie });
  expect(asked.status).toBe(200);
  const wrong = await wire.send('POST', 'auth/identity/callback', 'auth_key=a&password=b', form);
  expect(wrong.status).toBe(401);
});
