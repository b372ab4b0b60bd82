import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { Writable } from 'node:stream';
import { Client } from 'basic-ftp';
import {
  DEFAULT_TIMEOUT_MS,
  RemoteFailure,
  type RemoteFolder,
  type RemoteSize,
} from '../remote-folder.ts';
import { type FtpStep, ftpFault } from './fault.ts';
import type { FtpOptions } from './options.ts';
import { passiveTransfers } from './passive.ts';
import { store } from './store.ts';

/** One log-in on an FTP server, in the configured folder. An abort closes it at once. */
export class FtpFolder implements RemoteFolder {
  readonly #client: Client;
  readonly #options: FtpOptions;
  readonly #signal: AbortSignal;
  readonly #onAbort = () => this.#client.close();

  private constructor(options: FtpOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#client = new Client(options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    this.#client.prepareTransfer = passiveTransfers();
    signal.addEventListener('abort', this.#onAbort);
  }

  /** Connects, logs in and enters the folder. Throws `RemoteFailure`. */
  static async open(options: FtpOptions, signal: AbortSignal): Promise<FtpFolder> {
    signal.throwIfAborted();
    const folder = new FtpFolder(options, signal);
    try {
      await folder.#enter();
      return folder;
    } catch (error) {
      folder.close();
      throw error;
    }
  }

  get isOpen(): boolean {
    return !this.#client.closed;
  }

  async upload(path: string, name: string, from: number): Promise<void> {
    await this.#during('upload', () => store(this.#client, path, name, from));
  }

  /** By SIZE, or else by the listing. Some servers answer SIZE of an empty file with no number. */
  async size(name: string): Promise<RemoteSize> {
    return this.#during('verify', async () => {
      try {
        return await this.#client.size(name);
      } catch (error) {
        if (this.#client.closed) throw error;
      }
      try {
        const entry = (await this.#client.list()).find(each => each.name === name);
        return entry === undefined ? 'missing' : entry.size;
      } catch (error) {
        if (this.#client.closed) throw error;
        return 'unknown';
      }
    });
  }

  async sha256(name: string): Promise<string> {
    const hash = createHash('sha256');
    const sink = new Writable({
      write: (chunk, _encoding, done) => {
        hash.update(chunk);
        done();
      },
    });
    await this.#during('verify', () => this.#client.downloadTo(sink, name));
    return hash.digest('hex');
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#during('rename', () => this.#client.rename(from, to));
  }

  async remove(name: string): Promise<void> {
    await this.#during('remove', () => this.#client.remove(name));
  }

  async list(): Promise<readonly string[]> {
    const entries = await this.#during('verify', () => this.#client.list());
    return entries.map(({ name }) => name);
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#client.close();
  }

  async #enter(): Promise<void> {
    const { protocol, host, port, user, password, directory = '' } = this.#options;
    const client = this.#client;
    const tls = this.#tls();
    await this.#during('connect', async () => {
      if (protocol === 'ftps-implicit') await client.connectImplicitTLS(host, port, tls);
      else await client.connect(host, port);
    });
    if (protocol === 'ftps') {
      await this.#during('secure', () => this.#limited(client.useTLS(tls)));
    }
    await this.#during('log in', () => client.login(user, password));
    await this.#during('enter', async () => {
      await client.useDefaultSettings();
      if (directory !== '' && directory !== '.') await client.cd(directory);
    });
  }

  #tls() {
    const { host, serverName, ca } = this.#options;
    const name = serverName ?? (isIP(host) === 0 ? host : undefined);
    return {
      host,
      ...(name !== undefined && { servername: name }),
      ...(ca !== undefined && { ca }),
    };
  }

  /** Limits the TLS handshake: basic-ftp 6 does not, and closing the client does not end it. */
  async #limited<T>(work: Promise<T>): Promise<T> {
    const timeout = AbortSignal.timeout(this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const limit = AbortSignal.any([this.#signal, timeout]);
    limit.throwIfAborted();
    const expired = new Promise<never>((_, reject) => {
      limit.addEventListener('abort', () => reject(new Error('Timeout (TLS handshake)')));
    });
    return Promise.race([work, expired]);
  }

  async #during<T>(step: FtpStep, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new RemoteFailure(ftpFault(error, step, this.#options.password));
    }
  }
}
