import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '../../sources/heartland/streams/catalogue.ts';
import { differences, type Raw, readAll } from '../sync/truth.ts';
import { EVERYTHING, type Scene, type SyncedScene, scene } from './account.ts';

let account: Scene;
let synced: SyncedScene;
beforeAll(async () => {
  account = await scene(EVERYTHING);
  synced = await account.sync();
});
afterAll(() => account.close());

/** How a document differs from its row on purpose. */
type Adapt = (document: Raw) => Raw;

const NOTHING_WITHHELD: ReadonlySet<string> = new Set();

const asIs: Adapt = document => document;
/** The store's own clock: no offset. */
const local: Adapt = document =>
  Object.fromEntries(
    Object.entries(document).map(([key, value]) => [
      key,
      /^local_|^(start|end)_at$/.test(key) && typeof value === 'string'
        ? value.slice(0, 19).replace(' ', 'T')
        : value,
    ]),
  );
const without =
  (...keys: string[]): Adapt =>
  document =>
    Object.fromEntries(Object.entries(document).filter(([key]) => !keys.includes(key)));
const link =
  (from: string, to: string): Adapt =>
  ({ [from]: owner, id }) => ({ [from]: owner, [to]: id });

const RECORDS: readonly [table: string, path: string, adapt?: Adapt][] = [
  ['item_grids', 'item_grids'],
  ['tickets', 'sales/tickets', local],
  ['sales_orders', 'sales/orders', without('gift_cards')],
  ['invoices', 'sales/invoices', local],
  ['payments', 'payments', local],
  ['customers', 'customers'],
  ['tax_jurisdictions', 'sales/tax_jurisdictions'],
  ['tax_rules', 'sales/tax_rules'],
  ['promotion_rules', 'promotion_rules', local],
  ['coupons', 'coupons', local],
  ['webhooks', 'webhooks'],
  ['traffic_counters', 'traffic_counters'],
  ['traffic_counts', 'traffic_counts'],
  ['permissions', 'permissions'],
  ['roles', 'roles'],
  ['users', 'users'],
  ['payment_types', 'payment_types', without('capture_url')],
  ['shipping_methods', 'shipping/methods'],
  ['gift_card_adjustment_reasons', 'reason_codes/gift_card_adjustment_reasons'],
  ['gift_cards', 'gift_cards'],
  ['gift_card_adjustments', 'gift_card/adjustments', local],
];

const CHILDREN: readonly [
  table: string,
  parent: string,
  child: string,
  parentKey: string,
  key: readonly string[],
  adapt?: Adapt,
][] = [
  ['ticket_lines', 'sales/tickets', 'lines', 'sales_transaction_id', ['id']],
  ['ticket_payments', 'sales/tickets', 'payments', 'sales_transaction_id', ['id']],
  ['sales_order_lines', 'sales/orders', 'lines', 'order_id', ['id']],
  ['sales_order_payments', 'sales/orders', 'payments', 'order_id', ['id']],
  ['invoice_lines', 'sales/invoices', 'lines', 'sales_transaction_id', ['id']],
  ['invoice_payments', 'sales/invoices', 'payments', 'sales_transaction_id', ['id']],
  ['transfer_events', 'inventory/transfers', 'events', 'transfer_id', ['id'], local],
  ['transfer_event_lines', 'inventory/transfers', 'event_lines', 'transfer_id', ['id'], local],
  ['customer_addresses', 'customers', 'addresses', 'customer_id', ['customer_id', 'id']],
  ...(
    [
      ['role_permissions', 'roles', 'permissions', 'role_id', 'permission_id'],
      ['role_users', 'roles', 'users', 'role_id', 'user_id'],
      ['user_roles', 'users', 'roles', 'user_id', 'role_id'],
      ['user_locations', 'users', 'locations', 'user_id', 'location_id'],
    ] as const
  ).map(([table, parent, child, from, to]): (typeof CHILDREN)[number] => [
    ...([table, parent, child, from] as const),
    [from, to],
    link(from, to),
  ]),
  ['role_alert_types', 'roles', 'alert_types', 'role_id', ['role_id', 'id']],
];

test('every stream of the catalogue is pulled, and no row is refused', async () => {
  expect(synced.failures).toEqual({});
  const pulled = synced.results.map(({ stream }) => stream);
  const named = catalogue.map(({ name }) => name);
  expect(named.filter(name => !pulled.includes(name) && !name.startsWith('source_'))).toEqual([]);
  expect(await account.query('select stream, reason from _quarantine')).toEqual([]);
});

test.each(RECORDS)('%s holds what the account holds', async (table, path, adapt = asIs) => {
  const documents = await readAll(account.heartland, path);
  expect(documents.length).toBeGreaterThan(1);
  expect(
    differences(table, documents.map(adapt), await account.rows(table), ['id'], NOTHING_WITHHELD),
  ).toEqual([]);
  expect(await account.count(table)).toEqual({
    reportedTotal: documents.length,
    seen: documents.length,
  });
});

test.each(CHILDREN)(
  '%s holds what each of the %s has',
  async (table, path, child, parentKey, key, adapt = asIs) => {
    const documents: Raw[] = [];
    for (const { id } of await readAll(account.heartland, path)) {
      const rows = await readAll(account.heartland, `${path}/${String(id).slice(1)}/${child}`);
      documents.push(...rows.map(row => adapt({ ...row, [parentKey]: id })));
    }
    expect(documents.length).toBeGreaterThan(1);
    expect(differences(table, documents, await account.rows(table), key, NOTHING_WITHHELD)).toEqual(
      [],
    );
    const [{ total } = { total: 0 }] = await account.query<{ total: number }>(
      `select count(*)::int as total from ${table}`,
    );
    expect(total).toBe(documents.length);
  },
);

test('user_alerts has the alerts of each user at each location open to them', async () => {
  const { heartland } = account;
  const documents: Raw[] = [];
  for (const { id, all_locations } of await readAll(heartland, 'users')) {
    const user = String(id).slice(1);
    const open = await readAll(
      heartland,
      all_locations === true ? 'locations' : `users/${user}/locations`,
    );
    for (const { id: location } of open) {
      const at: [string, string] = ['location_id', String(location).slice(1)];
      for (const row of await readAll(heartland, `users/${user}/alerts`, [at]))
        documents.push({ ...row, user_id: id!, location_id: location! });
    }
  }
  expect(documents.length).toBeGreaterThan(5);
  const key = ['user_id', 'location_id', 'type'];
  const rows = await account.rows('user_alerts');
  expect(differences('user_alerts', documents, rows, key, NOTHING_WITHHELD)).toEqual([]);
});

test('what users may do comes with its role, however it is spelt', async () => {
  const { heartland } = account;
  const permissions = await readAll(heartland, 'users/100001/permissions');
  const rows = await account.query<{ permission_id: string }>(
    'select permission_id from user_permissions where user_id = 100001',
  );
  expect(rows.map(row => row.permission_id).sort()).toEqual(
    permissions.map(({ name }) => name).sort(),
  );
});

test('nothing that a stream describes is left to _extra', async () => {
  const fields = await account.query<{ stream: string; field: string }>(
    'select stream, field from _unknown_fields order by 1, 2',
  );
  // The stand-in shows rows of a purchase order as heavy as they are on live accounts.
  expect(fields.map(({ stream, field }) => `${stream}.${field}`)).toEqual([
    'purchase_order_lines.autogridding',
  ]);
});
