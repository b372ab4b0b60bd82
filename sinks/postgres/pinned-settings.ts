import pg from 'pg';

/**
 * Settings that each transaction sets, whatever the defaults of the server, the database or the role.
 *
 * These are all settings that change how values are read and written, what a statement means, or how long it may take.
 * They are local to the transaction, because a pooler in transaction mode then gives the connection to another client.
 *
 * Not set: settings that protect or place data (default_transaction_read_only, tablespaces, synchronous_commit), and
 * settings that only change plans.
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
  // Our statements are small and frequent: compiling one takes longer than running it.
  jit: 'off',
  // A COPY stays open from page to page, however long Heartland takes for the next.
  statement_timeout: '0',
  // The server detects a lost client within two minutes.
  tcp_keepalives_idle: '60',
  tcp_keepalives_interval: '15',
  tcp_keepalives_count: '4',
};

/** Set if the server has it: since Postgres 17. */
const PINNED_IF_KNOWN: Readonly<Record<string, string>> = { transaction_timeout: '0' };

export interface TransactionSettings {
  readonly schema: string;
  /** The longest wait for a lock. */
  readonly lockTimeoutMs: number;
  /** The server rolls back after waiting this long for our next statement. */
  readonly idleTimeoutMs: number;
  readonly isolation: 'read committed' | 'repeatable read';
  /** The snapshot of another transaction to read from (`pg_export_snapshot`). */
  readonly snapshot: string | undefined;
}

/** The statements that begin a transaction; the last one returns its `pid` and `schema`. */
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
    // Must come before any statement that takes a snapshot.
    ...(snapshot === undefined ? [] : [`set transaction snapshot ${pg.escapeLiteral(snapshot)}`]),
    `select ${[...pinned, ...ifKnown].join(', ')}`,
    'select pg_backend_pid() as pid, current_schema() as schema',
  ].join('; ');
}

/** The statements that commit a transaction; they fail if the current schema has changed. */
export function committing(schema: string): string {
  const isOurs = `coalesce(current_schema() = ${pg.escapeLiteral(schema)}, true)`;
  return `select 1 / (${isOurs})::int; commit`;
}

function setting(name: string, value: string): string {
  return `set_config('${name}', ${pg.escapeLiteral(value)}, true)`;
}
