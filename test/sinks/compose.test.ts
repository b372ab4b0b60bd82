import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import { defer, firstValueFrom, lastValueFrom, take, throwError, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import {
  archived,
  compressed,
  firstThatWorks,
  PartlyDeliveredError,
  renamed,
  retrying,
  toAll,
} from '../../sinks/compose.ts';
import { deliverToFolder } from '../../sinks/folder/folder.ts';
import { deliverByFtp } from '../../sinks/ftp/ftp.ts';
import type { OutgoingFile, Receipt, Sink } from '../../sinks/sink.ts';
import { TemporaryDeliveryError } from '../../sinks/sink.ts';
import { outgoingFile, sinkOf } from '../../sinks/spooled-sink.ts';
import { ftp, to } from './ftp-delivery.ts';
import { freshFolder, outgoing } from './outgoing.ts';

const all = (sink: Sink, files: readonly OutgoingFile[]): Promise<Receipt[]> =>
  lastValueFrom(sink(files).pipe(toArray()));
const file = async (name: string, content: string) => outgoingFile(await outgoing(name, content));
const toFolder = (folder: string) => sinkOf(deliverToFolder(folder));
const read = (folder: string, name: string) => readFile(join(folder, name));

/** A server that is not there. */
const nobody = sinkOf(
  deliverByFtp({
    protocol: 'ftp',
    host: '127.0.0.1',
    port: 1,
    user: 'a',
    password: 'b',
    attempts: 1,
  }),
);

test('files reach every destination, and a failed one does not stop the others', async () => {
  const [one, two] = [await freshFolder(), await freshFolder()];
  const files = [await file('1.csv', 'a'), await file('2.csv', 'b')];
  const receipts = await all(toAll(toFolder(one), toFolder(two)), files);
  expect(receipts).toHaveLength(4);
  expect(String(await read(two, '2.csv'))).toBe('b');

  const seen: Receipt[] = [];
  const error = await lastValueFrom(toAll(nobody, toFolder(one))(files).pipe(toArray())).catch(
    (each: unknown) => each,
  );
  expect(error).toBeInstanceOf(PartlyDeliveredError);
  expect(String(error)).toContain('nothing answers');
  await new Promise(done => {
    toAll(
      nobody,
      toFolder(one),
    )(files).subscribe({
      next: receipt => seen.push(receipt),
      error: done,
    });
  });
  expect(seen.map(({ file: name }) => name)).toEqual(['1.csv', '2.csv']);
});

test('the first destination that works gets the files', async () => {
  const [one, two] = [await freshFolder(), await freshFolder()];
  const receipts = await all(firstThatWorks(nobody, toFolder(one), toFolder(two)), [
    await file('1.csv', 'a'),
  ]);
  expect(receipts.map(({ destination }) => destination)).toEqual([join(one, '1.csv')]);
  await expect(all(firstThatWorks(nobody), [await file('1.csv', 'a')])).rejects.toThrow(
    '127.0.0.1',
  );
});

test('a retry sends only the files that have not arrived', async () => {
  const folder = await freshFolder();
  const sent: string[][] = [];
  const flaky: Sink = files =>
    defer(() => {
      sent.push(files.map(({ name }) => name));
      return sent.length < 3
        ? archived(toFolder(folder), failing)(files.slice(0, 1))
        : toFolder(folder)(files);
    });
  const failing: Sink = () =>
    throwError(() => new TemporaryDeliveryError('BUSY', { problem: 'The server is busy' }));
  const files = [await file('1.csv', 'a'), await file('2.csv', 'b'), await file('3.csv', 'c')];
  const receipts = await all(retrying({ attempts: 5, backoffMs: 1 }, flaky), files);
  expect(receipts.map(({ file: name }) => name)).toEqual(['1.csv', '2.csv', '3.csv']);
  expect(sent).toEqual([['1.csv', '2.csv', '3.csv'], ['2.csv', '3.csv'], ['3.csv']]);
  await expect(all(retrying({ attempts: 2, backoffMs: 1 }, failing), files)).rejects.toThrow(
    'busy',
  );
});

test('a compressed file is the same file again when it is read', async () => {
  const folder = await freshFolder();
  const server = await ftp();
  const content = 'upc,qty\n'.repeat(50_000);
  const [gz] = await all(compressed('gzip', sinkOf(deliverByFtp(to(server)))), [
    await file('1.csv', content),
  ]);
  expect(gz).toMatchObject({ file: '1.csv.gz', verified: ['size'], outcome: 'delivered' });
  const arrived = (await server.read('1.csv.gz'))!;
  expect(gz!.bytes).toBe(arrived.length);
  expect(String(gunzipSync(arrived))).toBe(content);

  await all(compressed('zip', toFolder(folder)), [await file('1.csv', content)]);
  const zip = await read(folder, '1.csv.zip');
  expect(String(inflateRawSync(zip.subarray(30 + '1.csv'.length)))).toBe(content);
  expect(zip.subarray(-22).readUInt32LE(16)).toBe(zip.indexOf('PK\x01\x02', 0, 'latin1'));
});

test('a template gives other names; an unsafe one is refused', async () => {
  const folder = await freshFolder();
  const sink = renamed('{stem}_{date}{extension}', toFolder(folder), { date: '20261101' });
  await all(sink, [await file('1.csv', 'a')]);
  expect(String(await read(folder, '1_20261101.csv'))).toBe('a');
  const outside = renamed('../{file}', toFolder(folder));
  await expect(all(outside, [await file('1.csv', 'a')])).rejects.toThrow('contains a slash');
});

test('a copy goes to the archive after the delivery', async () => {
  const [main, copy] = [await freshFolder(), await freshFolder()];
  const receipts = await all(archived(toFolder(main), toFolder(copy)), [await file('1.csv', 'a')]);
  expect(receipts.map(({ destination }) => destination)).toEqual([
    join(main, '1.csv'),
    join(copy, '1.csv'),
  ]);
});

test('unsubscribing stops a delivery and leaves no partial file', async () => {
  const server = await ftp();
  const many = await Promise.all(['1.csv', '2.csv', '3.csv'].map(name => file(name, 'a')));
  await firstValueFrom(sinkOf(deliverByFtp(to(server)))(many).pipe(take(1)));
  expect(await server.read('1.csv')).toEqual(Buffer.from('a'));
  expect(await server.list()).not.toContain('3.csv');
});
