import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';
import { SECRET_COLUMNS } from './secret-columns.ts';
import { type Names, statement } from './statement.ts';
import { inTransaction, type Warehouse } from './warehouse.ts';

/** How a merchant's read-only role stands. */
export interface ReaderState {
  readonly role: string;
  readonly database: string;
  readonly exists: boolean;
  /** Whether the warehouse's user may create roles. */
  readonly mayCreate: boolean;
  /** Whether it has a password and may log in. */
  readonly mayLogIn: boolean;
  /** Whether it may read all there is in the schema that is not secret, and what is to come. */
  readonly isGranted: boolean;
  /** Secret columns that it may read all the same, as `gift_cards.number`. */
  readonly exposed: readonly string[];
}

/** Name of the role that may read a merchant's schema but for {@link SECRET_COLUMNS}, and nothing else. */
export function readerRole(merchant: string): string {
  return `${merchant}_reader`;
}

export async function readerState(warehouse: Warehouse): Promise<ReaderState> {
  return inTransaction(warehouse, client => stateSeenBy(client, warehouse.schema));
}

async function stateSeenBy(client: pg.PoolClient, merchant: string): Promise<ReaderState> {
  const role = readerRole(merchant);
  const { rows } = await client.query(statement('reader/state'), [role, SECRET_COLUMNS]);
  const { database, exists, may_create, may_log_in, is_granted, exposed } = rows[0];
  return {
    role,
    database,
    exists,
    mayCreate: may_create,
    mayLogIn: may_log_in,
    isGranted: is_granted,
    exposed,
  };
}

/**
 * Makes the read-only role where it is missing and may be made, grants it what it has not yet, and takes from it what it
 * should not have. A role that somebody else has made under this name is granted the same. Does nothing where nothing is
 * to do, or where it may not.
 */
export async function restoreReaderGrants(client: pg.PoolClient, merchant: string): Promise<void> {
  const state = await stateSeenBy(client, merchant);
  if (state.isGranted && state.exposed.length === 0) return;
  const names = { reader: state.role, database: state.database, schema: merchant };
  if (!state.exists) {
    if (!state.mayCreate) return;
    await asFarAsPermitted(client, () => client.query(statement('reader/create', names)));
  }
  // First and apart: it holds even where granting the rest fails, as for somebody else's table in the schema.
  await asFarAsPermitted(client, () => hideSecrets(client, names));
  await asFarAsPermitted(client, async () => {
    await client.query(statement('reader/grant', names));
    await hideSecrets(client, names);
  });
}

async function hideSecrets(client: pg.PoolClient, names: Names): Promise<void> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    statement('reader/open-columns'),
    [SECRET_COLUMNS],
  );
  for (const open of rows)
    await client.query(statement('reader/grant-columns', { ...names, ...open }));
}

/** Not permitted, or another run was quicker: a convenience must not stop a sync. `tillstream doctor` tells. */
async function asFarAsPermitted(
  client: pg.PoolClient,
  step: () => Promise<unknown>,
): Promise<void> {
  await client.query('savepoint reader');
  try {
    await step();
  } catch {
    await client.query('rollback to savepoint reader');
  }
}

/**
 * Lets the role log in with this password. Only its SCRAM verifier travels, so that no statement log can hold the
 * password itself.
 *
 * @param password printable ASCII, of which SCRAM's preparation (RFC 4013) changes nothing
 */
export async function setReaderPassword(warehouse: Warehouse, password: string): Promise<void> {
  await warehouse.query(
    `alter role ${pg.escapeIdentifier(readerRole(warehouse.schema))} login password ${pg.escapeLiteral(scramVerifier(password))}`,
  );
}

/** Takes the log-in away again; what is granted stays. */
export async function forbidReader(warehouse: Warehouse): Promise<void> {
  await warehouse.query(
    `alter role ${pg.escapeIdentifier(readerRole(warehouse.schema))} nologin password null`,
  );
}

/** What Postgres keeps of a password (RFC 5803; PostgreSQL, pg_authid): it proves a log-in and tells no password. */
function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  const iterations = 4096;
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
