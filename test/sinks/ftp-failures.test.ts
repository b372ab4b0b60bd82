import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { deliverByFtp } from '../../sinks/ftp/ftp.ts';
import type { FtpOptions } from '../../sinks/ftp/options.ts';
import { LocalFileError } from '../../transforms/errors.ts';
import { startFtp } from '../stand-ins/ftp/server.ts';
import { makeCertificate } from '../stand-ins/tls/certificate.ts';
import { failure, ftp, ftpWithOldFile, OLD, quiet, to } from './ftp-delivery.ts';
import { awkwardBytes, outgoing } from './outgoing.ts';

describe('a failed delivery says what to do', () => {
  test('when a connection breaks once: it is retried', async () => {
    const server = await ftp({ faults: { dropAfterBytes: 100_000, drops: 1 } });
    const file = await outgoing('12345.csv', awkwardBytes(300_000));
    await deliverByFtp(to(server))([file], quiet());
    expect(await server.read('12345.csv')).toEqual(await readFile(file.path));
    expect(await server.list()).toEqual(['12345.csv']);
  });

  test('when the password is wrong: after one attempt, without showing it', async () => {
    const server = await ftp();
    const error = await failure(to(server, { password: 'wrong-canary' }), [
      await outgoing('12345.csv', 'new'),
    ]);
    expect(error.message).toBe(
      `"12345.csv" was not delivered to ftp://127.0.0.1:${server.port}/: the server refused the log-in: ` +
        'found "530 Login incorrect". Check user and password of the delivery in the configuration. ' +
        'Delivered before it: none. No temporary file was left there.',
    );
    expect(error).toMatchObject({ code: 'FTP_LOGIN_REFUSED' });
    expect(server.logIns()).toBe(1);
  });

  test('when the server repeats the password in its answer, without repeating it', async () => {
    const server = await ftp({ faults: { echoPassword: true } });
    const error = await failure(to(server), [await outgoing('12345.csv', 'new')]);
    expect(error.message).toContain('found "530 No such user: shop/***"');
  });

  test('when nothing listens there', async () => {
    const server = await startFtp();
    await server.close();
    const error = await failure(to(server, { attempts: 2 }), [await outgoing('1.csv', 'new')]);
    expect(error).toMatchObject({ code: 'FTP_UNREACHABLE' });
    expect(error.message).toContain(`127.0.0.1:${server.port}`);
  });

  test('when the folder does not exist', async () => {
    const server = await ftp();
    const error = await failure(to(server, { directory: '/feeds' }), [
      await outgoing('1.csv', 'new'),
    ]);
    expect(error).toMatchObject({ code: 'FTP_NO_FOLDER' });
    expect(error.message).toContain(`ftp://127.0.0.1:${server.port}/feeds/`);
  });

  test('when the old file was moved and cannot be moved back: its name', async () => {
    const server = await ftpWithOldFile();
    server.faults.forbidRenameFrom = ['.part-', '.old-'];
    const error = await failure(to(server), [await outgoing('12345.csv', 'new')]);
    const [old = '', ...others] = await server.list();
    expect(error.message).toContain(`If "12345.csv" is missing there, rename "${old}" to it.`);
    expect(String(await server.read(old))).toBe(OLD);
    expect(others).toEqual([]);
  });

  test('and names the files that were delivered before', async () => {
    const server = await ftp({ faults: { diskFullAfterBytes: 1000 } });
    const error = await failure(to(server), [
      await outgoing('1.csv', 'small'),
      await outgoing('2.csv', 'small'),
      await outgoing('3.csv', awkwardBytes(2000)),
    ]);
    expect(error.message).toContain('"3.csv" was not delivered');
    expect(error.message).toContain('Delivered before it: 1.csv, 2.csv.');
    expect(await server.list()).toEqual(['1.csv', '2.csv']);
  });

  test('when the certificate is not trusted', async () => {
    const server = await ftp({ tls: await makeCertificate() });
    const error = await failure(to(server, { protocol: 'ftps' }), [await outgoing('1.csv', 'x')]);
    expect(error).toMatchObject({ code: 'FTP_CERTIFICATE' });
    expect(server.logIns()).toBe(0);
  });

  test.for(['ftps', 'ftps-implicit'] as const)(
    'when the server does not speak %s',
    async protocol => {
      const server = await ftp();
      const options = to(server, { protocol, timeoutMs: 500 });
      const error = await failure(options, [await outgoing('1.csv', 'new')]);
      expect(error).toMatchObject({ code: 'FTP_NO_TLS' });
    },
  );

  test('when the server accepts TLS and then says nothing', async () => {
    const port = await silentAfterAuthTls();
    const options: FtpOptions = {
      ...{ protocol: 'ftps', host: '127.0.0.1', port, user: 'shop', password: 'ftp-secret' },
      ...{ attempts: 1, timeoutMs: 100 },
    };
    const error = await failure(options, [await outgoing('1.csv', 'new')]);
    expect(error).toMatchObject({ code: 'FTP_STALLED' });
  });

  test('when the file no longer exists on this machine', async () => {
    const server = await ftp();
    const missing = { ...(await outgoing('1.csv', 'x')), path: '/nowhere/1.csv' };
    expect(await failure(to(server), [missing])).toBeInstanceOf(LocalFileError);
  });

  test('when a file name would leave its folder', async () => {
    const server = await ftp();
    const sly = { ...(await outgoing('1.csv', 'x')), name: '../1.csv' };
    expect(await failure(to(server), [sly])).toMatchObject({ code: 'FILE_NAME_UNSAFE' });
    expect(server.logIns()).toBe(0);
  });
});

/** Accepts AUTH TLS and never answers the handshake. */
async function silentAfterAuthTls(): Promise<number> {
  const server = createServer(socket => {
    socket.on('error', () => {});
    socket.write('220 Ready\r\n');
    socket.once('data', () => socket.write('234 Go ahead\r\n'));
  });
  onTestFinished(() => void server.close());
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
