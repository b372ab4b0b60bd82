import { isIP } from 'node:net';
import { Client } from 'basic-ftp';
import { during } from './fault.ts';
import type { FtpOptions } from './options.ts';

const TIMEOUT_MS = 30_000;

/**
 * One log-in on an FTP server, opened when first needed and again after it broke.
 *
 * An abort closes it at once, which makes whatever is going on fail; the owner closes it in the end.
 */
export class FtpConnection {
  readonly #options: FtpOptions;
  readonly #signal: AbortSignal;
  readonly #onAbort = () => this.#client?.close();
  #client: Client | undefined;

  constructor(options: FtpOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort);
  }

  /** A client that is logged in and stands in the configured folder. Throws `FtpFailure`. */
  async client(): Promise<Client> {
    this.#signal.throwIfAborted();
    if (this.#client !== undefined && !this.#client.closed) return this.#client;
    const client = new Client(this.#options.timeoutMs ?? TIMEOUT_MS);
    this.#client = client;
    try {
      await enter(client, this.#options, this.#signal);
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#client?.close();
  }
}

async function enter(client: Client, options: FtpOptions, signal: AbortSignal): Promise<void> {
  const { protocol, host, port, user, password, directory = '' } = options;
  const name = options.serverName ?? (isIP(host) === 0 ? host : undefined);
  const tls = {
    host,
    ...(name !== undefined && { servername: name }),
    ...(options.ca !== undefined && { ca: options.ca }),
  };
  await during('connect', options, async () => {
    if (protocol === 'ftps-implicit') await client.connectImplicitTLS(host, port, tls);
    else await client.connect(host, port);
  });
  if (protocol === 'ftps') {
    await during('secure', options, () => limited(client.useTLS(tls), options, signal));
  }
  await during('log in', options, () => client.login(user, password));
  await during('enter', options, async () => {
    await client.useDefaultSettings();
    if (directory !== '') await client.cd(directory);
  });
}

/** basic-ftp 6 sets no time limit on the TLS handshake itself, and closing the client does not end it. */
async function limited<T>(work: Promise<T>, options: FtpOptions, signal: AbortSignal): Promise<T> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)]);
  limit.throwIfAborted();
  const expired = new Promise<never>((_, reject) => {
    limit.addEventListener('abort', () => reject(new Error('Timeout (TLS handshake)')));
  });
  return Promise.race([work, expired]);
}
