import { lastValueFrom } from 'rxjs';
import { afterEach, expect, test } from 'vitest';
import { chosenStreams } from '../../pipelines/run/configured-streams.ts';
import { replayQuarantine } from '../../pipelines/sync/quarantine.ts';
import { LEAST, messageOf, read } from '../configuration/file.ts';
import type { Json } from '../stand-ins/heartland/decimal.ts';
import { type Scene, scene } from './account.ts';

const open: Scene[] = [];
afterEach(async () => {
  for (const account of open.splice(0)) await account.close();
});
async function opened(configuration: Readonly<Record<string, unknown>> = {}): Promise<Scene> {
  const account = await scene(configuration);
  open.push(account);
  return account;
}

/** Everything that the merchant's schema holds, in every table and column, as one text. */
async function everythingKept(account: Scene): Promise<string> {
  const tables = await account.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = current_schema and table_type = 'BASE TABLE'`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const [row] = await account.query<{ all: string | null }>(
      `select string_agg(row_to_json(t)::text, ' ') as all from "${name}" as t`,
    );
    texts.push(row?.all ?? '');
  }
  return texts.join('\n');
}

const PEOPLE = /customer\d+@example\.com|Birch|Mountain Drive|Card Holder|Somebody|@shop\.example/;

test('nothing about people is kept unless the configuration says so, in no table and no column', async () => {
  const account = await opened({ streams: { roles: true, payments: true } });
  const { failures } = await account.sync();
  expect(failures).toEqual({});
  expect(account.heartland.requests.map(({ path }) => path)).not.toContain('customers');
  const kept = await everythingKept(account);
  expect(kept).toContain('SKU-00001');
  expect(kept).not.toMatch(PEOPLE);
  const named = await account.query(
    'select customer_name, sales_rep from tickets where customer_id is not null limit 1',
  );
  expect(named).toEqual([{ customer_name: null, sales_rep: null }]);
});

test('a list limits customers to its columns: the others reach no table, not even with a bad row', async () => {
  const account = await opened({
    personal_data: { customers: ['public_id', 'loyalty_points_total'] },
  });
  account.heartland.faults.add({
    path: 'customers',
    kind: 'transform',
    body: body => {
      const { results, ...envelope } = body as { results: Record<string, string>[] };
      const spoilt = results.map((row, n) =>
        n === 3 ? { ...row, public_id: { wrong: true }, mothers_name: 'Birch' } : row,
      );
      return { ...envelope, results: spoilt };
    },
  });
  const { failures } = await account.sync(['customers']);
  expect(failures).toEqual({});
  expect(await account.count('customers')).toEqual({ reportedTotal: 40, seen: 40 });
  const columns = await account.query<{ name: string }>(
    `select column_name as name from information_schema.columns
     where table_schema = current_schema and table_name = 'customers' and column_name !~ '^_'`,
  );
  expect(columns.map(({ name }) => name).sort()).toEqual([
    'id',
    'loyalty_points_total',
    'public_id',
  ]);
  const [bad] = await account.query<{ content: object }>('select content from _quarantine');
  expect(Object.keys(bad!.content).sort()).toEqual(['id', 'loyalty_points_total', 'public_id']);
  expect(await everythingKept(account)).not.toMatch(PEOPLE);
});

test('columns that are turned on later are there for every record, not only for those that change', async () => {
  const account = await opened({ personal_data: { customers: ['public_id'] } });
  expect((await account.sync(['customers', 'tickets'])).failures).toEqual({});
  const wide = await scene({ personal_data: { customers: true } }, account);
  open.push(wide);
  expect((await wide.sync(['customers', 'tickets'])).failures).toEqual({});
  expect(await wide.query('select from customers where email is null')).toEqual([]);
  const nameless = 'select from tickets where customer_id is not null and customer_name is null';
  expect(await wide.query(nameless)).toEqual([]);
  // And the run after that asks for changes again.
  const { results } = await wide.sync(['customers', 'tickets']);
  expect(results.flatMap(({ records }) => records).map(({ seen }) => seen)).toEqual([0, 0]);
});

test('a row quarantined when more was turned on is replayed with no more than is turned on now', async () => {
  const account = await opened({ personal_data: { customers: true } });
  const off = account.heartland.faults.add({
    path: 'customers',
    kind: 'transform',
    body: body => {
      const { results, ...envelope } = body as { results: Record<string, string>[] };
      const spoilt = results.map(row =>
        row.id === results[3]?.id ? { ...row, public_id: {} } : row,
      );
      return { ...envelope, results: spoilt as never };
    },
  });
  await account.sync(['customers']);
  off.off();
  await account.query('drop table customers');
  await account.query(
    `update _quarantine set content = jsonb_set(content::jsonb, '{public_id}', '"C1"')::json`,
  );
  const narrow = await scene({ personal_data: { customers: ['public_id'] } }, account);
  open.push(narrow);
  const [replayed] = await narrow.within(work => lastValueFrom(replayQuarantine(work)));
  expect(replayed).toEqual({ stream: 'customers', fixed: 1, stillInvalid: 0 });
  const [row] = await narrow.query<object>('select * from customers');
  expect(row).toMatchObject({ public_id: 'C1', _extra: null });
  expect(row).not.toHaveProperty('email');
});

test('asking for personal data that is not turned on is refused, and says how to turn it on', async () => {
  const account = await opened();
  await expect(account.sync(['users'])).rejects.toThrow(
    'users is personal data, which is off in the configuration. Write personal_data: { users: true }, or a list of columns.',
  );
});

test('addresses come as the documentation shows them too, one record without its envelope', async () => {
  const account = await opened({
    personal_data: { customers: ['id'], customer_addresses: ['city'] },
  });
  account.heartland.faults.add({
    path: 'customers',
    kind: 'transform',
    body: (body, path) =>
      path.endsWith('/addresses') ? (body as { results: Json[] }).results[0]! : body,
  });
  expect((await account.sync(['customers'])).failures).toEqual({});
  const [row] = await account.query<{ cities: number }>(
    `select count(*)::int as cities from customer_addresses where city = 'Gotham'`,
  );
  expect(row!.cities).toBe(40);
});

test('a stream is switched on and off by its name; what was switched on later is read from the beginning', async () => {
  const account = await opened();
  const pulled = (streams: object) =>
    account.within(async work => chosenStreams(work.configuration).map(({ name }) => name), {
      streams,
    });
  const usual = await pulled({});
  expect(usual).toContain('tickets');
  expect((await pulled({ webhooks: true, tickets: false })).toSorted()).toEqual(
    [...usual.filter(name => name !== 'tickets'), 'webhooks'].toSorted(),
  );
  await account.sync(['transfers']);
  expect(await account.query(`select to_regclass('transfer_events') as it`)).toEqual([
    { it: null },
  ]);
  const later = await scene({ streams: { transfer_events: true } }, account);
  open.push(later);
  expect((await later.sync(['transfers'])).failures).toEqual({});
  const [{ missing } = { missing: -1 }] = await later.query<{ missing: number }>(
    `select count(*)::int as missing from transfers t
     where not exists (select from transfer_events e where e.transfer_id = t.id)`,
  );
  expect(missing).toBe(0);
});

test('alerts of users take the users and a wish of their own, and are read anew though no user changed', async () => {
  const users = await opened({ personal_data: { users: ['name'] } });
  expect((await users.sync(['users'])).failures).toEqual({});
  expect(await users.query(`select to_regclass('user_alerts') as it`)).toEqual([{ it: null }]);
  const wished = { personal_data: { users: ['name'] }, streams: { user_alerts: true } };
  const account = await scene(wished, users);
  open.push(account);
  expect((await account.sync(['users'])).failures).toEqual({});
  const rows = await account.query<object>('select * from user_alerts');
  expect(rows.length).toBeGreaterThan(5);
  expect(Object.keys(rows[0]!).filter(name => !name.startsWith('_'))).toEqual([
    ...['user_id', 'location_id', 'type'],
  ]);
  const gone = account.heartland.faults.add({
    path: 'users',
    kind: 'transform',
    body: (body, path) => (path.endsWith('/alerts') ? { total: 0, pages: 1, results: [] } : body),
  });
  expect((await account.sync(['users'])).failures).toEqual({});
  expect(gone.fired).toBeGreaterThan(0);
  expect(await account.query('select from user_alerts where _deleted_at is null')).toEqual([]);
});

test('mistakes in these sections are reported', async () => {
  expect(await messageOf(`${LEAST}streams: { user_alerts: true }\n`)).toBe(
    'tillstream.yaml:6 streams.user_alerts found true, expected false or no value, because personal_data.users is not turned on.',
  );
  expect(await messageOf(`${LEAST}streams: { tickts: true }\n`)).toBe(
    'tillstream.yaml:6 streams.tickts is an unknown setting (did you mean "tickets"?).',
  );
  expect(await messageOf(`${LEAST}streams: { customers: true }\n`)).toBe(
    'tillstream.yaml:6 streams.customers found true, expected false or no value: personal data is turned on under personal_data.',
  );
  expect(await messageOf(`${LEAST}personal_data: { users: [name, salary] }\n`)).toMatch(
    /personal_data\.users.* expected true, false or a list of columns\. Columns are id, public_id, login, name/,
  );
  expect(await messageOf(`${LEAST}personal_data: { customer_addresses: true }\n`)).toContain(
    'expected true or a list of columns, as [id], because customer_addresses are read customer by customer',
  );
  expect((await read(LEAST)).personal_data).toEqual({
    customers: false,
    customer_addresses: false,
    users: false,
  });
});
