import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith, start } from '../setup/tillstream.ts';

const CONFIGURATION = {
  merchant: 'acme',
  timezone: 'America/Chicago',
  heartland: { base_url: 'http://127.0.0.1:1/api', token: 'unused' },
};

test('tillstream warehouse ends with a message if its Postgres dies', async () => {
  const folder = await folderWith({ ...CONFIGURATION, data_folder: 'data' });
  await chmod(folder, 0o755);
  const running = start(folder, ['warehouse']);
  await running.wrote(/is running until you press Ctrl-C/);
  const pid = await readFile(join(folder, 'data', 'postgres', 'data', 'postmaster.pid'), 'utf8');
  process.kill(Number(pid.split('\n')[0]), 'SIGQUIT');
  const { code, stderr } = await running.ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^The embedded Postgres stopped: found ".+"\. See its log in .*log\. To start it again: tillstream warehouse\n$/,
  );
}, 300_000);

test('two commands that start at once in a new folder share one warehouse', async () => {
  const folder = await folderWith({ ...CONFIGURATION, data_folder: 'data' });
  await chmod(folder, 0o755);
  const both = [start(folder, ['warehouse']), start(folder, ['warehouse'])];
  const [one, two] = await Promise.all(both.map(each => each.wrote(/psql -h \S+ -p (\d+)/)));
  expect(one![1]).toBe(two![1]);
  for (const running of both) {
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(0);
  }
}, 300_000);
