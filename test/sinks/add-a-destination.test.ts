import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { type DestinationType, loadedSink } from '../../pipelines/destinations/destination.ts';
import { outgoingFile } from '../../sinks/spooled-sink.ts';
import { afterFile } from '../setup/after-file.ts';
import { startFileStore } from '../stand-ins/http/file-store.ts';
import { outgoing } from './outgoing.ts';

const PAGE = new URL('../../docs/add-a-destination.md', import.meta.url);

/** The example of the page as a module, which finds the same files from another folder. */
async function built(): Promise<DestinationType<z.ZodType>> {
  const page = await readFile(PAGE, 'utf8');
  const code = page.match(/```ts\n(?<code>.*?)```/s)!.groups!.code!;
  const moved = code
    .replaceAll(`'../../`, `'../../../`)
    .replaceAll(`'../settings/`, `'../../../pipelines/settings/`)
    .replaceAll(`'./`, `'../../../pipelines/destinations/`);
  const folder = await mkdtemp(join(import.meta.dirname, '.example-'));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'webdav.ts');
  await writeFile(path, moved);
  const { webdav } = (await import(path)) as { webdav: DestinationType<z.ZodType> };
  return webdav;
}

test('the destination of docs/add-a-destination.md delivers, refuses and tests itself', async () => {
  const login = Buffer.from('acme:secret').toString('base64');
  const store = await startFileStore(`Basic ${login}`);
  afterFile(() => store.close());
  const webdav = await built();
  const written = { type: 'webdav', url: store.url, user: 'acme', password: 'secret' };
  const settings = webdav.schema.parse(written);
  const file = outgoingFile(await outgoing('1.csv', 'a'));

  const deliver = (to: unknown) =>
    lastValueFrom(loadedSink(() => webdav.open(to))([file]).pipe(toArray()));
  expect(await deliver(settings)).toMatchObject([
    { file: '1.csv', destination: `${store.url}/1.csv`, bytes: 1, outcome: 'delivered' },
  ]);
  expect(String(store.files.get('1.csv'))).toBe('a');

  const found = await webdav.test(settings, new AbortController().signal);
  expect(found.isClean).toBe(true);
  expect([...store.files.keys()]).toEqual(['1.csv']);

  await expect(deliver({ ...written, password: 'wrong' })).rejects.toThrow('answered 401');
});
