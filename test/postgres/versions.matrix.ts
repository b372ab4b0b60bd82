import { chmod, chown, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmbedded } from '../../sinks/postgres/embedded/server.ts';
import { startFtp } from '../ftp/server.ts';
import { type Heartland, startHeartland } from '../heartland/server.ts';
import { folderWith, tillstream } from '../setup/tillstream.ts';
import { startSmtp } from '../smtp/server.ts';
import { makeCertificate } from '../tls/certificate.ts';
import { type Major, programsOf, RELEASES } from './other-versions.ts';

/** The oldest that is supported first. */
const VERSIONS = Object.keys(RELEASES).map(major => Number(major) as Major);
/** What a server of a cloud, or of another country, may have set for everybody. */
const ODD_SETTINGS = [
  `datestyle = 'SQL, DMY'`,
  `intervalstyle = 'sql_standard'`,
  `timezone = 'Asia/Kathmandu'`,
  `bytea_output = 'escape'`,
  `extra_float_digits = -3`,
  `default_transaction_isolation = 'serializable'`,
  `array_nulls = off`,
  `standard_conforming_strings = on`,
  `statement_timeout = '30s'`,
  `idle_in_transaction_session_timeout = '30s'`,
];

let heartland: Heartland;
let ftp: Awaited<ReturnType<typeof startFtp>>;
let smtp: Awaited<ReturnType<typeof startSmtp>>;
let folder: string;
/** What came of the first version that was tried; the others must give the same. */
let expected: { readonly version: number; readonly result: object } | undefined;

beforeAll(async () => {
  [heartland, ftp, smtp] = await Promise.all([
    startHeartland({ months: 1, asOf: '2026-11-20' }),
    startFtp({ password: 'for-the-feed' }),
    startSmtp({ user: 'ops', password: 'for-the-mail' }),
  ]);
  folder = await mkdtemp(join(tmpdir(), 'tillstream-versions-'));
  await chmod(folder, 0o755);
});

afterAll(async () => {
  await Promise.all([heartland.close(), ftp.close(), smtp.close()]);
  await rm(folder, { recursive: true, force: true });
});

test.for(VERSIONS)(
  'Postgres %i, as it comes and as a cloud manages it',
  async (version, context) => {
    const binaries = await programsOf(version);
    if (typeof binaries === 'string') {
      process.stderr.write(`Left out: Postgres ${version} could not be fetched (${binaries})\n`);
      return context.skip();
    }
    const home = join(folder, `postgres-${version}`);
    // The first start makes the data folder, in which the second finds its certificate.
    await (await startEmbedded({ folder: home, binaries })).stop();
    const certificate = await makeCertificate();
    const ca = join(folder, `ca-${version}.pem`);
    await writeFile(ca, certificate.cert);
    await putInData(home, 'server.crt', certificate.cert);
    await putInData(home, 'server.key', certificate.key);
    const server = await startEmbedded({
      folder: home,
      binaries,
      settings: ['fsync=off', 'ssl=on', 'max_connections=60'],
    });
    try {
      const plain = new URL(server.url);
      plain.search = '?sslmode=disable';
      const admin = new pg.Client({ connectionString: plain.href });
      await admin.connect();
      const { rows } = await admin.query('show server_version');
      expect(rows[0].server_version).toMatch(new RegExp(`^${version}\\.`));
      await manage(admin);
      await admin.end();

      const managed = new URL(server.url);
      managed.username = 'shop';
      managed.password = 'p%25 1';
      managed.pathname = '/shop';
      managed.search = `?sslmode=verify-full&sslrootcert=${ca}`;
      for (const url of [plain.href, managed.href]) {
        const result = await wholeDay(url);
        expected ??= { version, result };
        expect(result, `as with Postgres ${expected.version}`).toEqual(expected.result);
      }
    } finally {
      await server.stop();
    }
  },
);

/** No superuser, no CREATE on the database, a schema that an administrator made, and settings of others. */
async function manage(admin: pg.Client): Promise<void> {
  await admin.query(`create role shop login password 'p% 1'`);
  await admin.query('create database shop');
  await admin.query('revoke all on database shop from public');
  await admin.query('grant connect, temporary on database shop to shop');
  for (const setting of ODD_SETTINGS) await admin.query(`alter role shop set ${setting}`);
  const inside = new pg.Client({ ...connectionOf(admin), database: 'shop' });
  await inside.connect();
  await inside.query('create schema acme authorization shop');
  await inside.end();
}

function connectionOf({ host, port, user, password }: pg.Client): pg.ClientConfig {
  return { host, port, user, password: password as string };
}

async function putInData(home: string, name: string, text: string): Promise<void> {
  const { uid, gid } = await stat(join(home, 'data'));
  await writeFile(join(home, 'data', name), text, { mode: 0o600 });
  await chown(join(home, 'data', name), uid, gid);
}

/** Two syncs, both exports, status and doctor, and what they came to. */
async function wholeDay(url: string): Promise<object> {
  const shop = await folderWith(configuration());
  const env = {
    DATABASE_URL: url,
    HEARTLAND_TOKEN: heartland.token,
    FTP_PASSWORD: ftp.password,
    SMTP_URL: smtp.url,
  };
  const run = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await tillstream(shop, args, env);
    expect(stderr, args.join(' ')).not.toMatch(/Please report/);
    expect([exitCode, exitCode === 0 ? '' : stdout + stderr], args.join(' ')).toEqual([0, '']);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const first = await run('sync', '--json');
  const second = await run('sync', '--json');
  await run('locally', '--json', '--out', 'feed');
  await run('management-one', '--json', '--month', '2026-10', '--out', 'month');
  const status = (await run('status', '--json')) as { streams: { stream: string }[] };
  const doctor = (await run('doctor', '--json')) as {
    checks: { check: string; status: string }[];
  };
  const unwell = doctor.checks.filter(check => check.status !== 'OK');
  return {
    first,
    second,
    streams: status.streams.map(({ stream }) => stream),
    // Only the superuser may make the role for analysts.
    doctor: unwell.filter(({ check }) => check !== 'reader').map(({ check }) => check),
    files: { ...(await filesIn(join(shop, 'feed'))), ...(await filesIn(join(shop, 'month'))) },
    rows: await everyRow(url),
  };
}

async function filesIn(of: string): Promise<Record<string, string>> {
  const names = (await readdir(of)).toSorted();
  return Object.fromEntries(
    await Promise.all(names.map(async name => [name, await readFile(join(of, name), 'utf8')])),
  );
}

/** How many rows each table and view has, and a digest of all that Heartland said in them. */
async function everyRow(url: string): Promise<Record<string, string>> {
  const client = new pg.Client({
    connectionString: url.replace(/\?.*/, '?sslmode=disable'),
    options: `-c search_path=acme -c timezone=UTC -c datestyle=ISO -c extra_float_digits=1
              -c intervalstyle=postgres -c bytea_output=hex`.replace(/\s+/g, ' '),
  });
  await client.connect();
  const { rows: relations } = await client.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'acme'::regnamespace and relkind in ('r', 'v') and relname !~ '^_|^data_as_of$'
     order by relname collate "C"`,
  );
  const digests: [string, string][] = [];
  for (const { name } of relations) {
    const { rows } = await client.query<{ digest: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(said, E'\\n' order by said collate "C")), '') as digest
       from (select (to_jsonb(row) - '_run_id' - '_loaded_at' - 'version_from' - 'version_to' - 'data_as_of')::text as said
             from "${name}" as row) as every`,
    );
    digests.push([name, rows[0]!.digest]);
  }
  await client.end();
  expect(digests.length).toBeGreaterThan(40);
  return Object.fromEntries(digests);
}

function configuration(): object {
  return {
    merchant: 'acme',
    timezone: 'America/Chicago',
    data_folder: 'data',
    heartland: { base_url: heartland.baseUrl, token: '$' + '{HEARTLAND_TOKEN}' },
    warehouse: { url: '$' + '{DATABASE_URL}' },
    history: { from: '2026-09-01' },
    item_fields: { upc: 'custom@upc', class_code: 'custom@class_code' },
    locations: Object.fromEntries(
      heartland.ledger.locations.map(({ publicId, zone, isChannel }, index) => [
        publicId,
        { ...(!isChannel && { locally_id: `9${index}` }), timezone: zone },
      ]),
    ),
    locally: {
      filter: { 'custom@sell_on_locally': 'true' },
      deliver: { host: ftp.host, port: ftp.port, user: ftp.user, password: '$' + '{FTP_PASSWORD}' },
    },
    management_one: {
      client_id: '4321',
      class_codes: [
        '110',
        '120',
        '130',
        '140',
        '150',
        '160',
        '170',
        '180',
        '210',
        '220',
        '230',
        '240',
        'UNCL',
      ],
      problems: {
        no_class_code: 'unclassified',
        unknown_class_code: 'unclassified',
        no_location: 'leave_out',
      },
      email: { smtp: '$' + '{SMTP_URL}', from: 'a@acme.example', to: ['b@m1.example'] },
    },
  };
}
