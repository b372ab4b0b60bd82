import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { deliverByFtp } from '../../sinks/ftp.ts';
import type { FtpOptions } from '../../sinks/ftpOptions.ts';
import type { OutgoingFile } from '../../sinks/outgoing.ts';
import { DeliveryError, InterruptedError, LocalFileError } from '../../transforms/errors.ts';
import { type FtpServer, type FtpServerOptions, startFtp } from '../ftp/server.ts';
import { makeCertificate } from '../tls/certificate.ts';
import { awkwardBytes, outgoing } from './outgoing.ts';

const OLD = 'upc,qty,price\n727602259178,1,10.99\n';
const quiet = () => new AbortController().signal;

async function ftp(options: FtpServerOptions = {}): Promise<FtpServer> {
  const server = await startFtp(options);
  onTestFinished(() => server.close());
  return server;
}

/** A server that already holds yesterday's file. */
async function ftpWithOldFile(options: FtpServerOptions = {}): Promise<FtpServer> {
  const server = await ftp(options);
  await deliverByFtp(to(server))([await outgoing('12345.csv', OLD)], quiet());
  return server;
}

function to(server: FtpServer, more: Partial<FtpOptions> = {}): FtpOptions {
  const { host, port, user, password } = server;
  return { protocol: 'ftp', host, port, user, password, backoffMs: 1, timeoutMs: 2000, ...more };
}

async function failure(
  options: FtpOptions,
  files: readonly OutgoingFile[],
  signal = quiet(),
): Promise<Error> {
  const error = await deliverByFtp(options)(files, signal).then(
    () => expect.unreachable('the delivery should have failed'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  expect(JSON.stringify([String(error), error])).not.toContain(options.password);
  expect(String((error as Error).cause ?? '')).not.toContain(options.password);
  return error as Error;
}

async function expectOldFileAlone(server: FtpServer): Promise<void> {
  expect(String(await server.read('12345.csv'))).toBe(OLD);
  expect(await server.list()).toEqual(['12345.csv']);
}

describe('a delivery by FTP', () => {
  test('puts exactly the bytes of the file on the server', async () => {
    const server = await ftp();
    const file = await outgoing('12345.csv', awkwardBytes(300_000));
    const receipts = await deliverByFtp(to(server))([file], quiet());
    expect(await server.read('12345.csv')).toEqual(await readFile(file.path));
    expect(await server.list()).toEqual(['12345.csv']);
    expect(receipts).toEqual([
      {
        file: '12345.csv',
        destination: `ftp://127.0.0.1:${server.port}/12345.csv`,
        bytes: file.bytes,
        detail: `transfer complete, ${file.bytes} bytes there`,
      },
    ]);
  });

  test('replaces the file of the day before', async () => {
    const server = await ftpWithOldFile();
    const file = await outgoing('12345.csv', 'new');
    await deliverByFtp(to(server))([file], quiet());
    expect(String(await server.read('12345.csv'))).toBe('new');
    expect(await server.list()).toEqual(['12345.csv']);
  });

  test('replaces it on a server that refuses to rename over a file that exists', async () => {
    const server = await ftpWithOldFile({ faults: { forbidOverwrite: true } });
    await deliverByFtp(to(server))([await outgoing('12345.csv', 'new')], quiet());
    expect(String(await server.read('12345.csv'))).toBe('new');
    expect(await server.list()).toEqual(['12345.csv']);
  });

  test('sends many files over one log-in', async () => {
    const server = await ftp();
    const names = ['1.csv', '2.csv', '3.csv'];
    const files = await Promise.all(names.map(name => outgoing(name, name)));
    await deliverByFtp(to(server))(files, quiet());
    expect(await server.list()).toEqual(names);
    expect(server.logIns()).toBe(1);
  });

  test('of an empty file arrives as an empty file', async () => {
    const server = await ftp();
    await deliverByFtp(to(server))([await outgoing('empty.csv', '')], quiet());
    expect((await server.read('empty.csv')).length).toBe(0);
  });

  test('measures by the listing where the server has no SIZE', async () => {
    const server = await ftp({ faults: { withoutSize: true } });
    const [receipt] = await deliverByFtp(to(server))([await outgoing('1.csv', 'four')], quiet());
    expect(receipt?.detail).toBe('transfer complete, 4 bytes there');
  });

  test('writes straight to the name where renaming is turned off', async () => {
    const server = await ftpWithOldFile();
    server.faults.forbidRename = true;
    const options = to(server, { viaTemporaryName: false });
    await deliverByFtp(options)([await outgoing('12345.csv', 'new')], quiet());
    expect(String(await server.read('12345.csv'))).toBe('new');
  });

  test.for(['ftps', 'ftps-implicit'] as const)('is encrypted by %s', async protocol => {
    const tls = { ...(await makeCertificate()), isImplicit: protocol === 'ftps-implicit' };
    const server = await ftp({ tls });
    const file = await outgoing('12345.csv', awkwardBytes(100_000));
    const options = to(server, { protocol, ca: tls.cert });
    const [receipt] = await deliverByFtp(options)([file], quiet());
    expect(await server.read('12345.csv')).toEqual(await readFile(file.path));
    expect(receipt?.destination).toBe(`ftps://127.0.0.1:${server.port}/12345.csv`);
  });
});

describe('a delivery that fails leaves the old file whole and nothing else', () => {
  test('when the disk of the server is full, after one try', async () => {
    const server = await ftpWithOldFile({ faults: { diskFullAfterBytes: 100_000 } });
    const error = await failure(to(server), [await outgoing('12345.csv', awkwardBytes(300_000))]);
    expect(error).toBeInstanceOf(DeliveryError);
    expect(error).toMatchObject({ code: 'FTP_DISK_FULL', exitCode: 5 });
    expect(error.message).toContain(
      `"12345.csv" was not delivered to ftp://127.0.0.1:${server.port}/: the disk or quota of the server is full`,
    );
    await expectOldFileAlone(server);
  });

  test('when the connection breaks each time', async () => {
    const server = await ftpWithOldFile({ faults: { dropAfterBytes: 100_000 } });
    const error = await failure(to(server, { attempts: 3 }), [
      await outgoing('12345.csv', awkwardBytes(300_000)),
    ]);
    expect(error).toMatchObject({ code: 'FTP_CONNECTION_LOST' });
    expect(server.logIns()).toBe(1 + 3 + 1); // the old file, three tries, the tidying
    await expectOldFileAlone(server);
  });

  test('when the server stalls', async () => {
    const server = await ftpWithOldFile({ faults: { stallAfterBytes: 100_000 } });
    const error = await failure(to(server, { attempts: 1, timeoutMs: 200 }), [
      await outgoing('12345.csv', awkwardBytes(3_000_000)),
    ]);
    expect(error).toMatchObject({ code: 'FTP_STALLED' });
    await expectOldFileAlone(server);
  });

  test('when the server keeps less than it was sent', async () => {
    const server = await ftpWithOldFile({ faults: { keepOnlyBytes: 1000 } });
    const error = await failure(to(server, { attempts: 2 }), [
      await outgoing('12345.csv', awkwardBytes(3000)),
    ]);
    expect(error).toMatchObject({ code: 'FTP_CUT_SHORT' });
    expect(error.message).toContain('1000 bytes there');
    await expectOldFileAlone(server);
  });

  test('when uploading is not permitted', async () => {
    const server = await ftpWithOldFile();
    server.faults.forbidUpload = true;
    const error = await failure(to(server), [await outgoing('12345.csv', 'new')]);
    expect(error).toMatchObject({ code: 'FTP_NOT_PERMITTED' });
    await expectOldFileAlone(server);
  });

  test('when renaming is not permitted', async () => {
    const server = await ftpWithOldFile();
    server.faults.forbidRename = true;
    const error = await failure(to(server), [await outgoing('12345.csv', 'new')]);
    expect(error).toMatchObject({ code: 'FTP_RENAME_REFUSED' });
    await expectOldFileAlone(server);
  });

  test('when the rename fails after the old file was moved aside: it is moved back', async () => {
    const server = await ftpWithOldFile();
    server.faults.forbidRenameFrom = ['.part-'];
    const error = await failure(to(server), [await outgoing('12345.csv', 'new')]);
    expect(error).toMatchObject({ code: 'FTP_RENAME_REFUSED' });
    await expectOldFileAlone(server);
  });

  test('when Ctrl-C is pressed in the middle of an upload', async () => {
    const server = await ftpWithOldFile({ faults: { stallAfterBytes: 100_000 } });
    const pressed = new AbortController();
    void server.stalled().then(() => pressed.abort());
    const file = await outgoing('12345.csv', awkwardBytes(300_000));
    const error = await failure(to(server), [file], pressed.signal);
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error.message).toBe(
      'Sending "12345.csv" was stopped on request. Delivered before it: none. Nothing half done was left behind. Run the command again to finish.',
    );
    await expectOldFileAlone(server);
  });
});

describe('a delivery that fails says what to do', () => {
  test('when a connection breaks once, nothing: it is tried again', async () => {
    const server = await ftp({ faults: { dropAfterBytes: 100_000, drops: 1 } });
    const file = await outgoing('12345.csv', awkwardBytes(300_000));
    await deliverByFtp(to(server))([file], quiet());
    expect(await server.read('12345.csv')).toEqual(await readFile(file.path));
    expect(await server.list()).toEqual(['12345.csv']);
  });

  test('when the password is wrong: after one try, without showing it', async () => {
    const server = await ftp();
    const error = await failure(to(server, { password: 'wrong-canary' }), [
      await outgoing('12345.csv', 'new'),
    ]);
    expect(error.message).toBe(
      `"12345.csv" was not delivered to ftp://127.0.0.1:${server.port}/: the server refused the log-in: ` +
        'found "530 Login incorrect". Check user and password of the delivery in the configuration. ' +
        'Delivered before it: none. Nothing half done was left behind.',
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

  test('when the old file was moved aside and cannot be moved back: where it is', async () => {
    const server = await ftpWithOldFile();
    server.faults.forbidRenameFrom = ['.part-', '.old-'];
    const error = await failure(to(server), [await outgoing('12345.csv', 'new')]);
    const [old = '', ...others] = await server.list();
    expect(error.message).toContain(`If "12345.csv" is gone there, rename "${old}" to it.`);
    expect(String(await server.read(old))).toBe(OLD);
    expect(others).toEqual([]);
  });

  test('and which files had arrived before', async () => {
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

  test('when the file has gone from this machine', async () => {
    const server = await ftp();
    const gone = { ...(await outgoing('1.csv', 'x')), path: '/nowhere/1.csv' };
    expect(await failure(to(server), [gone])).toBeInstanceOf(LocalFileError);
  });

  test('when a file name would leave its folder', async () => {
    const server = await ftp();
    const sly = { ...(await outgoing('1.csv', 'x')), name: '../1.csv' };
    expect(await failure(to(server), [sly])).toMatchObject({ code: 'FILE_NAME_UNSAFE' });
    expect(server.logIns()).toBe(0);
  });
});

/** Says yes to AUTH TLS and leaves the client waiting for the handshake. */
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
