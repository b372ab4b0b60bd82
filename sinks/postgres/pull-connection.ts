import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { type CopyStreamQuery, from as copyFrom } from 'pg-copy-streams';

/** What can be asked one statement at a time: a connection, a pool. */
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
  /** Makes of what Postgres had against the rows what a person should read. */
  readonly explain: (error: unknown) => unknown;
}

/** A COPY into one table that waits for more rows. */
interface OpenCopy {
  readonly target: CopyTarget;
  readonly stream: CopyStreamQuery;
  /** What Postgres had against it, once it has said so. */
  error: Error | undefined;
}

/**
 * The connection of one pull's transaction. A COPY stays open from page to page: one for each page was measured to
 * cost Postgres 1.7 ms more, a third of what the page's thousand rows do. Whatever else is asked of the
 * connection ends the COPY first, so nobody waits behind it for ever.
 */
export class PullConnection implements Queryable {
  readonly #client: pg.PoolClient;
  #open: OpenCopy | undefined;

  /** @param client in a transaction, and used by nobody else until its end */
  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  /** Ends an open COPY, whose error this throws, and asks. */
  async query<Row extends pg.QueryResultRow>(
    text: string,
    values: unknown[] = [],
  ): Promise<pg.QueryResult<Row>> {
    await this.endCopy();
    return this.#client.query<Row>(text, values);
  }

  /**
   * Hands rows to Postgres; resolves when it is ready for more. What it has against them comes with one of the next calls.
   */
  async copy(target: CopyTarget, bytes: Uint8Array): Promise<void> {
    if (this.#open?.target !== target) {
      await this.endCopy();
      this.#open = this.#start(target);
    }
    const { stream } = this.#open!;
    this.#throwError();
    if (stream.write(bytes)) return;
    // An error is noted where the COPY was started.
    await once(stream, 'drain').catch(() => {});
    this.#throwError();
  }

  /** Ends an open COPY: what was handed over is in its table then. */
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

  /** Back to a savepoint, whatever was going on. */
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
