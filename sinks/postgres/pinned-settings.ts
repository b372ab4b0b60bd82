import pg from 'pg';

/**
 * What each transaction sets for itself, whatever the server, the database or the role has as its default: all that
 * changes how values read and are written, what a statement means, or how long it may take. `set local`, because behind a
 * pooler in transaction mode the connection is another client's as soon as the transaction ends.
 *
 * Left alone: what an administrator uses to protect or to place data (default_transaction_read_only, tablespaces,
 * synchronous_commit), and what only changes plans.
 */
const PINNED: Readonly<Record<string, string>> = {
  timezone: 'UTC',
  datestyle: 'ISO, YMD',
  intervalstyle: 'postgres',
  bytea_output: 'hex',
  client_encoding: 'UTF8',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  array_nulls: 'on',
  transform_null_equals: 'off',
  quote_all_identifiers: 'off',
  xmlbinary: 'base64',
  xmloption: 'content',
  lc_monetary: 'C',
  lc_numeric: 'C',
  lc_time: 'C',
  client_min_messages: 'warning',
  check_function_bodies: 'on',
  // Small statements, many times over: compiling one takes longer than running it.
  jit: 'off',
  // A COPY stays open from page to page, however long Heartland takes for the next.
  statement_timeout: '0',
  // The server finds out within two minutes that the other side is gone without a word.
  tcp_keepalives_idle: '60',
  tcp_keepalives_interval: '15',
  tcp_keepalives_count: '4',
};

/** Pinned where the server knows it: since Postgres 17. */
const PINNED_IF_KNOWN: Readonly<Record<string, string>> = { transaction_timeout: '0' };

export interface TransactionSettings {
  readonly schema: string;
  /** The longest wait for a lock. */
  readonly lockTimeoutMs: number;
  /** How long the server waits for our next statement before it rolls back. */
  readonly idleTimeoutMs: number;
  readonly isolation: 'read committed' | 'repeatable read';
  /** Another transaction's snapshot to read from (`pg_export_snapshot`). */
  readonly snapshot: string | undefined;
}

/** The statements that begin a transaction; the last one answers its `pid` and the `schema` that names resolve to. */
export function beginning(settings: TransactionSettings): string {
  const { schema, lockTimeoutMs, idleTimeoutMs, isolation, snapshot } = settings;
  const values = {
    search_path: pg.escapeIdentifier(schema),
    ...PINNED,
    lock_timeout: String(lockTimeoutMs),
    idle_in_transaction_session_timeout: String(idleTimeoutMs),
  };
  const pinned = Object.entries(values).map(([name, value]) => setting(name, value));
  const ifKnown = Object.entries(PINNED_IF_KNOWN).map(
    ([name, value]) =>
      `case when current_setting('${name}', true) is not null then ${setting(name, value)} end`,
  );
  return [
    `begin isolation level ${isolation} not deferrable`,
    // Must come before anything that takes a snapshot of its own.
    ...(snapshot === undefined ? [] : [`set transaction snapshot ${pg.escapeLiteral(snapshot)}`]),
    `select ${[...pinned, ...ifKnown].join(', ')}`,
    'select pg_backend_pid() as pid, current_schema() as schema',
  ].join('; ');
}

/** The statements that end a transaction: names that resolve to another schema by now make it fail. */
export function committing(schema: string): string {
  const isOurs = `coalesce(current_schema() = ${pg.escapeLiteral(schema)}, true)`;
  return `select 1 / (${isOurs})::int; commit`;
}

function setting(name: string, value: string): string {
  return `set_config('${name}', ${pg.escapeLiteral(value)}, true)`;
}
