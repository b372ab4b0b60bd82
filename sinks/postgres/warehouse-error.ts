import { TillstreamError, WarehouseError } from '../../transforms/errors.ts';
import { addressUrl } from './address-url.ts';
import { isConnectFailure } from './pool.ts';

const NOT_TRUSTED = {
  problem: 'its TLS certificate is signed by an unknown authority',
  next: 'Add the file of the CA that signed it, as ?sslmode=verify-full&sslrootcert=/path/to/ca.pem in warehouse.url.',
};

/** Advice for error codes of Postgres (PostgreSQL documentation, Appendix A) and of Node. */
const ADVICE: Readonly<Record<string, { problem: string; next: string }>> = {
  ECONNREFUSED: {
    problem: 'the connection was refused',
    next: 'Start Postgres, or correct warehouse.url; without warehouse.url the embedded one is used.',
  },
  EAI_AGAIN: {
    problem: 'the host name cannot be looked up now',
    next: 'Check this machine’s network and DNS, then run the command again.',
  },
  EHOSTUNREACH: {
    problem: 'the host is unreachable',
    next: 'Check the host, the network and the firewall.',
  },
  ENETUNREACH: {
    problem: 'the host is unreachable',
    next: 'Check the host, the network and the firewall.',
  },
  ENOENT: {
    problem: 'there is no server socket',
    next: 'Start Postgres, or correct the folder of the socket in warehouse.url.',
  },
  SELF_SIGNED_CERT_IN_CHAIN: NOT_TRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: NOT_TRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOT_TRUSTED,
  CERT_SIGNATURE_FAILURE: NOT_TRUSTED,
  CERT_HAS_EXPIRED: {
    problem: 'its TLS certificate has expired',
    next: 'Have the server’s certificate renewed.',
  },
  CERT_REVOKED: {
    problem: 'its TLS certificate was revoked',
    next: 'Have the server’s certificate renewed.',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    problem: 'its TLS certificate is for another host name',
    next: 'Use the host name of the certificate in warehouse.url; or, with a CA of your own, sslmode=verify-ca.',
  },
  ENOTFOUND: { problem: 'the host name is unknown', next: 'Correct the host in warehouse.url.' },
  ETIMEDOUT: {
    problem: 'it did not answer in time',
    next: 'Check the host, the port and the firewall.',
  },
  '28P01': {
    problem: 'the password was refused',
    next: 'Correct the user or the password in warehouse.url.',
  },
  '28000': {
    problem: 'the user may not connect',
    next: 'Allow the user in pg_hba.conf, or use another in warehouse.url.',
  },
  '3D000': {
    problem: 'the database does not exist',
    next: 'Create it, or correct its name in warehouse.url.',
  },
  '42501': {
    problem: 'its user lacks a right',
    next: 'tillstream doctor tries each right that is needed, and prints the statement that grants it.',
  },
  '53100': {
    problem: 'its disk is full',
    next: 'Free space where the database has its files (the embedded Postgres: in data_folder), then run the command again.',
  },
  '53200': {
    problem: 'it is out of memory',
    next: 'Give the machine it runs on more memory, then run the command again.',
  },
  '53300': {
    problem: 'it has no connection left',
    next: 'Raise max_connections, or lower heartland.in_flight.',
  },
  '25006': {
    problem: 'it is read-only',
    next: 'Use the primary server in warehouse.url; if it is the primary, find out why its default_transaction_read_only is on: some hosts turn it on when the disk is nearly full.',
  },
  '25P03': {
    problem: 'it ended a transaction that was idle',
    next: 'Unfinished work was rolled back. Run the command again.',
  },
  '57014': {
    problem: 'an administrator, or a time limit of the server, canceled a statement',
    next: 'Unfinished work was rolled back. Find out what cancels statements there (statement_timeout, pg_cancel_backend), then run the command again.',
  },
  '57P01': {
    problem: 'it was shut down',
    next: 'Unfinished work was rolled back. Start it and run the command again.',
  },
  '57P03': { problem: 'it is starting up', next: 'Wait a moment and run the command again.' },
};

/** Errors of poolers that refuse or cut a connection (PgBouncer; all are protocol errors). */
const POOLER_ADVICE: readonly { said: RegExp; problem: string; next: string }[] = [
  {
    said: /transaction blocks not allowed in statement pooling mode/i,
    problem: 'the pooler there is in statement mode, which does not support transactions',
    next: 'Nothing was written. Use the address of Postgres itself, or of a pooler in transaction or session mode, in warehouse.url.',
  },
  {
    said: /query_wait_timeout|no more connections allowed|server_login_retry|cannot connect to server/i,
    problem: 'the pooler there has no free connection to Postgres',
    next: 'Raise its pool size (a run needs at most heartland.in_flight + 4), or lower heartland.in_flight; or use the address of Postgres itself in warehouse.url.',
  },
  {
    said: /idle transaction timeout|^query_timeout|query timeout|client_idle_timeout|idle timeout/i,
    problem: 'the pooler there cut a connection that was open longer than it allows',
    next: 'Unfinished work was rolled back. Raise its idle_transaction_timeout and query_timeout above the time of a slow answer of Heartland, or use the address of Postgres itself in warehouse.url.',
  },
];

/** Codes of a broken connection or a restarting server: the result of the last statement is unknown. */
const LOST: readonly unknown[] = [
  'ECONNRESET',
  'EPIPE',
  '57P02',
  '57P05',
  '08000',
  '08003',
  '08006',
];

/** Whether an error or its cause means that the connection is lost. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (LOST.includes(code) || /^Connection terminated(?! due)/.test(error.message)) return true;
  return isConnectionLoss(error.cause);
}

/**
 * Whether a failed transaction may succeed when retried: after a lock, a conflict, a timeout or a broken connection.
 *
 * Nothing of it was written, so a retry is safe.
 */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  const passes = ['55P03', '40001', '40P01', '25P03', '57014'];
  return isConnectionLoss(error) || passes.includes(String(code)) || mayPass(error.cause);
}

/** Only the message of Postgres says which right is missing. */
const LACKS_A_RIGHT: readonly (string | undefined)[] = ['42501', '28000'];

/**
 * Explains an error of the warehouse and what to do about it; returns our own errors unchanged.
 *
 * @param url the connection URL; its host is shown, its password never
 */
export function warehouseError(error: unknown, url: string | undefined): unknown {
  if (error instanceof TillstreamError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  const advice =
    POOLER_ADVICE.find(({ said }) => code?.startsWith('08') && said.test(error.message)) ??
    (code === undefined ? undefined : ADVICE[code]);
  if (advice === undefined && !isAboutDatabase(error, code) && !isConnectFailure(error))
    return error;
  return new WarehouseError(
    code === '53100' ? 'WAREHOUSE_DISK_FULL' : 'WAREHOUSE_FAILED',
    {
      problem: `The warehouse at ${placeOf(url)} cannot be used: ${advice?.problem ?? error.message}${LACKS_A_RIGHT.includes(code) ? ` (${error.message})` : ''}`,
      next:
        advice?.next ??
        (isConnectFailure(error)
          ? 'Correct the address in warehouse.url, or ask the server’s administrator.'
          : 'Unfinished work was rolled back. Repair the database, then run the command again.'),
    },
    error,
  );
}

function codeOf(error: Error): string | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0] as Error);
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return code;
  const isLate =
    /timeout exceeded when trying to connect|due to connection timeout|^timeout expired/;
  return isLate.test(error.message) ? 'ETIMEDOUT' : undefined;
}

function isAboutDatabase(error: Error, code: string | undefined): boolean {
  return (
    /^[0-9A-Z]{5}$/.test(code ?? '') ||
    /^Connection terminated|^Client has encountered/.test(error.message)
  );
}

/** Host, port and database of a connection URL, without its credentials. */
export function placeOf(url: string | undefined): string {
  const { hostname, port, pathname, searchParams } = addressUrl(url ?? '') ?? {};
  if (hostname === undefined) return 'warehouse.url';
  const host = searchParams?.get('host') ?? decodeURIComponent(hostname);
  return host.startsWith('/')
    ? `${host}${pathname}`
    : `${host}:${searchParams?.get('port') ?? (port || '5432')}${pathname}`;
}
