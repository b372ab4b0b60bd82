import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { startEmbedded } from '../../sinks/postgres/embedded/server.ts';

test('the last one out stops the embedded Postgres, whoever started it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-embedded-'));
  await chmod(folder, 0o755);
  const options = { folder: join(folder, 'postgres'), settings: ['fsync=off'] };
  const first = await startEmbedded(options);
  const second = await startEmbedded(options);
  expect(second.url).toBe(first.url);

  const atWork = new pg.Client({ connectionString: first.url, application_name: 'tillstream' });
  await atWork.connect();
  await first.leave();
  expect((await atWork.query('select 1 as one')).rows).toEqual([{ one: 1 }]);

  await atWork.end();
  await second.leave();
  const late = new pg.Client({ connectionString: first.url });
  await expect(late.connect()).rejects.toThrow('ECONNREFUSED');
  await rm(folder, { recursive: true, force: true });
});

test('commands that start and end at the same time never see a server that is still starting', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-embedded-'));
  await chmod(folder, 0o755);
  const options = { folder: join(folder, 'postgres'), settings: ['fsync=off'] };
  await (await startEmbedded(options)).leave();

  const one = async () => {
    for (let turn = 0; turn < 3; turn++) {
      const server = await startEmbedded(options);
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
      await client.end();
      await server.leave();
    }
  };
  await Promise.all([one(), one(), one()]);

  const last = await startEmbedded(options);
  await last.stop();
  await rm(folder, { recursive: true, force: true });
}, 300_000);

test('of several first commands at once, each gets in, and nothing is left over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-embedded-'));
  await chmod(folder, 0o755);
  const options = { folder: join(folder, 'postgres'), settings: ['fsync=off'] };
  const servers = await Promise.all([1, 2, 3].map(() => startEmbedded(options)));
  expect(new Set(servers.map(({ url }) => url)).size).toBe(1);
  for (const server of servers) await server.leave();
  expect((await readdir(options.folder)).sort()).toEqual(['data', 'log', 'password']);
  await rm(folder, { recursive: true, force: true });
}, 300_000);

test('a data folder with something else in it is left as it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-embedded-'));
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data', 'mine.txt'), 'mine');
  await expect(startEmbedded({ folder })).rejects.toThrow(
    /data is there already, and is none that Postgres made: found "ENOTEMPTY"\. If /,
  );
  expect((await readdir(folder)).sort()).toEqual(['data', 'password']);
  expect(await readFile(join(folder, 'data', 'mine.txt'), 'utf8')).toBe('mine');
  await rm(folder, { recursive: true, force: true });
});

test('a folder that cannot be written to is named, with what to do', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-embedded-'));
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'taken'), '', { mode: 0o755 });
  await expect(startEmbedded({ folder: join(folder, 'taken') })).rejects.toThrow(
    /taken, cannot be used: found "EEXIST", expected a folder .* or name another place with data_folder\./,
  );
  await rm(folder, { recursive: true, force: true });
});
