import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { type CopyStreamQuery, from as copyFrom } from 'pg-copy-streams';

/** Anything that runs statements: a connection, a pool. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(
    text: string,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>;
}

/** Where rows are copied to. */
export interface CopyTarget {
  /** `copy … from stdin` */
  readonly statement: string;
  /** Explains an error of Postgres about the rows. */
  readonly explain: (error: unknown) => unknown;
}

/** A COPY into one table that waits for more rows. */
interface OpenCopy {
  readonly target: CopyTarget;
  readonly stream: CopyStreamQuery;
  /** The error of Postgres, if it has sent one. */
  error: Error | undefined;
}

/**
 * The connection of one pull's transaction.
 *
 * A COPY stays open from page to page: a new one for each page was measured to cost 1.7 ms, a third of the time of the
 * page's 1,000 rows. Any other statement ends the COPY first, so that it cannot wait behind it forever.
 */
export class PullConnection implements Queryable {
  readonly #client: pg.PoolClient;
  #open: OpenCopy | undefined;

  /** @param client in a transaction, and not used by others until its end */
  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  /** Ends an open COPY, then runs a statement. Throws the error of either. */
  async query<Row extends pg.QueryResultRow>(
    text: string,
    values: unknown[] = [],
  ): Promise<pg.QueryResult<Row>> {
    await this.endCopy();
    return this.#client.query<Row>(text, values);
  }

  /** Sends rows to Postgres; resolves when it takes more. Errors come with a later call. */
  async copy(target: CopyTarget, bytes: Uint8Array): Promise<void> {
    if (this.#open?.target !== target) {
      await this.endCopy();
      this.#open = this.#start(target);
    }
    const { stream } = this.#open!;
    this.#throwError();
    if (stream.write(bytes)) return;
    // The listener of #start stores an error.
    await once(stream, 'drain').catch(() => {});
    this.#throwError();
  }

  /** Ends an open COPY: its rows are then in their table. */
  async endCopy(): Promise<void> {
    this.#throwError();
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    open.stream.end();
    await finished(open.stream).catch(error => {
      throw open.target.explain(error);
    });
  }

  /** Rolls back to a savepoint, even during a COPY. */
  async rollBackTo(savepoint: string): Promise<void> {
    await this.endCopy().catch(() => {});
    await this.#client.query(`rollback to savepoint ${savepoint}`);
  }

  #start(target: CopyTarget): OpenCopy {
    const stream = this.#client.query(copyFrom(target.statement));
    const open: OpenCopy = { target, stream, error: undefined };
    stream.on('error', error => {
      open.error = error;
    });
    return open;
  }

  /** After an error Postgres has ended the COPY itself. */
  #throwError(): void {
    const { target, error } = this.#open ?? {};
    if (error === undefined) return;
    this.#open = undefined;
    throw target!.explain(error);
  }
}
