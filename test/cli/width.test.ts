import { afterAll, expect, test, vi } from 'vitest';
import { closeShops, QUICK, setUp } from './set-up.ts';

// Each test starts several processes, side by side with others.
vi.setConfig({ testTimeout: 120_000 });
afterAll(closeShops);

const widest = (text: string) => Math.max(...text.split('\n').map(line => [...line].length));

test('tables fit the terminal: long texts go on in further lines, and what is left out is named', async () => {
  const { shop, heartland } = await setUp({
    locations: { '1': { locally_id: '1' } },
    locally: { deliver: { host: '127.0.0.1', port: 9, user: 'u', password: 'long-enough' } },
  });
  const feed = await shop.run(['locally', '--out', 'feed']);
  expect(feed.code).toBe(0);
  expect(feed.stdout).toMatch(/^Stock as of \d{4}-\d\d-\d\d \d\d:\d\d C[SD]T$/m);
  const long = 'backfill sales_daily --from 2026-10-01 --to 2026-10-31';
  await shop.warehouse.query(
    `insert into _runs (command, status, message) values ($1, 'failed', $2)`,
    [long, 'The warehouse cannot be used: its disk is full. Free space on it, then run it again.'],
  );
  heartland.faults.add({ kind: 'lyingTotal', by: 1, path: 'items' });
  expect((await shop.run([...QUICK, '--full'])).code).toBe(3);

  const in80 = async (args: readonly string[]) => {
    const { code, stdout } = await shop.run(args);
    expect(code).toBe(0);
    expect(widest(stdout)).toBeLessThanOrEqual(80);
    return stdout.replace(/\s+/g, ' ');
  };
  const streams = await in80(['streams']);
  for (const words of ['purchase_orders, ', 'inventory_values ', 'purchasing.vendor. '])
    expect(streams).toContain(words);
  expect(await in80(['status'])).toMatch(/items .* C[SD]T .* C[SD]T/);
  const runs = await in80(['runs']);
  expect(runs).toContain('Left out for want of room: seconds; --json has it all.');
  for (const word of ['2026-10-31', 'Free', 'incomplete', 'failed']) expect(runs).toContain(word);

  const wide = await shop.run(['runs'], { COLUMNS: '250' });
  expect(wide.stdout).toContain(long);
  expect(wide.stdout).toContain('its disk is full. Free space on it');
  expect(wide.stdout).not.toContain('Left out');
});
