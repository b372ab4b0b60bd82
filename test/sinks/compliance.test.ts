import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, take, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import {
  destinationsByName,
  sinkNamed,
  testNamed,
  unusedDestinations,
} from '../../pipelines/destinations/registry.ts';
import type { Receipt } from '../../sinks/sink.ts';
import { outgoingFile } from '../../sinks/spooled-sink.ts';
import { afterFile } from '../setup/after-file.ts';
import { startFtp } from '../stand-ins/ftp/server.ts';
import { startFileStore } from '../stand-ins/http/file-store.ts';
import { startS3 } from '../stand-ins/s3/server.ts';
import { startSftp } from '../stand-ins/sftp/server.ts';
import { startSmtp } from '../stand-ins/smtp/server.ts';
import { awkwardBytes, outgoing } from './outgoing.ts';

/** A secret that must appear nowhere. */
const CANARY = 'canary-5f1c-secret';

/** One destination: its settings, and what is there. */
interface Target {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Settings of the same destination with a log-in that is refused. */
  readonly refused?: Readonly<Record<string, unknown>>;
  /** Settings of the same destination over a connection that is cut after 200,000 bytes. */
  readonly cut?: Readonly<Record<string, unknown>>;
  read(name: string): Promise<Buffer | undefined>;
  list(): Promise<readonly string[]>;
}

const CUT_AFTER = 200_000;

/** Forwards connections to a port, and cuts each one after so many bytes. */
async function cuttingProxy(port: number): Promise<number> {
  const server = createServer(client => {
    const upstream = connect(port, '127.0.0.1');
    let bytes = 0;
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    client.on('data', chunk => {
      bytes += chunk.length;
      if (bytes > CUT_AFTER) cut();
      else upstream.write(chunk);
    });
    upstream.on('data', chunk => client.write(chunk));
    for (const socket of [client, upstream]) socket.on('error', cut).on('close', cut);
  }).listen(0, '127.0.0.1');
  await new Promise(done => server.once('listening', done));
  afterFile(() => new Promise(done => server.close(done)));
  return (server.address() as { port: number }).port;
}

async function folderTarget(): Promise<Target> {
  const path = await mkdtemp(join(tmpdir(), 'tillstream-folder-'));
  afterFile(() => rm(path, { recursive: true, force: true }));
  return {
    settings: { type: 'folder', path },
    read: name => readFile(join(path, name)).catch(() => undefined),
    list: () => readdir(path),
  };
}

async function ftpTarget(): Promise<Target> {
  const server = await startFtp({ password: CANARY });
  const cutServer = await startFtp({
    password: CANARY,
    root: server.root,
    faults: { dropAfterBytes: CUT_AFTER },
  });
  afterFile(() => cutServer.close());
  afterFile(() => server.close());
  const { host, user } = server;
  const settings = { type: 'ftp', host, user, attempts: 1, timeout_ms: 3000 };
  return {
    settings: { ...settings, port: server.port, password: CANARY },
    refused: { ...settings, port: server.port, password: `wrong-${CANARY}` },
    cut: { ...settings, port: cutServer.port, password: CANARY },
    read: async name => (await server.read(name)) ?? undefined,
    list: () => server.list(),
  };
}

async function sftpTarget(): Promise<Target> {
  const server = await startSftp({ password: CANARY });
  afterFile(() => server.close());
  const { host, port, user, hostKey: host_key } = server;
  const settings = { type: 'sftp', host, user, host_key, attempts: 1, timeout_ms: 3000 };
  return {
    settings: { ...settings, port, password: CANARY },
    refused: { ...settings, port, password: `wrong-${CANARY}` },
    cut: { ...settings, port: await cuttingProxy(port), password: CANARY },
    read: async name => readFile(join(server.root, name)).catch(() => undefined),
    list: () => server.list(),
  };
}

async function httpTarget(): Promise<Target> {
  const store = await startFileStore(CANARY);
  afterFile(() => store.close());
  const port = Number(new URL(store.url).port);
  const settings = { type: 'http', url: store.url, headers: { Authorization: CANARY } };
  return {
    settings,
    refused: { ...settings, headers: { Authorization: `wrong-${CANARY}` } },
    cut: { ...settings, url: `http://127.0.0.1:${await cuttingProxy(port)}/files` },
    read: async name => store.files.get(name),
    list: async () => [...store.files.keys()],
  };
}

async function s3Target(): Promise<Target> {
  const server = await startS3();
  afterFile(() => server.close());
  const port = Number(new URL(server.endpoint).port);
  const settings = {
    type: 's3',
    bucket: 'feeds',
    endpoint: server.endpoint,
    access_key_id: server.key,
    secret_access_key: server.key,
    attempts: 1,
    timeout_ms: 3000,
  };
  return {
    settings,
    refused: { ...settings, access_key_id: 'unknown', secret_access_key: CANARY },
    cut: { ...settings, endpoint: `http://127.0.0.1:${await cuttingProxy(port)}` },
    read: name => server.read(name),
    list: () => server.list(),
  };
}

async function emailTarget(): Promise<Target> {
  const server = await startSmtp();
  afterFile(() => server.close());
  const { host, port } = server;
  const settings = { type: 'email', from: 'a@acme.example', to: ['b@acme.example'], attempts: 1 };
  const attachments = () => server.messages.flatMap(message => message.attachments);
  return {
    settings: { ...settings, smtp: `smtp://${host}:${port}` },
    cut: { ...settings, smtp: `smtp://${host}:${await cuttingProxy(port)}` },
    read: async name => attachments().findLast(({ filename }) => filename === name)?.content,
    list: async () => attachments().map(({ filename }) => filename ?? ''),
  };
}

const TARGETS = {
  folder: folderTarget,
  ftp: ftpTarget,
  sftp: sftpTarget,
  http: httpTarget,
  s3: s3Target,
  email: emailTarget,
};

const signal = new AbortController().signal;
const file = async (name: string, content: string | Uint8Array) =>
  outgoingFile(await outgoing(name, content));

async function deliver(settings: unknown, files: Parameters<ReturnType<typeof sinkNamed>>[0]) {
  const all = destinationsByName.parse({ there: settings });
  return lastValueFrom(sinkNamed(all, 'there')(files).pipe(toArray()), {
    defaultValue: [] as Receipt[],
  });
}

async function failureOf(sending: Promise<unknown>): Promise<Error> {
  const error = await sending.then(
    () => expect.unreachable('it should have failed'),
    (reason: Error) => reason,
  );
  const shown = JSON.stringify([String(error), error, String(error.cause ?? '')]);
  expect(shown).not.toContain(CANARY);
  expect(error).toMatchObject({ exitCode: 5 });
  return error;
}

describe.each(Object.entries(TARGETS))('%s', (type, start) => {
  let started: Promise<Target> | undefined;
  const target = () => {
    started ??= start();
    return started;
  };

  test('files arrive byte for byte, replace older ones, and have receipts', async () => {
    const { settings, read } = await target();
    const bytes = awkwardBytes(100_000);
    await deliver(settings, [await file('1.csv', 'old')]);
    const sent = [
      await file('1.csv', bytes),
      await file('leer é.csv', ''),
      await file('3.csv', 'c'),
    ];
    const receipts = await deliver(settings, sent);
    expect((await read('1.csv'))?.equals(bytes)).toBe(true);
    expect((await read('leer é.csv'))?.length).toBe(0);
    expect(receipts.map(({ file: name }) => name)).toEqual(['1.csv', 'leer é.csv', '3.csv']);
    expect(receipts[0]).toMatchObject({
      bytes: bytes.length,
      sha256: sent[0]!.local!.sha256,
      outcome: 'delivered',
    });
    expect(JSON.stringify(receipts)).not.toContain(CANARY);
  });

  test('the connection test leaves nothing behind', async () => {
    const { settings, list } = await target();
    const before = await list();
    const found = await testNamed(destinationsByName.parse({ there: settings }), 'there', signal);
    expect(found.isClean).toBe(true);
    expect(found.says).not.toContain(CANARY);
    expect(await list()).toEqual(before);
  });

  test('a large file arrives, also compressed on the way', async () => {
    const { settings, read } = await target();
    const bytes = Buffer.alloc(20 << 20, 'upc,qty,price\n');
    await deliver({ ...settings, compress: 'gzip' }, [await file('large.csv', bytes)]);
    expect((await read('large.csv.gz'))?.length).toBeGreaterThan(1000);
    if (type === 'email') return;
    await deliver(settings, [await file('large.csv', bytes)]);
    expect((await read('large.csv'))?.equals(bytes)).toBe(true);
  });

  test('a refused log-in is one error without the secret', async () => {
    const { refused, list } = await target();
    if (refused === undefined) return;
    const before = await list();
    await failureOf(deliver(refused, [await file('refused.csv', 'a')]));
    expect(await list()).toEqual(before);
  });

  test('a cut connection leaves the old file, and no other', async () => {
    const { settings, cut, read, list } = await target();
    if (cut === undefined) return;
    await deliver(settings, [await file('cut.csv', 'old')]);
    const before = await list();
    await failureOf(deliver(cut, [await file('cut.csv', Buffer.alloc(2_000_000, 'new\n'))]));
    expect(String(await read('cut.csv'))).toBe('old');
    expect((await list()).filter(name => !before.includes(name) && !/part-/.test(name))).toEqual(
      [],
    );
  });

  test('unsubscribing stops it: nothing new is there', async () => {
    const { settings, list } = await target();
    const before = await list();
    const files = [await file('stopped.csv', Buffer.alloc(5 << 20, 'a'))];
    const sink = sinkNamed(destinationsByName.parse({ there: settings }), 'there');
    sink(files).pipe(take(1)).subscribe().unsubscribe();
    // A later delivery ends after it would have arrived.
    await deliver(settings, [await file('after.csv', 'a')]);
    expect((await list()).filter(name => name.includes('stopped'))).toEqual([]);
    expect(await list()).toEqual(expect.arrayContaining([...before, 'after.csv']));
  });
});

test('several destinations under one name, with an archive, from the configuration', async () => {
  const [one, two, three] = [await folderTarget(), await folderTarget(), await folderTarget()];
  const all = destinationsByName.parse({
    one: { ...one.settings, file: '{stem}_acme{extension}', archive: 'three' },
    two: { ...two.settings, compress: 'zip' },
    three: three.settings,
    both: { type: 'all', of: ['one', 'two'] },
  });
  await lastValueFrom(sinkNamed(all, 'both')([await file('1.csv', 'a')]));
  expect(await one.list()).toEqual(['1_acme.csv']);
  expect(await two.list()).toEqual(['1.csv.zip']);
  expect(await three.list()).toEqual(['1.csv']);
  expect(unusedDestinations(all, ['both'])).toEqual([]);
  expect(unusedDestinations(all, ['one'])).toEqual(['two', 'both']);
});

test('a wrong name, a circle and a wrong option are each one error', () => {
  const says = (written: unknown) =>
    destinationsByName.safeParse(written).error!.issues.map(issue => issue.message);
  const folder = { type: 'folder', path: '/srv/feeds' };
  expect(says({ one: { ...folder, archive: 'two' } })).toEqual([
    'the name of another destination (there is none)',
  ]);
  expect(
    says({ one: { ...folder, archive: 'two' }, two: { ...folder, archive: 'one' } }),
  ).toHaveLength(2);
  expect(says({ one: { type: 'pigeon' } })).toEqual([
    'one of folder, ftp, sftp, email, http, s3, all, first',
  ]);
  expect(says({ one: { ...folder, compress: 'rar' } })).toEqual(['one of gzip, zip']);
});
