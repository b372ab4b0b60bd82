import { createHash, timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import { pipeline } from 'node:stream';
import { Client, type SFTPWrapper } from 'ssh2';
import { SftpFailure, type SftpStep, STALLED, sftpFault } from './fault.ts';
import type { SftpOptions } from './options.ts';

const TIMEOUT_MS = 30_000;

/** How an ssh2 command ends. */
type Done<T> = (error?: Error | null, value?: T) => void;

/** One log-in on an SFTP server. Every command ends: with an answer, a fault, after a silence, or by an abort. */
export class SftpSession {
  readonly #client = new Client();
  readonly #options: SftpOptions;
  readonly #signal: AbortSignal;
  readonly #timeoutMs: number;
  readonly #onAbort = () => this.#end(new Error('aborted'));
  #sftp: SFTPWrapper | undefined;
  #broken: Error | undefined;
  #presented: string | undefined;
  #giveUp: (error: Error) => void = () => {};

  private constructor(options: SftpOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#client.on('error', error => this.#end(error));
    this.#client.on('close', () => this.#end(new Error('the connection was closed')));
    signal.addEventListener('abort', this.#onAbort);
  }

  /** Logs in and looks at the configured folder. Throws `SftpFailure`. */
  static async open(options: SftpOptions, signal: AbortSignal): Promise<SftpSession> {
    signal.throwIfAborted();
    const session = new SftpSession(options, signal);
    try {
      await session.#connect();
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.#broken === undefined;
  }

  /** Uploads a file; with `from`, what is missing of a half upload after so many bytes. */
  async upload(path: string, name: string, from = 0): Promise<void> {
    await this.#command<void>('upload', (sftp, done, alive) => {
      if (from === 0) return sftp.fastPut(path, this.#at(name), { step: alive }, done);
      const rest = createReadStream(path, { start: from }).on('data', alive);
      pipeline(rest, sftp.createWriteStream(this.#at(name), { flags: 'r+', start: from }), done);
    });
  }

  /** Hash of what is there, as lower-case hex. */
  async sha256(name: string): Promise<string> {
    const hash = createHash('sha256');
    await this.#command<void>('verify', (sftp, done, alive) => {
      pipeline(sftp.createReadStream(this.#at(name)).on('data', alive), hash, done);
    });
    return hash.digest('hex');
  }

  /** Bytes of a file there; undefined where there is none. */
  async size(name: string, step: SftpStep = 'verify'): Promise<number | undefined> {
    try {
      const { size } = await this.#command<{ size: number }>(step, (sftp, done) =>
        sftp.stat(this.#at(name), done),
      );
      return size;
    } catch (error) {
      if (this.isOpen) return undefined;
      throw error;
    }
  }

  /** Renames; over a file that exists only where the server knows OpenSSH's way. */
  async rename(from: string, to: string, step: SftpStep = 'rename'): Promise<void> {
    await this.#command<void>(step, (sftp, done) => {
      const paths = [this.#at(from), this.#at(to)] as const;
      try {
        sftp.ext_openssh_rename(...paths, done);
      } catch {
        // It throws where the server did not announce it; plain SFTP refuses a name that exists.
        sftp.rename(...paths, done);
      }
    });
  }

  async remove(name: string): Promise<void> {
    if ((await this.size(name, 'tidy')) === undefined) return;
    await this.#command<void>('tidy', (sftp, done) => sftp.unlink(this.#at(name), done));
  }

  /** Names of what is in the folder. */
  async list(): Promise<readonly string[]> {
    const entries = await this.#command<readonly { readonly filename: string }[]>(
      'tidy',
      (sftp, done) => sftp.readdir(this.#at('.'), done),
    );
    return entries.map(({ filename }) => filename);
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#client.end();
    this.#client.destroy();
  }

  async #connect(): Promise<void> {
    const { host, port, user, password, privateKey, passphrase, directory } = this.#options;
    this.#sftp = await this.#waitFor<SFTPWrapper>('connect', done => {
      this.#client.once('ready', () => this.#client.sftp(done));
      this.#client.connect({
        host,
        port,
        username: user,
        ...(password !== undefined && { password }),
        ...(privateKey !== undefined && { privateKey }),
        ...(passphrase !== undefined && { passphrase }),
        readyTimeout: this.#timeoutMs,
        hostVerifier: (key: Buffer) => this.#isPinned(key),
      });
      this.#client.setNoDelay(true);
    });
    if (directory !== undefined) {
      await this.#command('enter', (sftp, done) => sftp.stat(directory, done));
    }
  }

  #isPinned(key: Buffer): boolean {
    this.#presented = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
    const { hostKey } = this.#options;
    if (hostKey === undefined || hostKey.length !== this.#presented.length) return false;
    return timingSafeEqual(Buffer.from(hostKey), Buffer.from(this.#presented));
  }

  #at(name: string): string {
    return posix.join(this.#options.directory ?? '.', name);
  }

  #command<T>(
    step: SftpStep,
    start: (sftp: SFTPWrapper, done: Done<T>, alive: () => void) => void,
  ): Promise<T> {
    return this.#waitFor(step, (done, alive) => start(this.#sftp!, done, alive));
  }

  async #waitFor<T>(step: SftpStep, start: (done: Done<T>, alive: () => void) => void): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        if (this.#broken !== undefined) return reject(this.#broken);
        this.#giveUp = reject;
        timer = setTimeout(() => this.#end(new Error(STALLED)), this.#timeoutMs);
        const done: Done<T> = (error, value) => (error ? reject(error) : resolve(value as T));
        start(done, () => timer?.refresh());
      });
    } catch (error) {
      // What broke the connection says more than the command that noticed it.
      throw new SftpFailure(sftpFault(this.#broken ?? error, step, this.#options, this.#presented));
    } finally {
      clearTimeout(timer);
      this.#giveUp = () => {};
    }
  }

  #end(error: Error): void {
    this.#broken ??= error;
    this.#giveUp(this.#broken);
    this.#client.destroy();
  }
}
