import { lastValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import { countOpenRows, openRows, replayQuarantine } from '../../pipelines/sync/quarantine.ts';
import { sync } from '../../pipelines/sync/sync.ts';
import { catalogue } from '../../sources/heartland/streams/catalogue.ts';
import { freshWork } from '../postgres/fresh-work.ts';
import { startHeartland } from '../stand-ins/heartland/server.ts';

const items = catalogue.filter(({ name }) => name === 'items');

test('rows in quarantine are listed with their reason, and go into their table once they can be used', async () => {
  const heartland = await startHeartland({ asOf: '2026-11-21' });
  const spoiled = new Map<unknown, object>([
    [100030, { price: 'ask' }],
    [100031, { cost: '?' }],
  ]);
  heartland.faults.add({
    kind: 'transform',
    path: 'items',
    body: body => {
      const answer = body as { results: { id: unknown }[] };
      const results = answer.results.map(item => ({ ...item, ...spoiled.get(item.id) }));
      return { ...answer, results } as typeof body;
    },
  });
  const { work, close } = await freshWork({ heartland });
  const { warehouse } = work;
  await lastValueFrom(sync(work, items));
  const bad = await openRows(warehouse, 10);
  expect(bad.map(({ stream, row_key }) => [stream, row_key])).toEqual([
    ['items', '100030'],
    ['items', '100031'],
  ]);

  expect(await lastValueFrom(replayQuarantine(work))).toEqual([
    { stream: 'items', fixed: 0, stillInvalid: 2 },
  ]);
  // What a newer version with a wider rule would do, done by hand to one of them.
  await warehouse.query(
    `update _quarantine set content = (content::jsonb || '{"price": 12.5}')::json where row_key = '100030'`,
  );
  expect(await lastValueFrom(replayQuarantine(work))).toEqual([
    { stream: 'items', fixed: 1, stillInvalid: 1 },
  ]);
  expect(await warehouse.query('select price::text from items where id = 100030')).toEqual([
    { price: '12.5' },
  ]);
  expect((await openRows(warehouse, 10)).map(({ row_key }) => row_key)).toEqual(['100031']);
  expect(await lastValueFrom(replayQuarantine(work))).toEqual([
    { stream: 'items', fixed: 0, stillInvalid: 1 },
  ]);
  await close();
  await heartland.close();
});

test('however many rows stay bad, those after them are replayed too', async () => {
  const heartland = await startHeartland({ asOf: '2026-11-21' });
  const { work, close } = await freshWork({ heartland });
  const { warehouse } = work;
  await lastValueFrom(sync(work, items));
  await warehouse.query(
    `insert into _quarantine (run_id, stream, slice, row_key, content, reason)
     select $1, 'items', '', id::text,
            json_build_object('id', id, 'price', case when id <= 902000 then 'ask' else '3' end), 'price'
     from generate_series(900001, 902001) as id`,
    [work.runId],
  );
  expect(await lastValueFrom(replayQuarantine(work))).toEqual([
    { stream: 'items', fixed: 1, stillInvalid: 2000 },
  ]);
  expect(await warehouse.query('select price::text from items where id = 902001')).toEqual([
    { price: '3' },
  ]);
  expect(await countOpenRows(warehouse)).toBe(2000);
  await close();
  await heartland.close();
});
