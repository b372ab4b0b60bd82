import { describe, expect, test } from 'vitest';
import type { Json } from '../stand-ins/heartland/decimal.ts';
import type { Failure } from '../stand-ins/heartland/faults.ts';
import { type SmallAccount, smallAccount } from './small-account.ts';
import { differences, readAll, readTable } from './truth.ts';

/** Streams of each walk: by id, by id with lines, by page number. */
const STREAMS = ['locations', 'items', 'purchase_orders', 'inventory_values'] as const;
const PATHS = {
  items: 'items',
  purchase_orders: 'purchasing/orders',
  inventory_values: 'inventory/values',
} as const;

async function stateOf({ warehouse }: SmallAccount, table: string) {
  const cursors = await warehouse.query('select * from _cursors where stream = $1', [table]);
  const rows = await warehouse.query(`select ctid, * from ${table} order by 3`);
  return { cursors, rows };
}

async function isWhole(account: SmallAccount, table: keyof typeof PATHS): Promise<string[]> {
  const key = table === 'inventory_values' ? ['location_id', 'item_id'] : ['id'];
  const sorts = key.map((name): [string, string] => ['sort[]', name]);
  const groups = key.map((name): [string, string] => ['group[]', name]);
  const documents = await readAll(account.heartland, PATHS[table], [...sorts, ...groups]);
  return differences(PATHS[table], documents, await readTable(account, table), key);
}

const TABLES = ['items', 'purchase_orders', 'inventory_values'] as const;

const PASSING: [string, Failure][] = [
  ['pages that arrive short', { kind: 'shortPage', rows: 3 }],
  ['a total that is too high', { kind: 'lyingTotal', by: 2 }],
  ['a total that is too low', { kind: 'lyingTotal', by: -2 }],
  ['a total that changes', { kind: 'lyingTotal', by: [1, -1, 2, 0] }],
  ['rows that move forward', { kind: 'movingRows', rows: 1, keepsTotal: true }],
  ['rows that are put in', { kind: 'movingRows', rows: -1, keepsTotal: false }],
  ['answers that are no list', { kind: 'transform', body: () => ({ error: 'moved' }) }],
];

describe.concurrent('a fault that passes is made good by pulling again', () => {
  test.each(PASSING)('%s', async (_, failure) => {
    const account = await smallAccount();
    for (const table of TABLES)
      account.heartland.faults.add({ ...failure, path: PATHS[table], times: 3 });
    const { failures } = await account.sync(STREAMS);
    expect(failures).toEqual({});
    for (const table of TABLES) expect(await isWhole(account, table)).toEqual([]);
  });
});

const LASTING: [string, Failure][] = [
  ['a total that is always too high', { kind: 'lyingTotal', by: 2 }],
  ['a total that is always too low', { kind: 'lyingTotal', by: -2 }],
  [
    'a total that grows with each answer',
    { kind: 'lyingTotal', by: Array.from({ length: 500 }, (_, n) => n + 1) },
  ],
  ['totals and pages cut down to what fits full pages', { kind: 'transform', body: rounded }],
  ['a row that comes twice, and another not at all', { kind: 'transform', body: lastIsFirst }],
  ['answers that are no list', { kind: 'transform', body: () => ({ error: 'moved' }) }],
];

/** As if the server kept the last, started page to itself. */
function rounded(body: Json): Json {
  const page = body as { readonly total: number };
  const pages = Math.floor(page.total / 20);
  return page.total < 20 ? body : { ...page, total: pages * 20, pages };
}

function lastIsFirst(body: Json): Json {
  const page = body as { readonly results: readonly Json[] };
  return { ...page, results: [...page.results.slice(0, -1), page.results[0]!] };
}

describe.concurrent('a fault that lasts ends as incomplete, and nothing moves', () => {
  test.each(LASTING)('%s', async (what, failure) => {
    // Of orders there are fewer than a page.
    const tables = TABLES.filter(
      table => !what.includes('full pages') || table !== 'purchase_orders',
    );
    const account = await smallAccount();
    await account.sync(STREAMS);
    const before = await Promise.all(tables.map(table => stateOf(account, table)));
    const { ledger, faults } = account.heartland;
    for (const { id } of ledger.items) ledger.changeItem(id, { longDescription: 'new' });
    for (const table of tables) faults.add({ ...failure, path: PATHS[table] });
    const { failures, runId } = await account.sync(STREAMS, { full: true });
    expect(Object.keys(failures)).toEqual(tables);
    for (const [n, table] of tables.entries()) {
      expect(await stateOf(account, table)).toEqual(before[n]);
      const records = await account.warehouse.query(
        'select distinct status, attempts from _run_streams where run_id = $1 and stream = $2',
        [runId, table],
      );
      expect(records).toContainEqual({ status: 'incomplete', attempts: 3 });
    }
  });
});
