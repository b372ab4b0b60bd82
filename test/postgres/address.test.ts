import { chmod, chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { startEmbedded } from '../../sinks/postgres/embedded/server.ts';
import { openWarehouse } from '../../sinks/postgres/warehouse.ts';
import { afterFile } from '../setup/after-file.ts';
import { folderWith, tillstream } from '../setup/tillstream.ts';
import { makeCertificate } from '../tls/certificate.ts';

/** A server with a certificate that a CA of its own signed, and roles that get in with TLS alone or without alone. */
let server: URL;
let folder: string;
let ca: string;
let otherCa: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tillstream-address-'));
  await chmod(folder, 0o755);
  const home = join(folder, 'postgres');
  const first = await startEmbedded({ folder: home, settings: ['fsync=off'] });
  const client = new pg.Client({ connectionString: first.url });
  await client.connect();
  for (const role of ['anyhow', 'encrypted', 'plain', 'old'])
    await client.query(
      `${role === 'old' ? `set password_encryption = 'md5';` : ''} create role ${role} superuser login password 'p%1 x'`,
    );
  await client.end();
  await first.stop();

  const data = join(home, 'data');
  const { uid, gid } = await stat(data);
  const certificate = await makeCertificate();
  ca = join(folder, 'ca.pem');
  otherCa = join(folder, 'other.pem');
  await writeFile(ca, certificate.cert);
  await writeFile(otherCa, (await makeCertificate()).cert);
  for (const [name, text] of [
    ['server.key', certificate.key],
    ['server.crt', certificate.cert],
  ] as const) {
    await writeFile(join(data, name), text, { mode: 0o600 });
    await chown(join(data, name), uid, gid);
  }
  await writeFile(
    join(data, 'pg_hba.conf'),
    [
      'hostssl all encrypted all scram-sha-256',
      'host    all encrypted all reject',
      'hostnossl all plain all scram-sha-256',
      'host    all plain all reject',
      'host    all old all md5',
      'host    all all all scram-sha-256',
    ].join('\n'),
  );
  const started = await startEmbedded({ folder: home, settings: ['fsync=off', 'ssl=on'] });
  server = new URL(started.url);
  afterFile(async () => {
    await started.stop();
    await rm(folder, { recursive: true, force: true });
  });
});

function addressOf(role: string, parameters: string, host = '127.0.0.1'): string {
  return `postgres://${role}:p%251%20x@${host}:${server.port}/postgres?${parameters}`;
}

/** Whether the connection that an address leads to is encrypted. */
async function isEncrypted(address: string): Promise<boolean> {
  const warehouse = openWarehouse({ url: address, schema: 'public', connections: 2 });
  try {
    const answers = await Promise.all(
      [1, 2].map(() =>
        warehouse.query<{ ssl: boolean }>(
          'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
        ),
      ),
    );
    return answers.every(([row]) => row!.ssl);
  } finally {
    await warehouse.close();
  }
}

const refusal = (address: string) =>
  isEncrypted(address).then(
    () => 'it connected',
    error => (error as Error).message,
  );

test.for<[role: string, parameters: string, encrypted: boolean]>([
  ['anyhow', '', true],
  ['anyhow', 'sslmode=disable', false],
  ['anyhow', 'sslmode=allow', false],
  ['encrypted', 'sslmode=allow', true],
  ['anyhow', 'sslmode=prefer', true],
  ['plain', 'sslmode=prefer', false],
  ['plain', '', false],
  ['anyhow', 'sslmode=require', true],
  ['anyhow', 'sslmode=no-verify', true],
  ['anyhow', 'ssl=true', true],
  ['anyhow', 'sslmode=require&sslrootcert=CA', true],
  ['anyhow', 'sslmode=verify-ca&sslrootcert=CA', true],
  ['anyhow', 'sslmode=verify-full&sslrootcert=CA', true],
  ['anyhow', 'sslmode=require&channel_binding=require', true],
  ['anyhow', 'sslmode=require&ssl_min_protocol_version=TLSv1.3&application_name=x', true],
  ['anyhow', 'require_auth=scram-sha-256&connect_timeout=5', true],
  ['old', 'require_auth=!password', true],
])('as psql: %s with ?%s, encrypted: %s', async ([role, parameters, encrypted]) => {
  expect(await isEncrypted(addressOf(role, parameters.replace('CA', ca)))).toBe(encrypted);
});

test('as psql: options reach the server, and a host address keeps the name that is verified', async () => {
  const url = addressOf('anyhow', 'sslmode=disable&options=-c%20work_mem%3D7MB');
  const warehouse = openWarehouse({ url, schema: 'public', connections: 1 });
  expect(await warehouse.query('show work_mem')).toEqual([{ work_mem: '7MB' }]);
  await warehouse.close();
  const tls = `sslmode=verify-full&sslrootcert=${ca}&hostaddr=127.0.0.1`;
  expect(await isEncrypted(addressOf('anyhow', tls, 'localhost'))).toBe(true);
  expect(await refusal(addressOf('anyhow', tls, 'shop.example'))).toMatch(
    /certificate is for another host name\. Write the name/,
  );
  const checksCaAlone = tls.replace('verify-full', 'verify-ca');
  expect(await isEncrypted(addressOf('anyhow', checksCaAlone, 'shop.example'))).toBe(true);
});

test('the environment that psql reads gives what the address leaves open', async () => {
  process.env.PGSSLMODE = 'verify-full';
  process.env.PGSSLROOTCERT = otherCa;
  onTestFinished(() => {
    delete process.env.PGSSLMODE;
    delete process.env.PGSSLROOTCERT;
  });
  expect(await refusal(addressOf('anyhow', ''))).toMatch(/signed by nobody who is trusted here/);
  expect(await isEncrypted(addressOf('anyhow', `sslrootcert=${ca}`))).toBe(true);
});

test.for<[parameters: string, says: RegExp]>([
  ['sslmode=verify-full', /signed by nobody who is trusted here\. Name the file of the CA/],
  ['sslrootcert=system', /signed by nobody who is trusted here/],
  ['sslmode=require&sslrootcert=OTHER', /signed by nobody who is trusted here/],
  [
    'sslmode=require&sslrootcert=system',
    /sslmode=require with sslrootcert=system, expected|: expected sslmode=verify-full/,
  ],
  ['sslmode=verify-ca', /verify-ca without sslrootcert: expected .*\. Name that file/],
  [
    'sslmode=require&sslrootcert=/nowhere/ca.pem',
    /sslrootcert .*cannot be read: found "\/nowhere\/ca\.pem \(ENOENT\)"/,
  ],
  ['sslcert=/nowhere/shop.crt', /sslcert .*cannot be read: found "\/nowhere\/shop\.crt/],
  ['sslmode=verify-full&sslrootcert=/etc/hostname', /holds no certificate/],
  ['sslmode=strict', /sslmode=strict: expected one of disable, allow/],
  ['service=shop', /service, which is not supported\. Write host, user/],
  ['sslmod=require', /parameter sslmod, which Postgres does not know: expected sslmode/],
  ['target_session_attrs=standby', /target_session_attrs=standby: expected one of any/],
  ['require_auth=secret', /require_auth=secret: expected methods of/],
  ['sslmode=disable&channel_binding=require', /SCRAM without channel binding/],
])('?%s is refused in plain words', async ([parameters, says]) => {
  const message = await refusal(addressOf('anyhow', parameters.replace('OTHER', otherCa)));
  expect(message).toMatch(says);
  expect(message).not.toContain('p%1 x');
});

test('several hosts, and a server that would have the password in plain text, are refused', async () => {
  const several = `postgres://anyhow:secret-word@one.example:5432,two.example:5433/shop`;
  expect(await refusal(several)).toMatch(/names several hosts: expected one host\. Name the one/);
  let heard = '';
  const impostor = createServer(socket =>
    socket
      .on('error', () => {})
      .on('data', data => {
        heard += data.toString('latin1');
        // No TLS; then: the password, please.
        socket.write(data.length === 8 ? 'N' : Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
      }),
  );
  await new Promise<void>(resolve => impostor.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void impostor.close());
  const { port } = impostor.address() as AddressInfo;
  const address = `postgres://anyhow:secret-word@127.0.0.1:${port}/shop?require_auth=scram-sha-256`;
  expect(await refusal(address)).toContain('the password in plain text, which require_auth');
  expect(heard).toContain('anyhow');
  expect(heard).not.toContain('secret-word');
});

test('on the command line, what is wrong with the address is one message', async () => {
  const url = addressOf('anyhow', 'sslmode=verify-full&sslrootcert=missing.pem');
  const shop = await folderWith({
    merchant: 'acme',
    timezone: 'America/Chicago',
    heartland: { base_url: 'http://127.0.0.1:1/api', token: 'unused-token' },
    warehouse: { url },
  });
  const { exitCode, stderr } = await tillstream(shop, ['status']);
  expect(stderr).toBe(
    'The file that sslrootcert names for warehouse.url cannot be read: found "missing.pem (ENOENT)". Put it there, or correct sslrootcert in warehouse.url or PGSSLROOTCERT.\n',
  );
  expect(exitCode).toBe(2);
});
