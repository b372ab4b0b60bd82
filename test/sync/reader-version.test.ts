import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { codeVersion } from '../../pipelines/sync/reader-version.ts';

/** A reader that imports a module of a subfolder, which imports one of its parent folder. */
const READER = {
  'reader.ts': "import { one } from './rows/one.ts';\nexport const read = one;\n",
  'rows/one.ts': "export { one } from '../text.ts';\n",
  'text.ts': 'export const one = 1;\n',
  'other.ts': 'export const other = 1;\n',
};

test('a change in any module the reader imports, in whatever folder, is another version', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-reader-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'rows'));
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  for (const [name, text] of Object.entries(READER)) await write(name, text);
  const version = () => codeVersion(pathToFileURL(join(folder, 'reader.ts')));

  const before = version();
  expect(version()).toBe(before);
  const changed: Record<string, boolean> = {};
  for (const [name, text] of Object.entries(READER)) {
    await write(name, `${text}// changed\n`);
    changed[name] = version() !== before;
    await write(name, text);
  }
  expect(changed).toEqual({
    'reader.ts': true,
    'rows/one.ts': true,
    'text.ts': true,
    'other.ts': false,
  });
});
