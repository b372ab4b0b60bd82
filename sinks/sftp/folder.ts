import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import { pipeline } from 'node:stream';
import { Client, type SFTPWrapper } from 'ssh2';
import {
  DEFAULT_TIMEOUT_MS,
  RemoteFailure,
  type RemoteFolder,
  type RemoteSize,
} from '../remote-folder.ts';
import { PresentedKeys, startConnecting } from './connect.ts';
import { NO_SUCH_FILE, type SftpStep, STALLED, sftpFault } from './fault.ts';
import type { SftpOptions } from './options.ts';

/** How an ssh2 command ends. */
type Done<T> = (error?: Error | null, value?: T) => void;

/** One log-in on an SFTP server. Each command ends: by answer, error, time-out or abort. */
export class SftpFolder implements RemoteFolder {
  readonly #client = new Client();
  readonly #options: SftpOptions & { readonly timeoutMs: number };
  readonly #signal: AbortSignal;
  readonly #presented: PresentedKeys;
  readonly #onAbort = () => this.#end(new Error('aborted'));
  #sftp: SFTPWrapper | undefined;
  #broken: Error | undefined;
  #giveUp: (error: Error) => void = () => {};

  private constructor(options: SftpOptions, signal: AbortSignal, presented: PresentedKeys) {
    this.#options = { ...options, timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS };
    this.#signal = signal;
    this.#presented = presented;
    this.#client.on('error', error => this.#end(error));
    this.#client.on('close', () => this.#end(new Error('the connection was closed')));
    signal.addEventListener('abort', this.#onAbort);
  }

  /**
   * Logs in and checks the configured folder. Throws `RemoteFailure`.
   *
   * A fingerprint does not say of which kind its key is. If the server presents another key, it is
   * requested to present its keys of the other kinds (`hierynomus/sshj#526`).
   */
  static async open(options: SftpOptions, signal: AbortSignal): Promise<SftpFolder> {
    const presented = new PresentedKeys();
    let mismatch: unknown;
    for (;;) {
      signal.throwIfAborted();
      const folder = new SftpFolder(options, signal, presented);
      try {
        await folder.#connect();
        return folder;
      } catch (error) {
        folder.close();
        const { code } = error instanceof RemoteFailure ? error.fault : { code: '' };
        // The server has no key of another kind: all of them differ from the pinned one.
        if (code === 'SFTP_NO_COMMON_ALGORITHM') throw mismatch ?? error;
        if (code !== 'SFTP_HOST_KEY_CHANGED') throw error;
        if (presented.otherAlgorithms.length === 0) throw error;
        mismatch = error;
      }
    }
  }

  get isOpen(): boolean {
    return this.#broken === undefined;
  }

  async upload(path: string, name: string, from: number): Promise<void> {
    await this.#command<void>('upload', (sftp, done, alive) => {
      if (from === 0) return sftp.fastPut(path, this.#at(name), { step: alive }, done);
      const rest = createReadStream(path, { start: from }).on('data', alive);
      pipeline(rest, sftp.createWriteStream(this.#at(name), { flags: 'r+', start: from }), done);
    });
  }

  async sha256(name: string): Promise<string> {
    const hash = createHash('sha256');
    await this.#command<void>('verify', (sftp, done, alive) => {
      pipeline(sftp.createReadStream(this.#at(name)).on('data', alive), hash, done);
    });
    return hash.digest('hex');
  }

  /** By STAT. A server that does not support it, or forbids it, does not report sizes. */
  async size(name: string): Promise<RemoteSize> {
    let code: unknown;
    try {
      const { size } = await this.#command<{ size: number }>('verify', (sftp, done) =>
        sftp.stat(this.#at(name), (error, stats) => {
          ({ code } = (error ?? {}) as { code?: unknown });
          done(error, stats);
        }),
      );
      return size ?? 'unknown';
    } catch (error) {
      if (!this.isOpen) throw error;
      return code === NO_SUCH_FILE ? 'missing' : 'unknown';
    }
  }

  /** Renames; over an existing file only if the server supports OpenSSH's extension. */
  async rename(from: string, to: string): Promise<void> {
    await this.#command<void>('rename', (sftp, done) => {
      const paths = [this.#at(from), this.#at(to)] as const;
      try {
        sftp.ext_openssh_rename(...paths, done);
      } catch {
        // It throws if the server did not announce it; plain SFTP refuses an existing name.
        sftp.rename(...paths, done);
      }
    });
  }

  async remove(name: string): Promise<void> {
    await this.#command<void>('remove', (sftp, done) => sftp.unlink(this.#at(name), done));
  }

  async list(): Promise<readonly string[]> {
    const entries = await this.#command<readonly { readonly filename: string }[]>(
      'verify',
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
    const { directory = '.' } = this.#options;
    this.#sftp = await this.#waitFor<SFTPWrapper>('connect', done => {
      this.#client.once('ready', () => this.#client.sftp(done));
      startConnecting(this.#client, this.#options, this.#presented);
    });
    if (directory === '.' || directory === '') return;
    let code: unknown;
    await this.#command('enter', (sftp, done) =>
      sftp.stat(directory, error => {
        ({ code } = (error ?? {}) as { code?: unknown });
        done(error);
      }),
    ).catch((error: unknown) => {
      // A server without STAT does not show whether the folder exists; the upload will.
      if (!this.isOpen || code === NO_SUCH_FILE) throw error;
    });
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
        timer = setTimeout(() => this.#end(new Error(STALLED)), this.#options.timeoutMs);
        const done: Done<T> = (error, value) => (error ? reject(error) : resolve(value as T));
        start(done, () => timer?.refresh());
      });
    } catch (error) {
      // The error that broke the connection says more than the failed command.
      const cause = this.#broken ?? error;
      throw new RemoteFailure(sftpFault(cause, step, this.#options, this.#presented.shown));
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
