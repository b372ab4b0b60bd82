import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { startFtp } from '../stand-ins/ftp/server.ts';
import { startSftp } from '../stand-ins/sftp/server.ts';
import { startSmtp } from '../stand-ins/smtp/server.ts';
import { makeCertificate } from '../stand-ins/tls/certificate.ts';
import { scene } from './scene.ts';

test('FTP, SFTP and e-mail get the same bytes', async () => {
  const { base, sftp, smtp, deliver } = await threeDestinations();

  const { receipts, exportId } = await base.run({ locally: { deliver } });

  const recorded = await base.bytes(exportId!, '12345.csv');
  expect((await base.ftp.read('12345.csv')).equals(recorded)).toBe(true);
  expect((await sftp.read('12345.csv')).equals(recorded)).toBe(true);
  const [mail, other] = smtp.messages;
  expect(mail!.to).toMatchObject({ text: 'feeds.12345.abc@robot.locally.example' });
  expect(mail!.subject).toBe('12345.csv');
  expect(mail!.attachments.map(each => [each.filename, each.content.equals(recorded)])).toEqual([
    ['12345.csv', true],
  ]);
  expect(other!.to).toMatchObject({ text: 'feeds.12346.def@robot.locally.example' });
  expect(receipts.map(receipt => receipt.destination.replace(/:.*/, ''))).toEqual([
    ...['ftp', 'ftp', 'sftp', 'sftp', 'smtp', 'smtp'],
  ]);
  // Who knows the address can send a feed.
  expect(receipts.at(-1)!.destination).toMatch(/ to fe\*\*\*@robot\.locally\.example$/);
  expect(JSON.stringify([receipts, await base.exports()])).not.toMatch(/abc@|def@/);
});

test.each(['ftps', 'ftps-implicit'])('over %s the feed arrives encrypted', async protocol => {
  const tls = { ...(await makeCertificate()), isImplicit: protocol === 'ftps-implicit' };
  const server = await startFtp({ tls });
  onTestFinished(() => server.close());
  const base = await scene();
  const { host, port, user, password } = server;
  const deliver = { protocol, host, port, user, password, ca: tls.cert, attempts: 1 };

  const { exportId } = await base.run({ locally: { deliver } });

  const recorded = await base.bytes(exportId!, '12345.csv');
  expect((await server.read('12345.csv')).equals(recorded)).toBe(true);
  const { ca: _, ...untrusting } = deliver;
  await expect(base.run({ locally: { deliver: untrusting } })).rejects.toMatchObject({
    code: 'FTP_CERTIFICATE',
    exitCode: 5,
  });
});

test('a destination that fails does not stop the others; exit 5 says who has the feed', async () => {
  const { base, sftp, deliver } = await threeDestinations();
  base.ftp.faults.refuseLogin = true;

  const running = base.run({ locally: { deliver } });

  await expect(running).rejects.toMatchObject({
    code: 'PARTLY_DELIVERED',
    exitCode: 5,
    message: expect.stringMatching(/ftp:.*refused the log-in.*have the files: sftp:/s),
  });
  expect(await sftp.list()).toEqual(['12345.csv', '12346.csv']);
  const [recorded] = await base.exports();
  expect(recorded).toMatchObject({ status: 'failed' });
  expect(recorded!.receipts).toHaveLength(4);
});

test('a feed goes to destinations by their name, whole and with their receipts', async () => {
  const { base, deliver } = await threeDestinations();
  const folder = await mkdtemp(join(tmpdir(), 'feeds-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const destinations = { archive: { type: 'folder', path: folder, compress: 'gzip' } };

  const { receipts, exportId } = await base.run({
    configuration: { destinations },
    locally: { deliver: [deliver[0]!, 'archive'] },
  });

  const recorded = await base.bytes(exportId!, '12345.csv');
  expect((await base.ftp.read('12345.csv')).equals(recorded)).toBe(true);
  expect((await readdir(folder)).toSorted()).toEqual(['12345.csv.gz', '12346.csv.gz']);
  expect(gunzipSync(await readFile(join(folder, '12345.csv.gz'))).equals(recorded)).toBe(true);
  expect(receipts.map(({ file }) => file)).toEqual([
    ...['12345.csv', '12346.csv', '12345.csv.gz', '12346.csv.gz'],
  ]);

  // It is a delivery like any other: the log-in of one fails, and the other has the feed.
  base.ftp.faults.refuseLogin = true;
  await expect(
    base.run({
      configuration: { destinations },
      locally: { deliver: [deliver[0]!, 'archive'] },
    }),
  ).rejects.toMatchObject({ code: 'PARTLY_DELIVERED', exitCode: 5 });
});

test('a refused feed address is reported masked', async () => {
  const { base, smtp, deliver } = await threeDestinations();
  smtp.faults.refuseRecipients = ['feeds.12346.def@robot.locally.example'];

  const error = await base.run({ locally: { deliver } }).catch((failure: unknown) => failure);

  expect(error).toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(
      /"12346.csv" was not sent .*accepts none of the recipients: fe\*\*\*@robot\.locally\.example/,
    ),
  });
  const recorded = await base.exports();
  expect(recorded[0]!.message).toContain('No such user here: ***');
  expect(JSON.stringify([String(error), recorded])).not.toMatch(/12346\.def|12345\.abc/);
});

async function threeDestinations() {
  const base = await scene();
  const sftp = await startSftp();
  const smtp = await startSmtp();
  onTestFinished(async () => {
    await Promise.all([sftp.close(), smtp.close()]);
  });
  const ftp = { host: base.ftp.host, port: base.ftp.port, user: base.ftp.user };
  const deliver = [
    { ...ftp, password: base.ftp.password, attempts: 1 },
    {
      protocol: 'sftp',
      host: sftp.host,
      port: sftp.port,
      user: sftp.user,
      password: sftp.password,
      host_key: sftp.hostKey,
      directory: '/',
      attempts: 1,
    },
    {
      protocol: 'email',
      smtp: smtp.url,
      from: 'ops@acme.example',
      to: {
        '12345': 'feeds.12345.abc@robot.locally.example',
        '12346': 'feeds.12346.def@robot.locally.example',
      },
    },
  ];
  return { base, sftp, smtp, deliver };
}
