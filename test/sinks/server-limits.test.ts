/** What a server cannot do is found out, and is part of the receipt. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import ssh2 from 'ssh2';
import { describe, expect, onTestFinished, test } from 'vitest';
import { testServer } from '../../sinks/connection-test.ts';
import type { Receipt } from '../../sinks/delivery.ts';
import { deliverByFtp, ftpServer } from '../../sinks/ftp/ftp.ts';
import type { SftpOptions } from '../../sinks/sftp/options.ts';
import { deliverBySftp, sftpServer } from '../../sinks/sftp/sftp.ts';
import { startSftp } from '../stand-ins/sftp/server.ts';
import { failure, ftp, quiet, to } from './ftp-delivery.ts';
import { outgoing } from './outgoing.ts';

/** A server of either protocol, as these tests use it. */
interface Server {
  readonly faults: object;
  read(path: string): Promise<Buffer>;
  list(): Promise<readonly string[]>;
  deliver(content: string, options?: { viaTemporaryName?: boolean }): Promise<Receipt>;
  test(): ReturnType<typeof testServer>;
}

async function byFtp(): Promise<Server> {
  const server = await ftp();
  const options = to(server);
  return {
    ...server,
    deliver: async (content, more) => {
      const file = await outgoing('12345.csv', content);
      return (await deliverByFtp({ ...options, ...more })([file], quiet()))[0]!;
    },
    test: () => testServer(ftpServer(options), options, quiet()),
  };
}

async function sftp(options: Parameters<typeof startSftp>[0] = {}) {
  const server = await startSftp(options);
  onTestFinished(() => server.close());
  const { host, port, user, password, hostKey } = server;
  const log: SftpOptions = { host, port, user, password, hostKey, timeoutMs: 2000, backoffMs: 1 };
  return { server, options: log };
}

async function bySftp(): Promise<Server> {
  const { server, options } = await sftp({ knowsPosixRename: false });
  return {
    ...server,
    deliver: async (content, more) => {
      const file = await outgoing('12345.csv', content);
      return (await deliverBySftp({ ...options, ...more })([file], quiet()))[0]!;
    },
    test: () => testServer(sftpServer(options), options, quiet()),
  };
}

const WITHOUT_SIZES = {
  ftp: { withoutSize: true, withoutList: true },
  sftp: { withoutStat: true },
};

describe.each([
  ['ftp', byFtp],
  ['sftp', bySftp],
] as const)('by %s, a server', (protocol, start) => {
  test('that reports no sizes gets the file, with "size not verified" in the receipt', async () => {
    const server = await start();
    await server.deliver('old');
    Object.assign(server.faults, WITHOUT_SIZES[protocol]);
    const { detail } = await server.deliver('new');
    expect(String(await server.read('12345.csv'))).toBe('new');
    expect(detail).toContain('3 bytes uploaded, size not verified: the server does not report');
  });

  test('that takes files away at once gets one under its own name, once', async () => {
    const server = await start();
    Object.assign(server.faults, { takesAway: true });
    expect((await server.deliver('new', { viaTemporaryName: false })).detail).toBe(
      '3 bytes uploaded, size not verified: the server no longer shows the file',
    );
    const { detail } = await server.deliver('new');
    expect(detail).toContain('uploaded without a temporary name');
    expect(detail).toContain('size not verified');
    expect(await server.list()).toEqual([]);
  });

  test('that refuses names with a leading dot gets another temporary name', async () => {
    const server = await start();
    Object.assign(server.faults, { forbidDotNames: true });
    const { detail } = await server.deliver('new');
    expect(detail).toContain('size verified; the server refuses names with a leading dot');
    expect(await server.list()).toEqual(['12345.csv']);
  });

  test('that forbids deleting keeps the old file under another name, and the receipt names it', async () => {
    const server = await start();
    await server.deliver('old');
    Object.assign(server.faults, { forbidDelete: true, forbidOverwrite: true });
    const { detail } = await server.deliver('new');
    const [backup = ''] = (await server.list()).filter(name => name !== '12345.csv');
    expect(String(await server.read('12345.csv'))).toBe('new');
    expect(String(await server.read(backup))).toBe('old');
    expect(detail).toContain(`refused to delete the old file, which is now "${backup}"`);
  });

  test('is tested by a small file that is uploaded, verified and deleted', async () => {
    const server = await start();
    expect(await server.test()).toMatchObject({
      says: expect.stringMatching(/^Login OK at .*, size verified; deleted\.$/),
      isClean: true,
    });
    expect(await server.list()).toEqual([]);

    Object.assign(server.faults, { forbidDelete: true });
    expect(await server.test()).toMatchObject({
      says: expect.stringContaining('not deleted: the server refused to delete it.'),
      isClean: false,
    });
    Object.assign(server.faults, { forbidUpload: true });
    await expect(server.test()).rejects.toThrow('does not allow writing there');
  });
});

describe('by ftp, a server', () => {
  test('behind a NAT without EPSV gets the data at the host of the control connection', async () => {
    const server = await ftp({ faults: { passiveHost: '192.0.2.1' } });
    await deliverByFtp(to(server))([await outgoing('12345.csv', 'new')], quiet());
    expect(String(await server.read('12345.csv'))).toBe('new');
  });

  test('gets the files in its log-in folder', async () => {
    const server = await ftp({ home: '/home/shop' });
    await deliverByFtp(to(server))([await outgoing('12345.csv', 'new')], quiet());
    expect(await server.list('home/shop')).toEqual(['12345.csv']);
    const error = await failure(to(server, { directory: '/' }), [await outgoing('1.csv', 'new')]);
    expect(error.message).toContain('Check `directory`');
  });
});

describe('by sftp, the log-in', () => {
  const deliver = async (options: SftpOptions) =>
    deliverBySftp(options)([await outgoing('12345.csv', 'new')], quiet());

  test('succeeds by keyboard-interactive only', async () => {
    const { server, options } = await sftp({ isKeyboardInteractive: true });
    await deliver(options);
    expect(await server.list()).toEqual(['12345.csv']);
    expect(server.logIns()).toBe(1);
    await expect(deliver({ ...options, password: 'wrong' })).rejects.toMatchObject({
      code: 'SFTP_LOGIN_REFUSED',
    });
  });

  test('succeeds with a pinned key of another kind than the one presented first', async () => {
    const { server, options } = await sftp();
    await deliver({ ...options, hostKey: server.ecdsaHostKey });
    await deliver({ ...options, hostKey: server.hostKey });
    expect(server.logIns()).toBe(2);
  });

  const kinds = {
    RSA: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ECDSA: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    Ed25519: () => generateKeyPairSync('ed25519'),
  };

  test.each([
    ['RSA', undefined],
    ['ECDSA', 'secret-phrase'],
    ['Ed25519', undefined],
    ['Ed25519', 'secret-phrase'],
  ] as const)('succeeds with a PKCS#8 private key: %s, passphrase %s', async (kind, passphrase) => {
    const { privateKey } = kinds[kind]();
    const pem = privateKey
      .export({
        type: 'pkcs8',
        format: 'pem',
        ...(passphrase !== undefined && { cipher: 'aes-256-cbc', passphrase }),
      })
      .toString();
    const { server, options } = await sftp({ publicKey: sshPublicKey(privateKey) });
    const { password: _, ...keyOnly } = { ...options, privateKey: pem };
    await deliver({ ...keyOnly, ...(passphrase !== undefined && { passphrase }) });
    expect(await server.list()).toEqual(['12345.csv']);
    if (passphrase === undefined) return;
    await expect(deliver({ ...keyOnly, passphrase: 'other-phrase' })).rejects.toMatchObject({
      code: 'SFTP_KEY_UNREADABLE',
      message: expect.stringContaining('the passphrase is missing or wrong'),
    });
  });
});

/** The line of an authorized_keys file. ssh2 cannot read PKCS#8, so it gets the older formats. */
function sshPublicKey(key: KeyObject): string {
  if (key.asymmetricKeyType !== 'ed25519') {
    const type = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1';
    const parsed = ssh2.utils.parseKey(key.export({ type, format: 'pem' }).toString());
    if (parsed instanceof Error) throw parsed;
    return `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`;
  }
  const { x = '' } = key.export({ format: 'jwk' });
  const kind = Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0\x20', 'latin1');
  return `ssh-ed25519 ${Buffer.concat([kind, Buffer.from(x, 'base64url')]).toString('base64')}`;
}
