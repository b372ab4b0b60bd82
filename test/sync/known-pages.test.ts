import { describe, expect, test } from 'vitest';
import type { Json } from '../stand-ins/heartland/decimal.ts';
import type { Failure } from '../stand-ins/heartland/faults.ts';
import { type SmallAccount, smallAccount } from './small-account.ts';
import { differences, readAll, readTable } from './truth.ts';

/** Slices of six pages each, one for each location. */
const PAGED = { heartlandConfiguration: { per_page: 8 } };
const STREAMS = ['locations', 'inventory_values'];
const KEY = ['location_id', 'item_id'];
const PARAMS = KEY.flatMap((name): [string, string][] => [
  ['group[]', name],
  ['sort[]', name],
]);

type Body = { readonly results: readonly Readonly<Record<string, Json>>[] };

/** What the warehouse has otherwise than the account. */
async function wrong(account: SmallAccount): Promise<string[]> {
  const documents = await readAll(account.heartland, 'inventory/values', PARAMS);
  expect(documents.length).toBeGreaterThan(100);
  const rows = await readTable(account, 'inventory_values');
  return differences('inventory/values', documents, rows, KEY);
}

/** One more unit of the nth item in the first store. */
function count({ heartland: { ledger } }: SmallAccount, n: number): void {
  ledger.adjust({
    locationId: ledger.locations[0]!.id,
    reasonId: 100_001,
    note: null,
    lines: [{ itemId: ledger.items[n]!.id, qty: 1 }],
  });
}

async function written({ warehouse }: SmallAccount, runId: string): Promise<number> {
  const rows = await warehouse.query('select from inventory_values where _run_id = $1', [runId]);
  return rows.length;
}

test.concurrent.each([
  ['on the first page', [0]],
  ['on the last page', [47]],
  ['in between', [20]],
  ['on several pages', [5, 6, 30, 46]],
])(
  'of a slice in which rows changed %s, those alone are written, and all are right',
  async (_, items) => {
    const account = await smallAccount(PAGED);
    await account.sync(STREAMS);
    expect(await wrong(account)).toEqual([]);
    for (const n of items) count(account, n);
    expect(await wrong(account)).not.toEqual([]);
    const { runId, failures } = await account.sync(STREAMS);
    expect(failures).toEqual({});
    expect(await wrong(account)).toEqual([]);
    expect(await written(account, runId)).toBe(items.length);
    // What is remembered of it now is what is there now.
    const again = await account.sync(STREAMS);
    expect(await written(account, again.runId)).toBe(0);
    expect(await wrong(account)).toEqual([]);
  },
);

const FAULTS: [string, Failure][] = [
  ['pages that arrive short', { kind: 'shortPage', rows: 3 }],
  ['a total that changes', { kind: 'lyingTotal', by: [1, -1, 2, 0] }],
  ['rows that move forward', { kind: 'movingRows', rows: 1, keepsTotal: true }],
  ['rows that are put in', { kind: 'movingRows', rows: -1, keepsTotal: false }],
  ['answers of 500', { kind: 'internalError' }],
  ['answers that are cut off', { kind: 'cut', when: 'midway' }],
  ['pages of HTML', { kind: 'htmlPage' }],
];

describe.concurrent('a slice that was seen before, pulled again because of', () => {
  test.each(FAULTS)('%s', async (_, failure) => {
    const account = await smallAccount(PAGED);
    await account.sync(STREAMS);
    count(account, 40);
    account.heartland.faults.add({ ...failure, path: 'inventory/values', times: 3 });
    const { failures } = await account.sync(STREAMS);
    expect(failures).toEqual({});
    expect(await wrong(account)).toEqual([]);
  });
});

test.concurrent('a page with a bad row is read each time, and its row stays in quarantine until it is good', async () => {
  const account = await smallAccount(PAGED);
  const { ledger, faults } = account.heartland;
  const bad = ledger.items[3]!.id;
  const rows = await readAll(account.heartland, 'inventory/values', PARAMS);
  const stores = rows.filter(row => row.item_id === `#${bad}`).length;
  expect(stores).toBeGreaterThan(1);
  const spoiling = faults.add({
    kind: 'transform',
    path: 'inventory/values',
    body: body => {
      const page = body as Body;
      const results = page.results.map(row => (row.item_id === bad ? { ...row, qty: 'x' } : row));
      return { ...page, results };
    },
  });
  const quarantined = async (runId: string) => {
    const rows = await account.warehouse.query(
      `select from _quarantine where run_id = $1 and stream = 'inventory_values'`,
      [runId],
    );
    return rows.length;
  };
  for (const _ of [1, 2, 3]) {
    const { runId, results } = await account.sync(STREAMS);
    expect(await quarantined(runId)).toBe(stores);
    const records = results.find(({ stream }) => stream === 'inventory_values')!.records;
    for (const record of records) expect(record).toMatchObject({ status: 'complete' });
  }
  const open = () => account.warehouse.query('select from _quarantine where resolved_at is null');
  expect(await open()).not.toEqual([]);
  // It turns up on a page of a slice that otherwise changed.
  count(account, 40);
  await account.sync(STREAMS);
  expect(await wrong(account)).toHaveLength(stores);
  spoiling.off();
  await account.sync(STREAMS);
  expect(await open()).toEqual([]);
  expect(await wrong(account)).toEqual([]);
});

test.concurrent('rows that somebody emptied out of the table come back, though the answers are the same', async () => {
  const account = await smallAccount(PAGED);
  await account.sync(STREAMS);
  await account.warehouse.query('delete from inventory_values where location_id = $1', [
    account.heartland.ledger.locations[1]!.id,
  ]);
  await account.sync(STREAMS);
  expect(await wrong(account)).toEqual([]);
});

test.concurrent('what is counted of a slice that did not change is what came', async () => {
  const account = await smallAccount(PAGED);
  const first = await account.sync(STREAMS);
  const second = await account.sync(STREAMS);
  // Slices are pulled side by side, and are recorded in the order in which they end.
  const counts = (synced: typeof first) =>
    synced.results
      .flatMap(({ records }) =>
        records.map(({ stream, slice, reportedTotal, seen, quarantined, status }) => {
          return { stream, slice, reportedTotal, seen, quarantined, status };
        }),
      )
      .toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  expect(counts(second)).toEqual(counts(first));
  expect(counts(first).length).toBeGreaterThan(3);
});
