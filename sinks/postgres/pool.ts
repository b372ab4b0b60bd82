import pg from 'pg';
import { type Address, readAddress, type Tls } from './address.ts';
import { clientWith } from './authentication.ts';

type Connected = (error: Error | undefined, client: pg.PoolClient | undefined, done: Done) => void;
type Done = (release?: boolean | Error) => void;

/** What a server says that has no TLS, or lets nobody in with it, or without: 28000 is `no pg_hba.conf entry`. */
const OTHER_WAY = /does not support SSL|establishing an SSL connection|secure TLS connection/;
const OTHER_WAY_CODES = /^(28000|EPROTO|ECONNRESET|ERR_SSL_.*|ERR_TLS_.*)$/;

const connectFailures = new WeakSet<object>();

/** Whether an error came while a connection was being made. */
export function isConnectFailure(error: unknown): boolean {
  return typeof error === 'object' && error !== null && connectFailures.has(error);
}

/** Settings of a pool; where it is from the address. */
type AddressPoolConfig = Omit<pg.PoolConfig, 'Client'> & { readonly Client?: typeof pg.Client };

/** A pool of connections to an address that is read as libpq reads it. */
export class AddressPool extends pg.Pool {
  /** TLS settings that were not tried yet. */
  readonly #untried: Tls[];

  /** @throws ConfigurationError for an address that cannot be used */
  constructor(url: string, config: AddressPoolConfig) {
    const address: Address = readAddress(url);
    const [ssl, ...untried] = address.tls;
    const Client = clientWith(address.authentication, config.Client);
    super({ ...config, ...address.target, ssl, Client } as pg.PoolConfig);
    this.#untried = untried;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.PoolClient> | undefined {
    const client = this.#connect();
    if (callback === undefined) return client;
    client.then(
      connected => callback(undefined, connected, connected.release.bind(connected)),
      error => callback(error, undefined, () => {}),
    );
    return undefined;
  }

  /** Connects; where libpq's `prefer` or `allow` has another way, once more that way, which then stays. */
  async #connect(): Promise<pg.PoolClient> {
    const tried = this.options.ssl;
    try {
      return await super.connect();
    } catch (error) {
      if (typeof error === 'object' && error !== null) connectFailures.add(error);
      const { code = '', message } = error as { code?: string; message: string };
      if (!OTHER_WAY.test(message) && !OTHER_WAY_CODES.test(code)) throw error;
      // Of several that connect at once, the first to fail changes the way for all.
      if (this.options.ssl === tried) {
        const other = this.#untried.shift();
        if (other === undefined) throw error;
        this.options.ssl = other;
      }
      return this.#connect();
    }
  }
}

/** One connection, not made yet, to an address with one way of TLS, as our own servers' have. */
export function clientFor(url: string, config: pg.ClientConfig): pg.Client {
  const { target, tls, authentication } = readAddress(url);
  const Client = clientWith(authentication);
  return new Client({ ...config, ...target, ssl: tls[0] });
}
