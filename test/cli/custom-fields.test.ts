import { afterAll, describe, expect, test, vi } from 'vitest';
import type { Json } from '../stand-ins/heartland/decimal.ts';
import { closeShops, setUp } from './set-up.ts';

// Each test starts several processes, concurrently.
vi.setConfig({ testTimeout: 300_000 });
afterAll(closeShops);

const LOCALLY = {
  locations: { '1': { locally_id: '1' } },
  locally: { deliver: { host: '127.0.0.1', port: 9, user: 'u', password: 'long-enough' } },
};
const MANAGEMENT_ONE = {
  locations: { '1': {} },
  management_one: {
    client_id: '4321',
    class_codes: ['110', 'UNCL'],
    email: { smtp: 'smtp://127.0.0.1:9', from: 'a@acme.example', to: ['b@m1.example'] },
  },
};
const NO_UPC =
  /tillstream\.yaml:1 item_fields\.upc names a custom field that items do not have in Heartland: found "custom@upcs", expected custom@upc\. The custom fields of items are: .*class_code/;

describe.concurrent('a custom field that the account does not have', () => {
  test('stops the feed before anything is pulled, and suggests the closest one', async () => {
    const { shop, heartland } = await setUp({ ...LOCALLY, item_fields: { upc: 'custom@upcs' } });
    const { code, stdout, stderr } = await shop.run(['locally', '--dry-run']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(NO_UPC);
    expect(heartland.requests.map(({ path }) => path)).not.toContain('items');
  });

  test('stops the feed if its filter names it', async () => {
    const locally = { ...LOCALLY.locally, filter: { $or: [{ 'custom@sell_localy': 'true' }] } };
    const { shop } = await setUp({ ...LOCALLY, locally });
    const { code, stderr } = await shop.run(['locally', '--dry-run']);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^tillstream\.yaml:1 locally\.filter names a custom field .* "custom@sell_localy"/,
    );
  });

  test('stops the month-end file', async () => {
    const fields = { item_fields: { upc: 'custom@upc', class_code: 'custom@clas_code' } };
    const { shop } = await setUp({ ...MANAGEMENT_ONE, ...fields });
    const { code, stderr } = await shop.run(['management-one', '--dry-run']);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^tillstream\.yaml:1 item_fields\.class_code .* "custom@clas_code", expected custom@class_code/,
    );
  });

  test('is a warning in every sync, which still pulls the rows', async () => {
    const { shop } = await setUp({ item_fields: { upc: 'custom@upcs' } });
    for (const args of [['sync', '--dry-run'], ['sync'], ['sync']]) {
      const { code, stderr } = await shop.run(args);
      expect(code).toBe(0);
      const warnings = stderr.split('\n').filter(line => line.includes('item_fields.upc'));
      expect(warnings).toHaveLength(1);
      expect(JSON.parse(warnings[0]!).msg).toMatch(NO_UPC);
    }
    const [loaded] = await shop.warehouse.query('select count(*)::int as items from items');
    expect(loaded).toEqual({ items: 48 });
    const quiet = await shop.run(['sync', '--quiet']);
    expect([quiet.code, quiet.stdout]).toEqual([0, '']);
    expect(quiet.stderr).toMatch(NO_UPC);
  });

  test('is a warning to a sync also where items have none at all', async () => {
    const { shop, heartland } = await setUp();
    heartland.faults.add({
      kind: 'transform',
      path: 'custom_fields',
      body: body => ({ ...(body as Record<string, Json>), results: [], total: 0 }),
    });
    const { code, stderr } = await shop.run(['sync', '--quiet']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/item_fields\.upc names .* "custom@upc"\. Items have no custom fields/);
  });
});

test('the feed continues if the token may not read custom fields', async () => {
  const { shop, heartland } = await setUp({ ...LOCALLY, item_fields: { upc: 'custom@upcs' } });
  heartland.faults.add({ kind: 'unauthorized', path: 'custom_fields' });
  const { stderr } = await shop.run(['locally', '--dry-run']);
  expect(stderr).not.toContain('names a custom field');
  expect(heartland.requests.map(({ path }) => path)).toContain('items');
});
