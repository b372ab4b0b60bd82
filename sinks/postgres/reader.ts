import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';
import { SECRET_COLUMNS } from './secret-columns.ts';
import { type Names, statement } from './statement.ts';
import { inTransaction, type Warehouse } from './warehouse.ts';

/** The state of a merchant's read-only role. */
export interface ReaderState {
  readonly role: string;
  readonly database: string;
  readonly exists: boolean;
  /** Whether the warehouse's user may create roles. */
  readonly mayCreate: boolean;
  /** Whether it has a password and may log in. */
  readonly mayLogIn: boolean;
  /** Whether it may read everything in the schema that is not secret, also future tables. */
  readonly isGranted: boolean;
  /** Secret columns that it may read but should not, as `gift_cards.number`. */
  readonly exposed: readonly string[];
}

/** The name of the role that may only read a merchant's schema, without {@link SECRET_COLUMNS}. */
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
 * Creates the read-only role if permitted, and corrects its grants.
 *
 * An existing role of that name gets the same grants. Does nothing if nothing is missing, or if it is not permitted.
 */
export async function restoreReaderGrants(client: pg.PoolClient, merchant: string): Promise<void> {
  const state = await stateSeenBy(client, merchant);
  if (state.isGranted && state.exposed.length === 0) return;
  const names = { reader: state.role, database: state.database, schema: merchant };
  if (!state.exists) {
    if (!state.mayCreate) return;
    await asFarAsPermitted(client, () => client.query(statement('reader/create', names)));
  }
  // Separate and first: it must hold even if granting the rest fails, as for a table of another owner in the schema.
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

/** Ignores failures (not permitted, or another run was first): they must not stop a sync. `doctor` reports them. */
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
 * Sets the role's password and lets it log in.
 *
 * Only the SCRAM verifier is sent, so that no statement log can contain the password.
 *
 * @param password printable ASCII, which SCRAM's preparation (RFC 4013) leaves unchanged
 */
export async function setReaderPassword(warehouse: Warehouse, password: string): Promise<void> {
  await warehouse.query(
    `alter role ${pg.escapeIdentifier(readerRole(warehouse.schema))} login password ${pg.escapeLiteral(scramVerifier(password))}`,
  );
}

/** Removes the login; the grants stay. */
export async function forbidReader(warehouse: Warehouse): Promise<void> {
  await warehouse.query(
    `alter role ${pg.escapeIdentifier(readerRole(warehouse.schema))} nologin password null`,
  );
}

/** What Postgres stores of a password (RFC 5803; PostgreSQL, pg_authid); it does not reveal the password. */
function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  const iterations = 4096;
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
