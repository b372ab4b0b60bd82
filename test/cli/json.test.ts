import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { daysAgo } from '../setup/clock.ts';
import { startFtp } from '../stand-ins/ftp/server.ts';
import type { Json } from '../stand-ins/heartland/decimal.ts';
import { startLocallyApi } from '../stand-ins/locally/locally-api.ts';
import { startSmtp } from '../stand-ins/smtp/server.ts';
import { closeShops, setUp } from './set-up.ts';

// One shop, and a process for each command.
vi.setConfig({ testTimeout: 900_000 });
afterAll(closeShops);

/** Counts are numbers. */
const COUNTS =
  /^(slices|rows|seen|inserted|updated|deleted|bytes|items|products|matching|compared|attempts|fixed|still_invalid|removed_rows|rows_change|port)$/;
/** Money, quantities and record numbers are text. */
const TEXTS =
  /^(units|units_change|qty|price|sent|net_sales|sold_units|end_cost|\w+_id|item_number|location_number|location|class_code)$/;
/** Only these may have decimals. */
const DURATIONS = /^(seconds|hours)$/;

/** Every value with its name, at any depth, except content from Heartland. */
function* valuesIn(value: unknown, name = ''): Generator<readonly [string, unknown]> {
  if (Array.isArray(value)) {
    for (const inner of value) yield* valuesIn(inner, name);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      // Names of fields, each with the number of changes.
      if (name !== 'counts' || typeof inner !== 'number') yield [key, inner];
      if (key !== 'content') yield* valuesIn(inner, key);
    }
  }
}

/** Every violation of the conventions in an object of `--json`. */
function againstConvention(result: unknown): string[] {
  return [...valuesIn(result)].flatMap(([name, value]) => {
    const is = `${name}: ${JSON.stringify(value)}`;
    const isNumber = typeof value === 'number';
    return [
      ...(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name) ? [] : [`${is} is not in snake_case`]),
      ...(COUNTS.test(name) && typeof value === 'string' ? [`${is} is a count as text`] : []),
      ...(TEXTS.test(name) && isNumber ? [`${is} is no text`] : []),
      ...(isNumber && !Number.isInteger(value) && !DURATIONS.test(name)
        ? [`${is} is inexact`]
        : []),
    ];
  });
}

test('every command prints one object with --json, by the same conventions', async () => {
  const [ftp, api, smtp] = await Promise.all([startFtp(), startLocallyApi(), startSmtp()]);
  onTestFinished(async () => {
    await Promise.all([ftp.close(), api.close(), smtp.close()]);
  });
  const { host, port, user, password } = ftp;
  const { baseUrl: base_url, token } = api;
  const { shop, heartland } = await setUp({
    locations: { '1': { locally_id: '12345' }, '2': {} },
    locally: {
      send_price: true,
      deliver: { host, port, user, password, attempts: 1 },
      verify: { token, base_url, company_id: '77', upc_prefix: '7', sample: 4 },
    },
    management_one: {
      client_id: '4321',
      class_codes: ['110', 'UNCL'],
      email: { smtp: smtp.url, from: 'a@acme.example', to: ['b@m1.example'] },
    },
  });
  api.shown = () => true;
  const spoilt = heartland.faults.add({
    kind: 'transform',
    path: 'items',
    body: body => {
      const { results, ...page } = body as { readonly results: readonly Record<string, Json>[] };
      const [first, ...others] = results;
      const bad = { ...first, created_at: 'never', itsOwnName: 1 };
      return { ...page, results: first === undefined ? [] : [bad, ...others] } as Json;
    },
  });
  const days = ['--from', daysAgo(3), '--to', daysAgo(2)];
  const month = ['management-one', ...days];
  const results = new Map<string, Record<string, unknown>>();
  const run = async (...args: readonly string[]) => {
    const { code, stdout } = await shop.run([...args, '--json']);
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(stdout.trimEnd()).not.toContain('\n');
    expect([args, result.exit_code]).toEqual([args, code]);
    results.set(args.join(' '), result);
    return result;
  };

  await run('sync', '--dry-run');
  await run('sync');
  await run('quarantine', 'list');
  spoilt.off();
  await run('quarantine', 'replay');
  await run('backfill', 'sales_daily', ...days);
  await run('locally', '--dry-run');
  await run('locally');
  heartland.ledger.changeItem(heartland.ledger.items.find(({ custom }) => custom.upc)!.id, {
    isActive: false,
  });
  await run('locally');
  for (const look of ['diff', 'orders', 'verify']) await run('locally', look);
  await run(...month, '--dry-run', '--preview');
  await run(...month);
  const { exports } = await run('exports');
  const { export_id: held } = (exports as { export_id: string }[])[0]!;
  const { files } = await run('exports', 'save', held, '--out', 'look');
  await run(...month, '--compare', (files as { path: string }[])[0]!.path);
  await run('management-one', '--month', daysAgo(2).slice(0, 7), '--confirm-delivered');
  await run('status');
  await run('due');
  await run('runs');
  await run('streams');
  await run('grant-reader');
  await run('doctor');
  await run('synk');
  await run('sync', '--config', join(shop.folder, 'nowhere.yaml'));

  const wrong = [...results].map(([args, result]) => [args, againstConvention(result)]);
  expect(wrong.filter(([, found]) => found!.length > 0)).toEqual([]);
  // The rules above found something to check.
  const names = new Set(
    [...results.values()].flatMap(result => [...valuesIn(result)]).map(([name]) => name),
  );
  for (const name of [
    'units',
    'removed_rows',
    'stock_as_of',
    'sold_units',
    'run_id',
    'theirs',
    'seconds',
  ])
    expect(names).toContain(name);
  expect(results.get('runs')!.runs).toContainEqual(
    expect.objectContaining({ run_id: '1', rows: 0, command: 'sync' }),
  );
  const [row] = results.get('quarantine list')!.rows as { content: object }[];
  expect(row!.content).toMatchObject({ itsOwnName: 1 });
});
