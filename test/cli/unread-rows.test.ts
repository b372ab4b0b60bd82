import { afterAll, expect, onTestFinished, test } from 'vitest';
import { startFtp } from '../ftp/server.ts';
import type { Json } from '../heartland/decimal.ts';
import { closeShops, setUp } from './set-up.ts';

afterAll(closeShops);

test('rows that could not be read are told by sync, status, doctor and a quiet feed, with what to do', async () => {
  const ftp = await startFtp();
  onTestFinished(() => ftp.close());
  const { host, port, user, password } = ftp;
  const { shop, heartland } = await setUp({
    locations: { '1': { locally_id: '12345' }, '2': {}, '3': {} },
    locally: { filter: {}, deliver: { host, port, user, password } },
  });
  heartland.faults.add({
    kind: 'transform',
    path: 'inventory/values',
    query: query => query.get('page') === '1',
    body: body => {
      const page = body as { readonly results: readonly Json[] };
      return { ...page, results: page.results.map((row, at) => (at === 0 ? null : row)) };
    },
  });
  const means =
    /nothing that may be among them counts as gone\. Look at them with: tillstream quarantine list/;
  const synced = await shop.run(['sync', '--only', 'locations,items,inventory_values']);
  expect(synced).toMatchObject({ code: 0, stdout: expect.stringMatching(means) });
  const status = await shop.run(['status']);
  expect(status.stdout.replace(/\s+/g, ' ')).toMatch(
    /3 rows could not be read: 3 rows of inventory_values\. /,
  );
  expect(status.stdout.replace(/\s+/g, ' ')).toMatch(means);
  const doctor = await shop.run(['doctor', '--json']);
  expect(JSON.parse(doctor.stdout).checks).toContainEqual({
    check: 'rows',
    status: 'WARN',
    says: 'Rows from Heartland could not be read: 3 of inventory_values (as a row must be an object)',
    fix: expect.stringMatching(means),
  });
  const feed = await shop.run(['locally', '--quiet']);
  expect(feed).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /rows that could not be read: 1 \(stock of an item that the row does not name at location 1: a row must be an object/,
    ),
  });
});
