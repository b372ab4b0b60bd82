import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { locally } from '../../pipelines/exports/locally/locally.ts';
import { listExports } from '../../sinks/postgres/exports.ts';
import { killedWhileSending } from '../children/killed-while-sending.ts';
import { freshMerchant, freshWork } from '../postgres/fresh-work.ts';
import { startFtp } from '../stand-ins/ftp/server.ts';
import { startHeartland } from '../stand-ins/heartland/server.ts';
import { startSftp } from '../stand-ins/sftp/server.ts';
import { NOW, scene } from './scene.ts';

test.each([
  ['FTP', startFtp],
  ['SFTP', startSftp],
] as const)(
  'killed during an upload by %s, the server has the old file; the next run sends it and cleans up',
  async (_, startServer) => {
    const folder = await mkdtemp(join(tmpdir(), 'tillstream-locally-'));
    const heartland = await startHeartland({ asOf: '2026-11-21' });
    const server = await startServer();
    const sftp = 'hostKey' in server ? { protocol: 'sftp', host_key: server.hostKey } : {};
    onTestFinished(async () => {
      await Promise.all([heartland.close(), server.close()]);
      await rm(folder, { recursive: true, force: true });
    });
    const { host, port, user, password } = server;
    const options = {
      heartland,
      now: NOW,
      merchant: freshMerchant(),
      configuration: {
        data_folder: folder,
        locations: { '1': { locally_id: '12345' } },
        locally: { deliver: { host, port, user, password, ...sftp } },
      },
    };
    const send = async () => {
      const { work, close } = await freshWork(options);
      try {
        await locally(work, {}, new AbortController().signal);
        return await listExports(work.warehouse, 'locally');
      } finally {
        await close();
      }
    };
    await send();
    const old = await server.read('12345.csv');
    heartland.ledger.changeItem(heartland.ledger.items[0]!.id, { priceCents: 12_345 });

    server.faults.stallAfterBytes = 1;
    await killedWhileSending('locally', options, () => server.stalled());
    server.faults.stallAfterBytes = undefined;

    expect((await server.read('12345.csv')).equals(old)).toBe(true);
    expect(await server.list()).toEqual([
      expect.stringMatching(/^\.12345\.csv\.part-[0-9a-f]{8}$/),
      '12345.csv',
    ]);

    const recorded = await send();

    expect(recorded.map(({ status }) => status)).toEqual(['delivered', 'failed', 'delivered']);
    expect(await server.list()).toEqual(['12345.csv']);
    expect((await server.read('12345.csv')).byteLength).toBe(recorded[0]!.files[0]!.bytes);
  },
);

test('the next run into a folder removes temporary files of a killed one', async () => {
  const { run, folder } = await scene();
  const out = join(folder, 'out');
  await run({ out });
  await writeFile(join(out, '.12345.csv.part-0123abcd'), 'incomplete');
  await writeFile(join(out, 'notes.txt'), 'mine');

  await run({ out });

  expect(await readdir(out)).toEqual(['12345.csv', '12346.csv', 'notes.txt']);
});
