import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readConfiguration } from '../../app/configuration/read.ts';
import { byHttps } from '../http/servers.ts';
import { tillstream } from '../setup/tillstream.ts';
import { makeCertificate, type TestCertificate } from '../stand-ins/tls/certificate.ts';
import { smallAccount } from '../sync/small-account.ts';
import { ENV, folderWith, LEAST, messageOf } from './file.ts';

let tls: TestCertificate;
beforeAll(async () => {
  tls = await makeCertificate();
});

const EVERYWHERE = `${LEAST}  ca: ca.pem
  server_name: heartland.acme.example
item_fields: { upc: public_id, class_code: custom@c }
locations: { "1": { locally_id: "9" } }
locally:
  deliver:
    - { host: ftp.acme.example, user: a, password: b, protocol: ftps, ca: ca.pem }
    - { protocol: email, smtp: "smtps://mail.acme.example", from: a@acme.example, to: b@l.example, ca: ca.pem }
  orders:
    webhook: { token: station-key }
    api: { token: x, ca: ca.pem }
  verify: { token: x, company_id: "1", upc_prefix: "6", ca: ca.pem }
  report: { email: { smtp: "smtps://mail.acme.example", from: a@acme.example, to: [b@l.example], ca: ca.pem } }
management_one:
  client_id: "1"
  class_codes: ["110"]
  email: { smtp: "smtps://mail.acme.example", from: a@acme.example, to: [b@m.example], ca: ca.pem, server_name: mx }
  upload: { url: "https://m1.example", secret_field: p, secret: s, ca: ca.pem }
`;

describe('the certificate of an authority', () => {
  test.each([
    ['a file of PEM', (text: string) => text],
    ['a file of DER, as Windows saves it', (text: string) => new X509Certificate(text).raw],
  ])('can be set for every TLS connection: %s', async (_, written) => {
    const folder = await folderWith({ 'acme.yaml': EVERYWHERE, 'ca.pem': written(tls.cert) });
    const read = await readConfiguration(join(folder, 'acme.yaml'), ENV);
    const { heartland, locally, management_one: managementOne } = read;
    const found = [
      ...[heartland.ca, locally?.orders?.api?.ca, locally?.verify?.ca],
      ...(locally?.deliver ?? []).map(to => ('ca' in to ? to.ca : undefined)),
      ...[locally?.report?.email.ca, managementOne?.email?.ca, managementOne?.upload?.ca],
    ];
    const fingerprint = new X509Certificate(tls.cert).fingerprint256;
    expect(found).toHaveLength(8);
    for (const text of found) expect(new X509Certificate(text!).fingerprint256).toBe(fingerprint);
  });

  test('can be PEM text from the environment', async () => {
    const folder = await folderWith({ 'acme.yaml': `${LEAST}  ca: \${CA}\n` });
    const read = await readConfiguration(join(folder, 'acme.yaml'), { ...ENV, CA: tls.cert });
    expect(read.heartland.ca).toBe(tls.cert);
  });

  test.each([
    ['ca: not-there.pem', 'heartland.ca names the file "not-there.pem", which does not exist.'],
    [
      'ca: tillstream.yaml',
      'heartland.ca names the file "tillstream.yaml", which holds no certificate: expected a PEM certificate, which begins with -----BEGIN CERTIFICATE-----.',
    ],
    ['ca: .', 'heartland.ca names the file "FOLDER", which cannot be read (EISDIR).'],
    [
      'ca: "-----BEGIN NOTHING-----"',
      'heartland.ca is not a readable certificate: expected a PEM certificate',
    ],
  ])('that cannot be read is an error with its line: %s', async (line, says) => {
    const message = await messageOf(`${LEAST}  ${line}\n`);
    expect(message).toContain('tillstream.yaml:6');
    expect(message).toContain(says);
  });

  test('is read only by a command that uses it', async () => {
    const folder = await folderWith({ 'acme.yaml': `${LEAST}  ca: not-there.pem\n` });
    await expect(
      readConfiguration(join(folder, 'acme.yaml'), ENV, { needs: [] }),
    ).resolves.toBeDefined();
  });
});

test('an account with a private certificate is refused, and the advice works', async () => {
  const { heartland, merchant } = await smallAccount();
  const port = await byHttps(heartland.baseUrl, tls);
  const file = (more: string) =>
    `merchant: ${merchant}\ntimezone: America/Chicago\nwarehouse: { url: "postgres://127.0.0.1:1/none" }\nheartland: { base_url: "https://localhost:${port}/api", token: \${HEARTLAND_TOKEN}${more} }\n`;
  const looked = async (more: string) => {
    const folder = await folderWith({ 'tillstream.yaml': file(more), 'ca.pem': tls.cert });
    const { stdout } = await tillstream(folder, ['doctor', '--json'], {
      HEARTLAND_TOKEN: heartland.token,
    });
    const { checks } = JSON.parse(stdout) as {
      checks: { check: string; status: string; says: string }[];
    };
    return checks.find(({ check }) => check === 'token')!;
  };
  const refused = await looked('');
  expect(refused.says).toContain('its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)');
  expect(JSON.stringify(refused)).toContain(
    'set heartland.ca to a file with the certificate of the authority',
  );
  expect(await looked(', ca: ca.pem')).toMatchObject({ status: 'OK' });
  const misnamed = await looked(', ca: ca.pem, server_name: elsewhere.example');
  expect(misnamed.says).toContain('its certificate is for another name');
});
