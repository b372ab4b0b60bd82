import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfiguration, readEach } from '../../app/configuration/read.ts';
import { folderWith, LEAST, refusal } from './file.ts';

/** A folder with a configuration and a `.env` of its owner alone. */
async function withEnv(text: string, mode = 0o600) {
  const folder = await folderWith({ 'tillstream.yaml': LEAST, '.env': text });
  await chmod(join(folder, '.env'), mode);
  return { folder, file: join(folder, 'tillstream.yaml') };
}

test('variables are read from .env beside the configuration', async () => {
  const { file } = await withEnv("# of acme\nHEARTLAND_TOKEN='a b#c'\n");
  expect((await readConfiguration(file, {})).heartland.token).toBe('a b#c');
});

test('the environment goes first, unless it is empty there', async () => {
  const { file } = await withEnv('HEARTLAND_TOKEN=of-the-file\n');
  const token = async (env: Record<string, string>) =>
    (await readConfiguration(file, env)).heartland.token;
  expect(await token({ HEARTLAND_TOKEN: 'of-the-environment' })).toBe('of-the-environment');
  expect(await token({ HEARTLAND_TOKEN: '' })).toBe('of-the-file');
  const secret = join(await folderWith({ secret: 'of-the-secret\n' }), 'secret');
  expect(await token({ HEARTLAND_TOKEN_FILE: secret })).toBe('of-the-secret');
});

test.skipIf(process.platform === 'win32')(
  'a .env that others may read is refused, with what to do',
  async () => {
    const { folder, file } = await withEnv('HEARTLAND_TOKEN=x\n', 0o644);
    expect(await refusal(readConfiguration(file, {}), folder)).toBe(
      'Other users of this machine can read the secrets in ".env": found "permissions 644", expected 600. ' +
        "Run: chmod 600 '.env'. Where somebody may have read them, have new secrets made.",
    );
  },
);

test('names of objects are no variables', async () => {
  const text = LEAST.replace('HEARTLAND_TOKEN', 'constructor');
  const folder = await folderWith({ 'tillstream.yaml': text });
  expect(await refusal(readConfiguration(join(folder, 'tillstream.yaml'), {}), folder)).toContain(
    'refers to the environment variable constructor, which is not set',
  );
});

test('in a folder, a file with a mistake leaves the others usable', async () => {
  const folder = await folderWith({
    'a.yaml': LEAST.replace('America/Chicago', 'Chicago'),
    'b.yaml': LEAST.replace('acme', 'bravo'),
    'c.yaml': LEAST.replace('acme', 'bravo'),
  });
  const read = await readEach(folder, { HEARTLAND_TOKEN: 'token-of-all' });
  expect(
    read.map(each => ('error' in each ? String(each.error) : each.configuration.merchant)),
  ).toEqual([
    expect.stringContaining('timezone'),
    'bravo',
    expect.stringContaining('b.yaml uses too'),
  ]);
});
