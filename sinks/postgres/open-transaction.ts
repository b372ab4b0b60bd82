import type pg from 'pg';
import { WarehouseError } from '../../transforms/errors.ts';
import type { LockWatch } from './lock-watch.ts';
import { beginning, committing, type TransactionSettings } from './pinned-settings.ts';
import { placeOf, warehouseError } from './warehouse-error.ts';

export interface OpenTransactionOptions {
  readonly url: string;
  readonly watch: LockWatch;
  readonly settings: TransactionSettings;
  /** Aborted if it has not ended after this time; undefined if the caller takes care of that. */
  readonly endWithinMs: number | undefined;
  readonly onEnd: () => void;
}

/**
 * A transaction on a connection of the pool.
 *
 * It sets its own settings, which last until it ends, so it may run behind a pooler.
 */
export class OpenTransaction {
  readonly client: pg.PoolClient;
  readonly #options: OpenTransactionOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  /** The server process it runs in. */
  #pid = 0;
  #isOpen = true;
  /** Why we aborted it. */
  #reason: Error | undefined;

  private constructor(client: pg.PoolClient, options: OpenTransactionOptions) {
    this.client = client;
    this.#options = options;
    const { endWithinMs } = options;
    if (endWithinMs === undefined) return;
    this.#timer = setTimeout(
      () => this.abandon(notAnswering(options.url, endWithinMs)),
      endWithinMs,
    ).unref();
  }

  /**
   * Begins it.
   *
   * @param onOpening gets it before the server has answered, so that it can be aborted
   * @throws WarehouseError; the connection is released then
   */
  static async begin(
    client: pg.PoolClient,
    options: OpenTransactionOptions,
    onOpening: (transaction: OpenTransaction) => void,
  ): Promise<OpenTransaction> {
    const transaction = new OpenTransaction(client, options);
    onOpening(transaction);
    try {
      await transaction.#begin();
      return transaction;
    } catch (error) {
      const explained = transaction.explain(error);
      transaction.abandon();
      throw explained;
    }
  }

  get pid(): number {
    return this.#pid;
  }

  async #begin(): Promise<void> {
    const { settings, watch } = this.#options;
    // Several statements return a list, which the driver's types do not know.
    const answers = await this.client.query(beginning(settings));
    const { rows } = (answers as unknown as pg.QueryResult[]).at(-1)!;
    const { pid, schema } = rows[0] as { pid: number; schema: string | null };
    // null: the schema is missing, or we may not use it; then nothing can be written either.
    if (schema !== null && schema !== settings.schema) throw anotherSchema(schema, settings.schema);
    this.#pid = pid;
    if (this.#isOpen) watch.add(pid);
  }

  /** Commits and releases the connection. */
  async commit(): Promise<void> {
    await this.client.query(committing(this.#options.settings.schema));
    this.#end(false);
  }

  /** Rolls back and releases the connection. */
  async rollBack(): Promise<void> {
    await this.client.query('rollback');
    this.#end(false);
  }

  /**
   * Destroys the connection; Postgres then rolls back whatever was running in it.
   *
   * @param reason the error for callers that wait for an answer
   */
  abandon(reason?: Error): void {
    this.#reason ??= reason;
    this.#end(true);
  }

  #end(isBroken: boolean): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#options.watch.remove(this.#pid);
    this.#options.onEnd();
    this.client.release(isBroken);
  }

  /** Explains an error of the transaction. */
  explain(error: unknown): unknown {
    const { watch, url } = this.#options;
    return this.#reason ?? warehouseError(watch.explain(error, this.#pid, url), url);
  }
}

function notAnswering(url: string, afterMs: number): WarehouseError {
  return new WarehouseError('WAREHOUSE_NOT_ANSWERING', {
    problem: `The warehouse at ${placeOf(url)} did not answer within ${Math.round(afterMs / 1000)} seconds`,
    next: 'Nothing was changed. Check that the server runs, is reachable and not overloaded, then run the command again.',
  });
}

function anotherSchema(found: string, schema: string): WarehouseError {
  return new WarehouseError('ANOTHER_SCHEMA', {
    problem: 'The connection uses the wrong schema, so nothing was written',
    found,
    expected: schema,
    next: 'If warehouse.url is the address of a pooler, use one in transaction or session mode, or the address of Postgres itself.',
  });
}
