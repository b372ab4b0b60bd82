import { afterAll, expect, test, vi } from 'vitest';
import type { Json } from '../stand-ins/heartland/decimal.ts';
import { closeShops, QUICK, setUp } from './set-up.ts';

// Each test starts several processes, concurrently.
vi.setConfig({ testTimeout: 300_000 });
afterAll(closeShops);

const widest = (text: string) => Math.max(...text.split('\n').map(line => [...line].length));

test('tables fit the terminal, words stay whole, and hidden columns are named', async () => {
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

  const fitting = async (args: readonly string[], columns: number) => {
    const { code, stdout } = await shop.run(args, { COLUMNS: String(columns) });
    expect(code).toBe(0);
    expect(widest(stdout)).toBeLessThanOrEqual(columns);
    return stdout.replace(/\s+/g, ' ');
  };
  const in80 = (args: readonly string[]) => fitting(args, 80);
  const streams = await in80(['streams']);
  for (const words of ['purchase_orders, ', 'inventory_values ', 'purchasing.vendor.read '])
    expect(streams).toContain(words);
  expect(await in80(['status'])).toMatch(/items .* C[SD]T .* C[SD]T/);
  const runs = await in80(['runs']);
  for (const words of [
    '2 backfill sales_daily failed',
    '3 sync incomplete',
    'The warehouse cannot be used: its disk is full. Free space on it, then run it again.',
  ])
    expect(runs).toContain(words);
  const narrow = await fitting(['runs'], 60);
  expect(narrow).toContain('columns hidden: seconds; use --json or a wider terminal');
  const wide = await shop.run(['runs'], { COLUMNS: '250' });
  expect(wide.stdout).toContain(long);
  expect(wide.stdout).toContain('its disk is full. Free space on it');
  expect(wide.stdout).not.toContain('Columns hidden');
});

test('help and the results of doctor fit the terminal, with nothing hidden', async () => {
  const { shop } = await setUp({ item_fields: { upc: 'custom@upcs', class_code: 'custom@clas' } });
  for (const columns of [80, 60, 50]) {
    const env = { COLUMNS: String(columns) };
    const help = await shop.run(['--help'], env);
    expect(widest(help.stdout)).toBeLessThanOrEqual(columns);
    expect(help.stdout.replace(/\s+/g, ' ')).toContain(
      'exports [action] [number] List feeds and month-end files, or save the files of one into a folder quarantine',
    );
    const doctor = await shop.run(['doctor'], env);
    expect(doctor.code).toBe(2);
    expect(widest(doctor.stdout)).toBeLessThanOrEqual(columns);
    expect(doctor.stdout.replace(/\s+/g, ' ')).toMatch(
      /FAIL item_fields.upc Items have no custom field with the key “upcs” \(tillstream\.yaml:1\) → Write custom@upc\. All keys: upc, class_code, .* FAIL item_fields.class_code Items/,
    );
  }
});

test('sync and runs report the same number of rows, with the lines of documents', async () => {
  const { shop, heartland } = await setUp();
  const { code, stdout } = await shop.run(['sync', '--only', 'locations,tickets', '--json']);
  expect(code).toBe(0);
  const { streams } = JSON.parse(stdout) as { streams: { stream: string; seen: number }[] };
  expect(streams.map(({ stream }) => stream)).toEqual([
    ...['locations', 'tickets', 'ticket_lines', 'ticket_payments'],
  ]);
  const read = streams.reduce((sum, { seen }) => sum + seen, 0);
  const [lines] = await shop.warehouse.query('select count(*)::int as rows from ticket_lines');
  expect(streams[2]!.seen).toBe(lines!.rows);
  expect((await shop.run(['runs'])).stdout).toMatch(new RegExp(` ${read}$`, 'm'));

  heartland.faults.add({
    kind: 'transform',
    path: 'sales/tickets',
    body: body => {
      const { results, ...page } = body as { readonly results: readonly Record<string, Json>[] };
      const spoilt = (line: Json) => ({ ...(line as Record<string, Json>), created_at: 'never' });
      const rows = results.map(row =>
        row.lines === undefined ? row : { ...row, lines: (row.lines as Json[]).map(spoilt) },
      );
      return { ...page, results: rows } as Json;
    },
  });
  const bad = await shop.run(['sync', '--only', 'tickets', '--full', '--quiet']);
  expect(bad.stdout).toMatch(new RegExp(`^${lines!.rows} rows could not be read\\.`));
});
