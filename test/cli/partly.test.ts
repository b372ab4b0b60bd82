import { afterAll, expect, test } from 'vitest';
import { closeShops, setUp } from './set-up.ts';

afterAll(closeShops);

test('a sync that failed in part says how much is in, by the rows it wrote, and status says which part is not', async () => {
  const { heartland, shop } = await setUp();
  const locations = heartland.ledger.locations.map(({ id }) => String(id));
  const broken = heartland.faults.add({
    kind: 'unauthorized',
    path: 'inventory/values',
    query: query => query.get('location_id') === locations.at(-1),
  });
  const only = ['sync', '--only', 'inventory_values'];
  const failed = await shop.run(only);
  expect(failed.code).toBe(3);
  const [{ rows }] = (await shop.warehouse.query(
    'select count(*)::int as rows from inventory_values',
  )) as [{ rows: number }];
  expect(rows).toBeGreaterThan(0);
  expect(failed.stdout.replace(/\s+/g, ' ')).toContain(
    `${locations.length - 1} slices of inventory_values committed before the failure: ${rows} new, 0 changed, 0 deleted rows. The rest is unchanged.`,
  );
  expect(failed.stdout).not.toMatch(/[Nn]othing (of it )?was changed|as they were/);
  // A later sync that is well elsewhere does not hide it.
  expect((await shop.run(only)).code).toBe(3);
  expect((await shop.run(['status'])).stdout).toMatch(/inventory_values +.*Heartland/);
  const nothing = heartland.faults.add({ kind: 'unauthorized', path: 'inventory/values' });
  expect((await shop.run(only)).stdout.replace(/\s+/g, ' ')).toContain(
    'No row of inventory_values was changed.',
  );
  nothing.off();
  broken.off();
  expect((await shop.run(only)).code).toBe(0);
  const { streams } = JSON.parse((await shop.run(['status', '--json'])).stdout);
  expect(streams).toContainEqual(
    expect.objectContaining({ stream: 'inventory_values', failed_at: null, due_again: 0 }),
  );
});
