import { open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { clientFor } from '../pool.ts';

/** One command's stay in the embedded Postgres: while it lasts, no other command stops the server. */
export interface Presence {
  /** Whether nobody else is in; from then until `end`, nobody else comes in. False where the server is gone. */
  isLast(): Promise<boolean>;
  end(): Promise<void>;
}

/** The advisory lock that every command shares while it is in, and that the one who stops the server has alone. */
const DOOR = 7_455_001;
/** Times that others are looked for, a tenth of a second apart, before they are believed to be there. */
const LOOKS = 5;

/**
 * Enters the server, and makes the database where it is not there.
 *
 * @param url of the database, which may not be there yet
 * @param data its folder; a copy of the folder has the same password, and names the same process
 * @throws NotThisServer where another server answers
 * @throws where the server goes away meanwhile; see {@link isComingOrGoing}
 */
export async function enter(url: string, database: string, data: string): Promise<Presence> {
  const administration = new URL(url);
  administration.pathname = '/postgres';
  const client = clientFor(administration.href, {
    application_name: 'tillstream at the door',
    connectionTimeoutMillis: 10_000,
  });
  // A server that goes away says so here where nobody waits for an answer; the next question only hears "not queryable".
  let lost: Error | undefined;
  client.on('error', error => {
    lost ??= error;
  });
  let hasEnded = false;
  try {
    await client.connect();
    await checkIdentity(client, data);
    await client.query('select pg_advisory_lock_shared($1)', [DOOR]);
    await createDatabase(client, database);
  } catch (error) {
    await end();
    throw lost ?? error;
  }
  return { isLast, end };

  async function isLast(): Promise<boolean> {
    try {
      await client.query('select pg_advisory_unlock_shared($1)', [DOOR]);
      for (let look = 0; look < LOOKS; look++) {
        const { rows } = await client.query<{ is_last: boolean }>(
          `select case when exists (select from pg_stat_activity where application_name = 'tillstream') then false
                  else pg_try_advisory_lock($1) end as is_last`,
          [DOOR],
        );
        if (rows[0]!.is_last) return true;
        await wait(100);
      }
    } catch {
      // The server is gone already: there is nothing to stop.
    }
    return false;
  }

  async function end(): Promise<void> {
    if (hasEnded) return;
    hasEnded = true;
    await client.end().catch(() => {});
  }
}

/** Whether an error says that the server starts or stops in this moment. */
export function isComingOrGoing(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return (
    // Shut down by an administrator, crashed, not accepting connections yet or any more.
    ['57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET'].includes(code ?? '') ||
    message === 'Connection terminated unexpectedly'
  );
}

/** Another server answers than the one of the folder. */
export class NotThisServer extends Error {
  constructor(is: string) {
    super(`it is the server of ${is}`);
    this.name = 'NotThisServer';
  }
}

/** Asks the server for its data folder and the number that `initdb` gave it, which is in `global/pg_control`. */
async function checkIdentity(client: pg.Client, data: string): Promise<void> {
  const { rows } = await client.query<{ folder: string; identifier: string }>(
    `select current_setting('data_directory') as folder, system_identifier::text as identifier
     from pg_control_system()`,
  );
  const { folder, identifier } = rows[0]!;
  const isHere = (await realpath(folder).catch(() => folder)) === (await realpath(data));
  if (!isHere) throw new NotThisServer(folder);
  const number = await identifierOf(data);
  if (number !== undefined && number !== identifier)
    throw new NotThisServer(`another database that was in ${folder}`);
}

/** The system identifier of a data folder; undefined where we may not read it. */
async function identifierOf(data: string): Promise<string | undefined> {
  const file = await open(join(data, 'global', 'pg_control')).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
    // As the machine writes its numbers; those Postgres is embedded on write the lowest byte first.
    return buffer.readBigUInt64LE().toString();
  } finally {
    await file.close();
  }
}

async function createDatabase(client: pg.Client, database: string): Promise<void> {
  try {
    await client.query(`create database ${database}`);
  } catch (error) {
    // It is there, or another command makes it in this moment.
    const { code } = error as { code?: string };
    if (code !== '42P04' && code !== '23505') throw error;
  }
}
