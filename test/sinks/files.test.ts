import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { arrivedBefore, deliverToAll } from '../../sinks/compose.ts';
import { deliverToFolder } from '../../sinks/folder/folder.ts';
import { deliverByFtp } from '../../sinks/ftp/ftp.ts';
import { localFileError } from '../../sinks/local-file.ts';
import { type Chunk, spoolFile } from '../../sinks/spool.ts';
import { InterruptedError, LocalFileError } from '../../transforms/errors.ts';
import { ftp, to } from './ftp-delivery.ts';
import { freshFolder, outgoing } from './outgoing.ts';

const quiet = () => new AbortController().signal;
const text = (data: string, rows = 1): Chunk => ({ data, rows });

describe('a file that is being written', () => {
  test('is measured, hashed and counted as it is written', async () => {
    const folder = join(await freshFolder(), 'made', 'when needed');
    const chunks = [text('upc,qty\n', 0), text('1,2\n3,4\n', 2), text('é\n')];
    const file = await spoolFile(folder, '12345.csv', chunks, quiet());
    expect(String(await readFile(file.path))).toBe('upc,qty\n1,2\n3,4\né\n');
    expect(file).toEqual({
      name: '12345.csv',
      path: join(folder, '12345.csv'),
      bytes: 19,
      sha256: '1a4716e283c04b980ee4ae4a134a317f9a5ccc6704a29347dfbfd18364ed58ce',
      rows: 3,
    });
  });

  test('requests the next chunk only when the last one is written', async () => {
    const folder = await freshFolder();
    const seen: string[] = [];
    async function* chunks() {
      for (const each of ['a', 'b', 'c']) {
        const [part] = await readdir(folder);
        seen.push(String(await readFile(join(folder, part ?? ''))));
        yield text(each);
      }
    }
    await spoolFile(folder, '1.csv', chunks(), quiet());
    expect(seen).toEqual(['', 'a', 'ab']);
  });

  test('leaves only the older file if its rows cannot be read', async () => {
    const folder = await freshFolder();
    await writeFile(join(folder, '1.csv'), 'old');
    async function* chunks() {
      yield text('half');
      throw new Error('the warehouse went away');
    }
    await expect(spoolFile(folder, '1.csv', chunks(), quiet())).rejects.toThrow(
      'the warehouse went away',
    );
    expect(await readdir(folder)).toEqual(['1.csv']);
    expect(String(await readFile(join(folder, '1.csv')))).toBe('old');
  });

  test('leaves nothing after Ctrl-C', async () => {
    const folder = await freshFolder();
    const pressed = new AbortController();
    async function* chunks() {
      yield text('half');
      pressed.abort();
      yield text('whole');
    }
    await expect(spoolFile(folder, '1.csv', chunks(), pressed.signal)).rejects.toThrow(
      InterruptedError,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test('names a folder that cannot be written', async () => {
    const blocked = join(await freshFolder(), 'blocked');
    await writeFile(blocked, 'a file, not a folder');
    const error = await spoolFile(blocked, '1.csv', [], quiet()).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(LocalFileError);
    expect(String(error)).toContain(`"1.csv" could not be written in the folder ${blocked}`);
    expect(String(error)).toContain('choose a folder');
  });

  test.for([
    ['ENOSPC', 'DISK_FULL', 'free some space'],
    ['EACCES', 'FILE_NOT_WRITTEN', 'permission'],
    ['EROFS', 'FILE_NOT_WRITTEN', 'read-only'],
  ] as const)('says how to fix %s', ([code, ours, next]) => {
    const error = localFileError(Object.assign(new Error(code), { code }), '/feeds', '1.csv');
    expect(error).toMatchObject({ code: ours, exitCode: 1 });
    expect(error.message).toContain('the folder /feeds');
    expect(error.message).toContain(next);
  });

  test.for([
    '',
    ' ',
    '.',
    '..',
    '.hidden',
    '../1.csv',
    'a/b.csv',
    'a\\b.csv',
    'a\0.csv',
    'a\nb.csv',
    'a\u0085b.csv',
    ' a.csv',
    'x'.repeat(201),
  ])('is rejected if its name could leave the folder: %j', async name => {
    const folder = await freshFolder();
    await expect(spoolFile(folder, name, [], quiet())).rejects.toMatchObject({
      code: 'FILE_NAME_UNSAFE',
    });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a delivery to a folder', () => {
  test('copies the files whole and replaces older ones', async () => {
    const folder = join(await freshFolder(), 'feeds');
    await mkdir(folder);
    await writeFile(join(folder, '1.csv'), 'a longer old file');
    const files = [await outgoing('1.csv', 'new'), await outgoing('2.csv', 'two')];
    const receipts = await deliverToFolder(folder)(files, quiet());
    expect(await readdir(folder)).toEqual(['1.csv', '2.csv']);
    expect(String(await readFile(join(folder, '1.csv')))).toBe('new');
    expect(receipts[1]).toEqual({
      file: '2.csv',
      destination: join(folder, '2.csv'),
      bytes: 3,
      detail: 'copied',
    });
  });

  test('rejects a file that changed after it was written, and leaves the older one', async () => {
    const folder = await freshFolder();
    await writeFile(join(folder, '1.csv'), 'old');
    const file = await outgoing('1.csv', 'made');
    await writeFile(file.path, 'made, then changed');
    await expect(deliverToFolder(folder)([file], quiet())).rejects.toMatchObject({
      code: 'FILE_CHANGED',
    });
    expect(await readdir(folder)).toEqual(['1.csv']);
    expect(String(await readFile(join(folder, '1.csv')))).toBe('old');
  });

  test('that fails at the last file leaves all older files', async () => {
    const folder = await freshFolder();
    await writeFile(join(folder, '1.csv'), 'old');
    const last = await outgoing('2.csv', 'made');
    await writeFile(last.path, 'made, then changed');
    const files = [await outgoing('1.csv', 'new'), last];
    await expect(deliverToFolder(folder)(files, quiet())).rejects.toThrow('"2.csv"');
    expect(await readdir(folder)).toEqual(['1.csv']);
    expect(String(await readFile(join(folder, '1.csv')))).toBe('old');
  });

  test('that fails after some renames names the replaced files', async () => {
    const folder = await freshFolder();
    // Nothing can take the name of a folder.
    await mkdir(join(folder, '3.csv'));
    const files = [
      await outgoing('1.csv', 'one'),
      await outgoing('2.csv', 'two'),
      await outgoing('3.csv', 'three'),
    ];
    const error = await deliverToFolder(folder)(files, quiet()).catch((each: unknown) => each);
    expect(error).toMatchObject({ code: 'PARTLY_DELIVERED', exitCode: 5 });
    expect(String(error)).toContain(`"3.csv" could not be written in the folder ${folder}`);
    expect(String(error)).toContain('Already replaced in that folder: "1.csv", "2.csv".');
    expect(arrivedBefore(error).map(({ file }) => file)).toEqual(['1.csv', '2.csv']);
    expect((await readdir(folder)).sort()).toEqual(['1.csv', '2.csv', '3.csv']);
  });

  test('first removes temporary files of a killed run, and nothing else', async () => {
    const folder = await freshFolder();
    const others = ['.1.csv.part-notours', '.2.csv.part-0123abcd', 'x.1.csv.part-0123abcd'];
    for (const name of ['.1.csv.part-0123abcd', ...others]) await writeFile(join(folder, name), '');
    await deliverToFolder(folder)([await outgoing('1.csv', 'new')], quiet());
    expect((await readdir(folder)).sort()).toEqual([...others, '1.csv'].sort());
  });

  test('stops before the next file after Ctrl-C', async () => {
    const folder = await freshFolder();
    const deliver = deliverToFolder(folder);
    const file = await outgoing('1.csv', 'new');
    await expect(deliver([file], AbortSignal.abort())).rejects.toThrow(InterruptedError);
    expect(await readdir(folder)).toEqual([]);
  });
});

test('a stop while one of two destinations has the files names that destination', async () => {
  const folder = await freshFolder();
  const server = await ftp();
  server.faults.stallAfterBytes = 1;
  const stop = new AbortController();
  void server.stalled().then(async () => {
    await vi.waitFor(() => access(join(folder, '12345.csv')));
    stop.abort();
  });
  const both = deliverToAll([deliverToFolder(folder), deliverByFtp(to(server))]);
  const error = await both([await outgoing('12345.csv', 'upc,qty\n1,2\n')], stop.signal).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InterruptedError);
  expect(String(error)).toContain(`These have the files: ${join(folder, '12345.csv')}`);
  expect(arrivedBefore(error)).toMatchObject([{ file: '12345.csv', detail: 'copied' }]);
});
