import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { deliverByFtp } from '../../sinks/ftp/ftp.ts';
import { DeliveryError, InterruptedError } from '../../transforms/errors.ts';
import { makeCertificate } from '../stand-ins/tls/certificate.ts';
import { expectOldFileAlone, failure, ftp, ftpWithOldFile, quiet, to } from './ftp-delivery.ts';
import { awkwardBytes, outgoing } from './outgoing.ts';

describe('a delivery by FTP', () => {
  test('puts exactly the bytes of the file on the server', async () => {
    const server = await ftp();
    const file = await outgoing('12345.csv', awkwardBytes(300_000));
    const receipts = await deliverByFtp(to(server))([file], quiet());
    expect(await server.read('12345.csv')).toEqual(await readFile(file.path));
    expect(await server.list()).toEqual(['12345.csv']);
    expect(receipts).toMatchObject([
      {
        file: '12345.csv',
        destination: `ftp://127.0.0.1:${server.port}/12345.csv`,
        bytes: file.bytes,
        detail: '300,017 bytes uploaded, size verified',
      },
    ]);
  });

  test('replaces the file of the previous day', async () => {
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

  test('is verified by the listing if the server has no SIZE', async () => {
    const server = await ftp({ faults: { withoutSize: true } });
    const [receipt] = await deliverByFtp(to(server))([await outgoing('1.csv', 'four')], quiet());
    expect(receipt?.detail).toBe('4 bytes uploaded, size verified');
  });

  test('is written directly to its name with rename: false', async () => {
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

describe('an upload that was cut off', () => {
  test('continues where it stopped, and is read back', async () => {
    const server = await ftpWithOldFile({ faults: { dropAfterBytes: 1_000_000, drops: 1 } });
    const file = await outgoing('12345.csv', awkwardBytes(3_000_000));
    const [receipt] = await deliverByFtp(to(server))([file], quiet());
    expect(await server.read('12345.csv')).toEqual(await readFile(file.path));
    expect(await server.list()).toEqual(['12345.csv']);
    const from = Number(
      /resumed after ([\d,]+) bytes and read back/.exec(receipt!.detail)?.[1]?.replaceAll(',', ''),
    );
    expect(from).toBeGreaterThan(0);
    expect(from).toBeLessThan(file.bytes);
  });

  test('starts again if the resumed file is damaged', async () => {
    const server = await ftpWithOldFile({
      faults: { dropAfterBytes: 1_000_000, drops: 1, spoilResumed: true },
    });
    const file = await outgoing('12345.csv', awkwardBytes(3_000_000));
    const [receipt] = await deliverByFtp(to(server))([file], quiet());
    expect(await server.read('12345.csv')).toEqual(await readFile(file.path));
    expect(await server.list()).toEqual(['12345.csv']);
    expect(receipt!.detail).toBe('3,000,017 bytes uploaded, size verified');
  });
});

describe('a failed delivery leaves only the complete old file', () => {
  test('when the disk of the server is full, after one attempt', async () => {
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

  test('when the server stores only a part', async () => {
    const server = await ftpWithOldFile({ faults: { keepOnlyBytes: 1000 } });
    const error = await failure(to(server, { attempts: 2 }), [
      await outgoing('12345.csv', awkwardBytes(3000)),
    ]);
    expect(error).toMatchObject({ code: 'FTP_CUT_SHORT' });
    expect(error.message).toContain('1,000 bytes there, 3,017 bytes sent');
    await expectOldFileAlone(server);
  });

  test('when uploading is forbidden', async () => {
    const server = await ftpWithOldFile();
    server.faults.forbidUpload = true;
    const error = await failure(to(server), [await outgoing('12345.csv', 'new')]);
    expect(error).toMatchObject({ code: 'FTP_NOT_PERMITTED' });
    await expectOldFileAlone(server);
  });

  test('when renaming is forbidden', async () => {
    const server = await ftpWithOldFile();
    server.faults.forbidRename = true;
    const error = await failure(to(server), [await outgoing('12345.csv', 'new')]);
    expect(error).toMatchObject({ code: 'FTP_RENAME_REFUSED' });
    await expectOldFileAlone(server);
  });

  test('when the rename fails after the old file was moved: it is moved back', async () => {
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
      'Sending "12345.csv" was stopped on request. Delivered before it: none. No temporary file was left there. Run the command again to finish.',
    );
    await expectOldFileAlone(server);
  });
});
