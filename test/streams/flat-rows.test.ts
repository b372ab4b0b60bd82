import { afterAll, expect, test } from 'vitest';
import { catalogue } from '../../sources/heartland/streams/catalogue.ts';
import { columnsOf } from '../../transforms/columns.ts';
import { flatRowsReader } from '../../transforms/flat-rows.ts';
import { startHeartland } from '../stand-ins/heartland/server.ts';

const heartland = await startHeartland({ asOf: '2026-11-12', months: 1 });
afterAll(() => heartland.close());

/** A slice in which the account has something. */
const SLICES: Readonly<Record<string, string>> = {
  location: '100001',
  day: '2026-11-10',
  month: '2026-11-01',
  month_end: '2026-10-31',
};
const streams = catalogue.flatMap(({ name, path, row, walk }) =>
  walk.kind === 'by_page' && walk.slicedBy !== 'nothing' ? [{ name, path, row, walk }] : [],
);

test.each(streams)('$name is read without a parser', async ({ path, row, walk }) => {
  const value = SLICES[walk.slicedBy]!;
  const query = new URLSearchParams([
    ...walk.query(value).map(([name, asked]): [string, string] => [name, asked]),
    ['page', '1'],
    ['per_page', '500'],
  ]);
  const answer = await fetch(`${heartland.baseUrl}/${path}?${query}`, {
    headers: { authorization: `Bearer ${heartland.token}` },
  });
  const place = { column: walk.sliceColumn, value };
  const read = flatRowsReader(columnsOf(row), {
    runId: '7',
    within: place,
    ...(walk.stampSlice && { stamp: place }),
  });
  const others: unknown[] = [];
  const found = read(new Uint8Array(await answer.arrayBuffer()), other => others.push(other));
  expect(found?.count).toBeGreaterThan(10);
  expect(others).toEqual([]);
});
