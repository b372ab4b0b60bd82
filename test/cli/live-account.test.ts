/** Commands against observed behavior that Heartland does not document. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { now } from '../setup/clock.ts';
import type { Heartland } from '../stand-ins/heartland/server.ts';
import { closeShops, setUp } from './set-up.ts';
import type { Shop } from './shop.ts';

let heartland: Heartland;
let shop: Shop;
beforeAll(async () => {
  ({ heartland, shop } = await setUp());
});
afterAll(closeShops);

const SYNC = ['sync', '--only', 'locations,vendors,items'];

test('a missing permission answered with 500 fails its own stream; the others are loaded', async () => {
  heartland.hideRefusals();
  heartland.withhold('purchasing.vendor.read');
  const failed = await shop.run(SYNC);
  expect(failed.code).toBe(3);
  expect(failed.stdout + failed.stderr).toContain('vendors');
  const [row] = await shop.warehouse.query('select count(*)::int as items from items');
  expect(row).toEqual({ items: heartland.ledger.items.length });
  heartland.grant('purchasing.vendor.read');
});

test('an item created over the API is in the warehouse after the next sync', async () => {
  // The account's clock is a minute behind that of the commands, so that nothing is in their future.
  heartland.ledger.advanceTo(Math.max(heartland.ledger.now, now().getTime() - 60_000));
  const made = await fetch(`${heartland.baseUrl}/items`, {
    method: 'POST',
    headers: { authorization: `Bearer ${heartland.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ description: 'Wool scarf', price: 25, custom: { class_code: '210' } }),
  });
  expect(made.status).toBe(201);
  const id = made.headers.get('location')!.split('/').at(-1)!;
  const synced = await shop.run(SYNC);
  expect(synced).toMatchObject({ code: 0 });
  const rows = await shop.warehouse.query(
    `select description, price::text, custom ->> 'class_code' as class from items where id = $1`,
    [id],
  );
  expect(rows).toEqual([{ description: 'Wool scarf', price: '25', class: '210' }]);
});
