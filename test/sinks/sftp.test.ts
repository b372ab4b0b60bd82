import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SftpOptions } from '../../sinks/sftp/options.ts';
import { deliverBySftp } from '../../sinks/sftp/sftp.ts';
import { DeliveryError, InterruptedError } from '../../transforms/errors.ts';
import { type SftpServer, type SftpServerOptions, startSftp } from '../stand-ins/sftp/server.ts';
import { awkwardBytes, outgoing } from './outgoing.ts';

describe.each([
  ['a server like OpenSSH', true],
  ['a server that refuses to rename onto a name that exists', false],
])('with %s', (_, knowsPosixRename) => {
  test('every byte arrives, and the new file replaces the old one', async () => {
    const server = await sftpServer({ knowsPosixRename });
    const old = await outgoing('12345.csv', 'old');
    const content = awkwardBytes(300_000);
    const file = await outgoing('12345.csv', content);
    const other = await outgoing('12346.csv', 'other');

    await deliver(server, [old]);
    const receipts = await deliver(server, [file, other]);

    expect((await server.read('12345.csv')).equals(content)).toBe(true);
    expect(await server.list()).toEqual(['12345.csv', '12346.csv']);
    expect(receipts.map(({ file: name, bytes }) => [name, bytes])).toEqual([
      ['12345.csv', file.bytes],
      ['12346.csv', 5],
    ]);
    expect(receipts[0]!.destination).toBe(`sftp://127.0.0.1:${server.port}/12345.csv`);
    expect(receipts[0]!.detail).toContain('300,017 bytes uploaded, size verified');
    expect(server.logIns()).toBe(2);
  });

  test.each([
    ['refuses the log-in', { refuseLogin: true }, 'SFTP_LOGIN_REFUSED'],
    ['forbids writing', { forbidUpload: true }, 'SFTP_NOT_PERMITTED'],
    ['fills up', { diskFullAfterBytes: 40_000 }, 'SFTP_DISK_FULL'],
    ['drops every connection in the middle', { dropAfterBytes: 40_000 }, 'SFTP_CONNECTION_LOST'],
    ['stops answering in the middle', { stallAfterBytes: 40_000 }, 'SFTP_STALLED'],
    ['stores only a part', { keepOnlyBytes: 40_000 }, 'SFTP_CUT_SHORT'],
    ['forbids renaming', { forbidRename: true }, 'SFTP_RENAME_REFUSED'],
    ['forbids the last rename', { forbidFinalRename: true }, 'SFTP_RENAME_REFUSED'],
  ] as const)('when it %s, the old file stays complete', async (_, faults, code) => {
    const server = await sftpServer({ knowsPosixRename });
    await deliver(server, [await outgoing('12345.csv', 'old')]);
    Object.assign(server.faults, faults);

    const error = await refusal(
      deliver(server, [await outgoing('12345.csv', awkwardBytes(200_000))]),
    );

    expect(error).toBeInstanceOf(DeliveryError);
    expect(error).toMatchObject({ code, exitCode: 5 });
    expect(error.message).toContain('"12345.csv" was not delivered to sftp://127.0.0.1');
    expect(error.message).not.toContain(server.password);
    expect((await server.read('12345.csv')).toString()).toBe('old');
    expect(await server.list()).toEqual(['12345.csv']);
  });

  test('an abort in the middle leaves only the old file', async () => {
    const server = await sftpServer({ knowsPosixRename });
    await deliver(server, [await outgoing('12345.csv', 'old')]);
    server.faults.stallAfterBytes = 40_000;
    const stop = new AbortController();
    void server.stalled().then(() => stop.abort());

    const file = await outgoing('12345.csv', awkwardBytes(200_000));
    const error = await refusal(deliver(server, [file], {}, stop.signal));

    expect(error).toBeInstanceOf(InterruptedError);
    expect((await server.read('12345.csv')).toString()).toBe('old');
    expect(await server.list()).toEqual(['12345.csv']);
  });
});

test('a broken connection is retried', async () => {
  const server = await sftpServer();
  Object.assign(server.faults, { dropAfterBytes: 40_000, drops: 2 });
  const content = awkwardBytes(200_000);

  await deliver(server, [await outgoing('12345.csv', content)], { attempts: 3 });

  expect((await server.read('12345.csv')).equals(content)).toBe(true);
  expect(await server.list()).toEqual(['12345.csv']);
});

test('an upload that was cut off continues where it stopped, and arrives complete', async () => {
  const server = await sftpServer();
  Object.assign(server.faults, { dropAfterBytes: 5_000_000, drops: 1 });
  const content = awkwardBytes(8_000_000);

  await deliver(server, [await outgoing('12345.csv', content)], { attempts: 2 });

  expect((await server.read('12345.csv')).equals(content)).toBe(true);
  expect(await server.list()).toEqual(['12345.csv']);
  expect(server.received()).toBeLessThan(content.length * 1.5);
});

describe('a temporary file of a killed run', () => {
  const others = ['.12345.csv.part-notours', '.12346.csv.part-0123abcd', 'other.csv'];

  test('is removed once the file is delivered, and nothing else', async () => {
    const server = await sftpServer();
    const ours = ['.12345.csv.part-0123abcd', '.12345.csv.old-89abcdef'];
    for (const name of [...ours, ...others]) await writeFile(join(server.root, name), 'half');

    await deliver(server, [await outgoing('12345.csv', 'new')]);

    expect(await server.list()).toEqual([...others, '12345.csv'].sort());
  });

  test('stays if the server does not list files, and the file counts as delivered', async () => {
    const server = await sftpServer();
    server.faults.forbidList = true;
    await writeFile(join(server.root, '.12345.csv.part-0123abcd'), 'half');

    const receipts = await deliver(server, [await outgoing('12345.csv', 'new')]);

    expect(receipts).toHaveLength(1);
    expect(await server.list()).toHaveLength(2);
  });
});

test('a private key logs in without a password', async () => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const privateKey = pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) throw parsed;
  const publicKey = `ssh-rsa ${parsed.getPublicSSH().toString('base64')}`;
  const server = await sftpServer({ publicKey });
  const { password: _, ...withoutPassword } = optionsFor(server);
  const file = await outgoing('12345.csv', 'new');
  const { signal } = new AbortController();

  await deliverBySftp({ ...withoutPassword, privateKey })([file], signal);

  expect((await server.read('12345.csv')).toString()).toBe('new');
  const unreadable = { ...withoutPassword, privateKey: 'not a key' };
  expect(await refusal(deliverBySftp(unreadable)([file], signal))).toMatchObject({
    code: 'SFTP_KEY_UNREADABLE',
  });
});

describe('the key of the server', () => {
  test('without a pinned key nothing is sent, not even a password, and the message shows the key', async () => {
    const server = await sftpServer();
    const { hostKey: _, ...withoutKey } = optionsFor(server);

    const sending = deliverBySftp(withoutKey)([await outgoing('a.csv', 'a')], never);

    expect(await refusal(sending)).toMatchObject({
      code: 'SFTP_HOST_KEY_UNKNOWN',
      message: expect.stringContaining(server.ecdsaHostKey),
    });
    expect(server.logIns()).toBe(0);
  });

  test('a different key than the pinned one is refused before the log-in', async () => {
    const server = await sftpServer();
    const hostKey = `SHA256:${'A'.repeat(43)}`;

    const sending = deliver(server, [await outgoing('a.csv', 'a')], { hostKey });

    expect(await refusal(sending)).toMatchObject({
      code: 'SFTP_HOST_KEY_CHANGED',
      message: expect.stringContaining(`${server.hostKey} (ssh-rsa)`),
    });
    expect(server.logIns()).toBe(0);
  });
});

test('a missing folder and a closed port each say what to fix', async () => {
  const server = await sftpServer();
  const file = await outgoing('a.csv', 'a');
  expect(await refusal(deliver(server, [file], { directory: '/feeds' }))).toMatchObject({
    code: 'SFTP_NO_FOLDER',
    message: expect.stringContaining('directory'),
  });
  expect(await refusal(deliver(server, [file], { port: 1 }))).toMatchObject({
    code: 'SFTP_UNREACHABLE',
  });
});

const never = new AbortController().signal;

function optionsFor({ host, port, user, password, hostKey }: SftpServer): SftpOptions {
  return { host, port, user, password, hostKey, timeoutMs: 1000, attempts: 1, backoffMs: 1 };
}

function deliver(
  server: SftpServer,
  files: Parameters<ReturnType<typeof deliverBySftp>>[0],
  over: Partial<SftpOptions> = {},
  signal: AbortSignal = never,
) {
  return deliverBySftp({ ...optionsFor(server), ...over })(files, signal);
}

async function sftpServer(options?: SftpServerOptions): Promise<SftpServer> {
  const server = await startSftp(options);
  onTestFinished(() => server.close());
  return server;
}

async function refusal(running: Promise<unknown>): Promise<Error> {
  const error = await running.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(error instanceof Error)) throw new Error('the delivery should have failed');
  return error;
}
