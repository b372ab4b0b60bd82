import { expect, test } from 'vitest';
import { catalogue } from '../../sources/heartland/streams/catalogue.ts';
import { type SmallAccount, smallAccount } from './small-account.ts';

const FROM_HISTORY_START = catalogue.filter(
  ({ walk, onDemand }) => walk.kind === 'by_key' && walk.fromHistoryStart && !onDemand,
);

/** The rows of all tables, without when they were loaded. */
async function everyRow({ warehouse, merchant }: SmallAccount) {
  const tables = await warehouse.query<{ name: string }>(
    String.raw`select tablename as name from pg_tables
      where schemaname = $1 and tablename not like '\_%' order by 1`,
    [merchant],
  );
  const content: Record<string, readonly unknown[]> = {};
  for (const { name } of tables) {
    const rows = await warehouse.query<{ row: string }>(
      `select (to_jsonb(t) - '_run_id' - '_loaded_at')::text as row from ${name} as t order by 1`,
    );
    content[name] = rows.map(({ row }) => row);
  }
  return content;
}

test('however many syncs led to a day, the warehouse holds the same: the look-back ends where history starts', async () => {
  // History starts on the day of the first sync, so all that a look-back could reach is from before.
  const options = {
    configuration: { history: { from: '2026-11-13' } },
    heartlandConfiguration: { lookback_minutes: 7 * 24 * 60 },
  };
  const daily = await smallAccount(options);
  const once = await smallAccount(options);
  const streams = ['locations', ...FROM_HISTORY_START.map(({ name }) => name)];
  expect((await daily.sync(streams)).failures).toEqual({});
  once.letPass(1);
  for (const { heartland } of [daily, once]) {
    const [store] = heartland.ledger.locations;
    const item = heartland.ledger.items[30]!;
    heartland.ledger.sell({ locationId: store!.id, lines: [{ itemId: item.id, qty: 2 }] });
  }
  expect((await daily.sync(streams)).failures).toEqual({});
  expect((await once.sync(streams)).failures).toEqual({});

  const content = await everyRow(daily);
  expect(content).toEqual(await everyRow(once));
  for (const table of ['inventory_transactions', 'tickets', 'ticket_lines'])
    expect(content[table]!.length).toBeGreaterThan(0);
});

test('a history that is made to begin earlier is read from there, as if it always had', async () => {
  const configuration = { history: { from: '2026-11-13' } };
  const later = await smallAccount({ configuration });
  const always = await smallAccount();
  const streams = ['locations', ...FROM_HISTORY_START.map(({ name }) => name)];
  expect((await later.sync(streams)).failures).toEqual({});
  const before = await everyRow(later);
  configuration.history = { from: '2026-11-01' };
  expect((await later.sync(streams)).failures).toEqual({});
  always.letPass(1);
  expect((await always.sync(streams)).failures).toEqual({});

  const content = await everyRow(later);
  expect(content).toEqual(await everyRow(always));
  for (const table of ['inventory_transactions', 'tickets', 'ticket_lines'])
    expect(content[table]!.length).toBeGreaterThan(before[table]!.length);
});

test('a history that is made to begin later keeps what was read before: only what is gone since then is gone', async () => {
  const configuration = { history: { from: '2026-11-01' } };
  const account = await smallAccount({ configuration });
  const alive = async () => {
    const rows = await account.warehouse.query<{ early: number; late: number }>(
      `select count(*) filter (where updated_at < '2026-11-08T00:00:00+14:00')::int as early,
              count(*) filter (where updated_at >= '2026-11-08T00:00:00+14:00')::int as late
       from tickets where _deleted_at is null`,
    );
    return rows[0]!;
  };
  expect((await account.sync(['locations', 'tickets'])).failures).toEqual({});
  const before = await alive();
  expect(before.early).toBeGreaterThan(0);
  configuration.history = { from: '2026-11-08' };
  expect((await account.sync(['locations', 'tickets'], { full: true })).failures).toEqual({});
  expect(await alive()).toEqual(before);
});
