import { chmod, mkdtemp, rm } from 'node:fs/promises';
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
