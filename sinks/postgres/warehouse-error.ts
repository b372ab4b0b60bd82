import { TillstreamError, WarehouseError } from '../../transforms/errors.ts';
import { addressUrl } from './address-url.ts';
import { isConnectFailure } from './pool.ts';

const NOT_TRUSTED = {
  problem: 'its TLS certificate is signed by nobody who is trusted here',
  next: 'Name the file of the CA that signed it, as ?sslmode=verify-full&sslrootcert=/path/to/ca.pem in warehouse.url.',
};

/** Postgres' five-character codes (PostgreSQL documentation, Appendix A) and Node's, with what to do about each. */
const ADVICE: Readonly<Record<string, { problem: string; next: string }>> = {
  ECONNREFUSED: {
    problem: 'nothing answers there',
    next: 'Start Postgres, or correct warehouse.url; leave it out to use the embedded one.',
  },
  EAI_AGAIN: {
    problem: 'the host name cannot be looked up just now',
    next: 'Check this machine’s network and DNS, then run the command again.',
  },
  EHOSTUNREACH: {
    problem: 'no way leads to that host',
    next: 'Check the host, the network and the firewall.',
  },
  ENETUNREACH: {
    problem: 'no way leads to that host',
    next: 'Check the host, the network and the firewall.',
  },
  ENOENT: {
    problem: 'no server has its socket there',
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
    next: 'Write the name that is in the certificate into warehouse.url; or, with a CA of your own, sslmode=verify-ca.',
  },
  ENOTFOUND: { problem: 'the host name is not known', next: 'Correct the host in warehouse.url.' },
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
    next: 'Let the user in (pg_hba.conf), or use another in warehouse.url.',
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
    problem: 'it takes only reading transactions now',
    next: 'Name the primary server in warehouse.url; if it is that, see why its default_transaction_read_only is on: some hosts do so when the disk is nearly full.',
  },
  '25P03': {
    problem: 'it ended a transaction that waited',
    next: 'What was not finished is rolled back. Run the command again.',
  },
  '57014': {
    problem: 'an administrator, or a time limit of the server, canceled a statement',
    next: 'What was not finished is rolled back. See who cancels statements there (statement_timeout, pg_cancel_backend), then run the command again.',
  },
  '57P01': {
    problem: 'it was shut down meanwhile',
    next: 'Start it and run the command again; nothing was half done.',
  },
  '57P03': { problem: 'it is starting up', next: 'Wait a moment and run the command again.' },
};

/** What poolers say when they give no connection, or take one away (PgBouncer; all of it comes as a protocol error). */
const POOLER_ADVICE: readonly { said: RegExp; problem: string; next: string }[] = [
  {
    said: /transaction blocks not allowed in statement pooling mode/i,
    problem: 'the pooler there works in statement mode, which knows no transactions',
    next: 'Put the address of Postgres itself, or of a pooler in transaction or session mode, into warehouse.url. Nothing was written.',
  },
  {
    said: /query_wait_timeout|no more connections allowed|server_login_retry|cannot connect to server/i,
    problem: 'the pooler there has no connection to Postgres to give',
    next: 'Raise its pool size (a run needs heartland.in_flight + 4 at most), or lower heartland.in_flight; or put the address of Postgres itself into warehouse.url.',
  },
  {
    said: /idle transaction timeout|^query_timeout|query timeout|client_idle_timeout|idle timeout/i,
    problem: 'the pooler there cut a connection that waited or worked longer than it allows',
    next: 'Raise its idle_transaction_timeout and query_timeout beyond the time that a slow answer of Heartland takes, or put the address of Postgres itself into warehouse.url. What was not finished is rolled back.',
  },
];

/** A connection that broke, or a server that is on its way up: nothing is known of what was asked last. */
const LOST: readonly unknown[] = [
  'ECONNRESET',
  'EPIPE',
  '57P02',
  '57P05',
  '08000',
  '08003',
  '08006',
];

/** Whether an error, or what caused it, says that the connection is gone. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (LOST.includes(code) || /^Connection terminated(?! due)/.test(error.message)) return true;
  return isConnectionLoss(error.cause);
}

/**
 * Whether what a transaction failed for may be over when it is tried again: a lock, another transaction in its way, a limit of
 * time, a connection that broke. Nothing of it was written, so trying again is safe.
 */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  const passes = ['55P03', '40001', '40P01', '25P03', '57014'];
  return isConnectionLoss(error) || passes.includes(String(code)) || mayPass(error.cause);
}

/** What the user may not do is in Postgres' own words only. */
const LACKS_A_RIGHT: readonly (string | undefined)[] = ['42501', '28000'];

/**
 * Says what is wrong with the warehouse in words a person can act on. Our own errors pass unchanged.
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
          ? 'Correct the address in warehouse.url, or let the server’s administrator look at it.'
          : 'What was not finished is rolled back. Mend the database, then run the command again.'),
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

/** Host, port and database of a connection URL: what may be shown of it. */
export function placeOf(url: string | undefined): string {
  const { hostname, port, pathname, searchParams } = addressUrl(url ?? '') ?? {};
  if (hostname === undefined) return 'warehouse.url';
  const host = searchParams?.get('host') ?? decodeURIComponent(hostname);
  return host.startsWith('/')
    ? `${host}${pathname}`
    : `${host}:${searchParams?.get('port') ?? (port || '5432')}${pathname}`;
}
