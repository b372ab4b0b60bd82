import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readerRole } from '../../sinks/postgres/reader.ts';
import { type FtpServer, startFtp } from '../ftp/server.ts';
import { type Heartland, startHeartland } from '../heartland/server.ts';
import { freshMerchant, freshWork } from '../postgres/fresh-work.ts';
import { folderWith, tillstream } from '../setup/tillstream.ts';
import { type SmtpServer, startSmtp } from '../smtp/server.ts';

let heartland: Heartland;
let ftp: FtpServer;
let smtp: SmtpServer;
beforeAll(async () => {
  [heartland, ftp, smtp] = await Promise.all([
    startHeartland({ asOf: '2026-11-21', token: 'canary-token-19' }),
    startFtp({ password: 'canary-ftp' }),
    startSmtp({ user: 'ops', password: 'canary-smtp' }),
  ]);
});
afterAll(() => Promise.all([heartland.close(), ftp.close(), smtp.close()]));

interface Finding {
  readonly check: string;
  readonly status: string;
  readonly says: string;
  readonly fix?: string;
}

const healthy = () => ({
  merchant: freshMerchant(),
  timezone: 'America/Chicago',
  warehouse: { url: `\${DATABASE_URL}` as string | undefined },
  heartland: { base_url: heartland.baseUrl, token: `\${HEARTLAND_TOKEN}` },
  item_fields: { upc: 'custom@upc', class_code: 'custom@class_code' },
  locations: Object.fromEntries(
    heartland.ledger.locations.map(({ publicId, zone }, index) => [
      publicId,
      { locally_id: `9${index}`, ...(zone !== 'America/Chicago' && { timezone: zone }) },
    ]),
  ) as Record<string, object>,
  locally: {
    filter: { 'custom@sell_on_locally': 'true' },
    deliver: {
      host: ftp.host,
      port: ftp.port,
      user: ftp.user,
      password: `\${FTP_PASSWORD}`,
    } as object,
  },
  management_one: {
    client_id: '1',
    class_codes: ['110'],
    email: { smtp: `\${SMTP_URL}`, from: 'a@acme.example', to: ['b@m1.example'] },
  },
});

const environment = () => ({
  DATABASE_URL: inject('warehouseUrl'),
  HEARTLAND_TOKEN: heartland.token,
  FTP_PASSWORD: ftp.password,
  SMTP_URL: smtp.url,
});

async function doctor(configuration: object) {
  const folder = await folderWith(configuration);
  const ended = await tillstream(folder, ['doctor', '--json'], environment());
  expect(ended.stdout + ended.stderr).not.toMatch(/canary|\n\s+at /);
  const { checks } = JSON.parse(ended.stdout) as { checks: readonly Finding[] };
  return {
    exitCode: ended.exitCode,
    checks,
    of: (check: string) => checks.find(finding => finding.check === check),
  };
}

test('a healthy configuration is all OK, and nothing is moved or made', async () => {
  const before = heartland.requests.length;
  const configuration = healthy();
  const { exitCode, checks } = await doctor(configuration);
  expect(checks.filter(({ status }) => status !== 'OK')).toEqual([]);
  expect(exitCode).toBe(0);
  expect(checks.map(({ check }) => check)).toEqual([
    ...['token', 'clock', 'permissions', 'item_fields.upc', 'item_fields.class_code'],
    ...['locally.filter', 'locations', 'timezone', 'warehouse', 'Locally by ftp'],
    'Management One by e-mail',
  ]);
  expect(heartland.requests.length - before).toBeLessThan(12);
  expect(smtp.messages).toEqual([]);
  expect(await ftp.list()).toEqual([]);
});

test('a secret that is written in the file is named, with its line, and is not shown', async () => {
  const base = healthy();
  const { exitCode, checks, of } = await doctor({
    ...base,
    heartland: { ...base.heartland, token: heartland.token },
    locally: { deliver: { ...base.locally.deliver, password: 'canary-ftp' } },
    management_one: {
      ...base.management_one,
      email: { ...base.management_one.email, smtp: smtp.url },
    },
  });
  expect(exitCode).toBe(0);
  expect(checks.filter(({ status }) => status === 'WARN').map(({ check }) => check)).toEqual([
    ...['heartland.token', 'locally.deliver.password', 'management_one.email.smtp'],
  ]);
  expect(of('heartland.token')).toMatchObject({
    says: expect.stringMatching(
      /written in the configuration file itself \(tillstream\.yaml:\d+\)/,
    ),
    fix: expect.stringMatching(/^Write \$\{HEARTLAND_TOKEN\} in its place/),
  });
});

test('what is wrong in the configuration is named, with the closest that would be right', async () => {
  const base = healthy();
  const { '1': first, ...others } = base.locations;
  const { exitCode, of } = await doctor({
    ...base,
    timezone: 'America/New_York',
    item_fields: { upc: 'custom@upcs', class_code: 'custom@Class Code'.replace(' ', '_') },
    locations: { ...others, '11': first },
  });
  expect(exitCode).toBe(2);
  expect(of('item_fields.upc')).toMatchObject({
    status: 'FAIL',
    says: expect.stringMatching(/no custom field with the key “upcs” \(tillstream\.yaml:\d+\)$/),
    fix: expect.stringContaining('Write custom@upc.'),
  });
  expect(of('item_fields.class_code')?.fix).toContain('Write custom@class_code.');
  expect(of('location 11')).toMatchObject({
    status: 'FAIL',
    says: expect.stringMatching(/^The configuration names it \(tillstream\.yaml:\d+\), and/),
  });
  expect(of('location 1')).toMatchObject({
    status: 'WARN',
    fix: expect.stringContaining('Put "1" under locations'),
  });
  expect(of('timezone')).toMatchObject({
    status: 'WARN',
    says: expect.stringMatching(
      /it was \d\d:\d\d in location \S+ when it was \d\d:\d\d in America\/New_York/,
    ),
  });
});

test('a permission that is missing is named as Heartland’s screen calls it, and a sync warns of it', async () => {
  heartland.withhold('inventory.values.read');
  heartland.withhold('item.view_cost');
  const configuration = healthy();
  try {
    const { exitCode, of } = await doctor(configuration);
    expect(exitCode).toBe(3);
    expect(of('inventory_values')).toMatchObject({
      status: 'FAIL',
      fix: expect.stringContaining(
        'INVENTORY › View inventory current values (inventory.values.read)',
      ),
    });
    expect(of('sales_margin_daily')?.fix).toContain('View item cost and margin information');
    expect(of('token')?.status).toBe('OK');
    const folder = await folderWith(configuration);
    const synced = await tillstream(
      folder,
      ['sync', '--only', 'locations,inventory_values', '--json'],
      environment(),
    );
    expect(synced.exitCode).toBe(3);
    expect(synced.stderr).toContain(
      'lacks the permission INVENTORY › View inventory current values (inventory.values.read), needed for inventory_values',
    );
    expect(synced.stderr).not.toContain('item.view_cost');
  } finally {
    heartland.grant('inventory.values.read');
    heartland.grant('item.view_cost');
  }
});

test('costs that the token’s user may not see are asked for once, not waited for; a 500 of anything else is', async () => {
  heartland.withhold('item.view_cost');
  const before = heartland.requests.length;
  heartland.faults.add({ kind: 'internalError', path: 'reporting/analyzer', times: 1 });
  try {
    const folder = await folderWith({ ...healthy(), history: { from: '2026-11-18' } });
    const synced = await tillstream(
      folder,
      ['sync', '--only', 'sales_daily,sales_margin_daily,inventory_cost_daily', '--json'],
      environment(),
    );
    expect(synced.exitCode).toBe(3);
    const { streams } = JSON.parse(synced.stdout);
    expect(streams).toEqual([
      expect.objectContaining({ stream: 'sales_daily', slices: 4 }),
      expect.objectContaining({
        stream: 'sales_margin_daily',
        slices: 0,
        message: expect.stringContaining('View item cost and margin information (item.view_cost)'),
      }),
      expect.objectContaining({ stream: 'inventory_cost_daily', slices: 0 }),
    ]);
    const refused = heartland.requests
      .slice(before)
      .filter(({ status }) => status === 500)
      .map(({ query }) => query.toString());
    const [stumbled, ...ofCosts] = refused;
    expect(stumbled).toContain('net_sales');
    expect(ofCosts.length).toBeGreaterThan(1);
    expect(new Set(refused).size).toBe(refused.length);
  } finally {
    heartland.grant('item.view_cost');
  }
});

test('what an export alone needs, and what a report is grouped by, is asked for too', async () => {
  heartland.withhold('reporting.read.metric.source_sales');
  heartland.withhold('reporting.read.group.item');
  try {
    const base = healthy();
    const { exitCode, of } = await doctor({
      ...base,
      management_one: { ...base.management_one, sales: 'source_sales' },
    });
    expect(exitCode).toBe(3);
    expect(of('source_sales_daily')?.fix).toContain('REPORTING › View source sales metric');
    expect(of('sales_daily')?.fix).toContain('REPORTING › Group reports by item');
  } finally {
    heartland.grant('reporting.read.metric.source_sales');
    heartland.grant('reporting.read.group.item');
  }
});

test('where the account does not tell permissions, each stream is tried', async () => {
  const hidden = heartland.faults.add({ path: 'users', kind: 'unauthorized' });
  heartland.withhold('purchasing.order.read');
  try {
    const { exitCode, of } = await doctor(healthy());
    expect(exitCode).toBe(3);
    expect(of('purchase_orders')?.status).toBe('FAIL');
    expect(of('items')).toMatchObject({ status: 'OK', says: 'It can be read' });
  } finally {
    hidden.off();
    heartland.grant('purchasing.order.read');
  }
});

test('views that could not be brought up to date and a role that is missing are told', async () => {
  const configuration = healthy();
  const fresh = await freshWork({ heartland, merchant: configuration.merchant });
  const { warehouse } = fresh.work;
  await warehouse.query(`update _views set kept_because = 'my_report depends on it'`);
  await warehouse.query(`revoke select on items from "${readerRole(configuration.merchant)}"`);
  await fresh.close();
  const { exitCode, of } = await doctor(configuration);
  expect(exitCode).toBe(0);
  expect(of('views')).toMatchObject({
    status: 'WARN',
    says: expect.stringContaining('my_report depends on it'),
  });
  expect(of('reader')).toMatchObject({
    status: 'WARN',
    fix: expect.stringContaining('create role'),
  });
});

test('each server that cannot be used is told by itself, and the worst exit code counts', async () => {
  const base = healthy();
  const { exitCode, of } = await doctor({
    ...base,
    locally: {
      ...base.locally,
      deliver: { ...base.locally.deliver, directory: '/not/there' },
    },
    management_one: {
      ...base.management_one,
      email: {
        ...base.management_one.email,
        smtp: smtp.url.replace('canary-smtp', 'canary-wrong'),
      },
    },
  });
  expect(exitCode).toBe(5);
  expect(of('Locally by ftp')).toMatchObject({
    status: 'FAIL',
    says: expect.stringContaining('the folder cannot be entered'),
  });
  expect(of('Management One by e-mail')).toMatchObject({
    status: 'FAIL',
    says: expect.stringContaining('refused the log-in'),
  });
});

test('a token that is refused and a warehouse that is not there are both told', async () => {
  const base = healthy();
  const { exitCode, of } = await doctor({
    ...base,
    heartland: { ...base.heartland, token: 'canary-expired' },
    warehouse: { url: 'postgres://u:canary-pg@127.0.0.1:1/db' },
  });
  expect(exitCode).toBe(3);
  expect(of('token')).toMatchObject({
    status: 'FAIL',
    says: expect.stringContaining('refused the token'),
  });
  expect(of('warehouse')).toMatchObject({
    status: 'FAIL',
    says: expect.stringContaining('nothing answers there'),
  });
});

test('for people: a line a check, and the fix under it', async () => {
  const base = healthy();
  const folder = await folderWith({ ...base, item_fields: { upc: 'custom@gtin' } });
  const { exitCode, stdout } = await tillstream(folder, ['doctor'], environment());
  expect(exitCode).toBe(2);
  expect(stdout).toMatch(/^OK {4}token +It is a token of Api User$/m);
  expect(stdout).toMatch(
    /^FAIL {2}item_fields\.upc +Items have no custom field with the key “gtin”\n +\(tillstream\.yaml:\d+\)\n +→ /m,
  );
  expect(stdout).toContain('1 thing must be mended');
});
