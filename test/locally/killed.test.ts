import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { locally } from '../../pipelines/locally.ts';
import { listExports } from '../../sinks/postgres/exports.ts';
import { startFtp } from '../ftp/server.ts';
import { startHeartland } from '../heartland/server.ts';
import { freshConfiguration, freshMerchant, freshWork } from '../postgres/fresh-work.ts';
import { NOW } from './scene.ts';

const CHILD = fileURLToPath(new URL('send-in-child.ts', import.meta.url));

test('killed in the middle of an upload, the server has the old file; the next run sends it whole and tidies up', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-locally-'));
  const heartland = await startHeartland({ asOf: '2026-11-21' });
  const ftp = await startFtp();
  onTestFinished(async () => {
    await Promise.all([heartland.close(), ftp.close()]);
    await rm(folder, { recursive: true, force: true });
  });
  const { host, port, user, password } = ftp;
  const options = {
    heartland,
    now: NOW,
    merchant: freshMerchant(),
    configuration: {
      data_folder: folder,
      locations: { '1': { locally_id: '12345' } },
      locally: { deliver: { host, port, user, password } },
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
  const old = await ftp.read('12345.csv');
  heartland.ledger.changeItem(heartland.ledger.items[0]!.id, { priceCents: 12_345 });

  ftp.faults.stallAfterBytes = 1;
  const configuration = JSON.stringify(freshConfiguration(options));
  const child = spawn(process.execPath, [CHILD, configuration, NOW.toISOString()], {
    stdio: 'inherit',
  });
  const ended = once(child, 'exit');
  await ftp.stalled();
  child.kill('SIGKILL');
  await ended;
  ftp.faults.stallAfterBytes = undefined;

  expect((await ftp.read('12345.csv')).equals(old)).toBe(true);
  expect(await ftp.list()).toEqual([
    expect.stringMatching(/^\.12345\.csv\.part-[0-9a-f]{8}$/),
    '12345.csv',
  ]);

  const kept = await send();

  expect(kept.map(({ status }) => status)).toEqual(['delivered', 'failed', 'delivered']);
  expect(await ftp.list()).toEqual(['12345.csv']);
  expect((await ftp.read('12345.csv')).byteLength).toBe(kept[0]!.files[0]!.bytes);
});
