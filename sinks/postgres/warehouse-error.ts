import { TillstreamError, WarehouseError } from '../../transforms/errors.ts';

/** Postgres' five-character codes (PostgreSQL documentation, Appendix A) and Node's, with what to do about each. */
const ADVICE: Readonly<Record<string, { problem: string; next: string }>> = {
  ECONNREFUSED: {
    problem: 'nothing answers there',
    next: 'Start Postgres, or correct warehouse.url; leave it out to use the embedded one.',
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
  '42501': { problem: 'the user may not do this', next: 'Grant the user CREATE on the database.' },
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
  '57P01': {
    problem: 'it was shut down meanwhile',
    next: 'Start it and run the command again; nothing was half done.',
  },
  '57P03': { problem: 'it is starting up', next: 'Wait a moment and run the command again.' },
};

/**
 * Says what is wrong with the warehouse in words a person can act on. Our own errors pass unchanged.
 *
 * @param url the connection URL; its host is shown, its password never
 */
export function warehouseError(error: unknown, url: string | undefined): unknown {
  if (error instanceof TillstreamError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  const advice = code === undefined ? undefined : ADVICE[code];
  if (advice === undefined && !isAboutDatabase(error, code)) return error;
  return new WarehouseError(
    code === '53100' ? 'WAREHOUSE_DISK_FULL' : 'WAREHOUSE_FAILED',
    {
      problem: `The warehouse at ${placeOf(url)} cannot be used: ${advice?.problem ?? error.message}`,
      next:
        advice?.next ??
        'What was not finished is rolled back. Mend the database, then run the command again.',
    },
    error,
  );
}

function codeOf(error: Error): string | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0] as Error);
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return code;
  return /timeout exceeded when trying to connect/.test(error.message) ? 'ETIMEDOUT' : undefined;
}

function isAboutDatabase(error: Error, code: string | undefined): boolean {
  return (
    /^[0-9A-Z]{5}$/.test(code ?? '') ||
    /^Connection terminated|^Client has encountered/.test(error.message)
  );
}

/** Host, port and database of a connection URL: what may be shown of it. */
export function placeOf(url: string | undefined): string {
  try {
    const { hostname, port, pathname } = new URL(url ?? '');
    return `${hostname}:${port || '5432'}${pathname}`;
  } catch {
    return 'warehouse.url';
  }
}
