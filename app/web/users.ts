import { createHash, randomBytes } from 'node:crypto';
import { embeddedFor } from '../../pipelines/run/session.ts';
import type { Configuration } from '../../pipelines/settings/schema.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import { inTransaction, openWarehouse, type Warehouse } from '../../sinks/postgres/warehouse.ts';
import { UsageError } from '../../transforms/errors.ts';
import { hashPassword, isPassword, whyRefused } from './password.ts';

export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** A user, with a role for each merchant; the merchant `*` stands for all. */
export interface User {
  readonly name: string;
  readonly roles: Readonly<Record<string, Role>>;
}

/** Something that was done on the page. */
export interface Action {
  readonly at: Date;
  readonly user_name: string;
  readonly merchant: string;
  readonly action: string;
}

const SCHEMA = 'tillstream_page';
const SESSION_HOURS = 12;
const NAME = /^[\w.@+-]{1,100}$/;

/** The users of the page, their sessions and what they did; in the first merchant's database. */
export class Users {
  readonly #warehouse: Warehouse;
  readonly #leave: () => Promise<unknown>;

  private constructor(warehouse: Warehouse, leave: () => Promise<unknown>) {
    this.#warehouse = warehouse;
    this.#leave = leave;
  }

  /** Opens the tables, and creates them when they are missing. */
  static async open(configuration: Configuration): Promise<Users> {
    const embedded = await embeddedFor(configuration);
    const url = configuration.warehouse.url ?? embedded!.url;
    const warehouse = openWarehouse({ url, schema: SCHEMA, connections: 2, isForLooking: true });
    const users = new Users(warehouse, async () => embedded?.leave());
    try {
      await users.#create();
      return users;
    } catch (error) {
      await users.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#warehouse.close();
    await this.#leave();
  }

  async list(): Promise<readonly User[]> {
    return this.#warehouse.query<User & Record<string, unknown>>(
      `select name, coalesce(jsonb_object_agg(merchant, role) filter (where merchant is not null),
                             '{}') as roles
       from _users left join _roles on user_name = name group by name order by name`,
    );
  }

  /** Adds a user, or gives an existing one another role. */
  async add(name: string, password: string, merchant: string, role: Role): Promise<void> {
    if (!NAME.test(name)) throw badUser('The user name cannot be used', name);
    const why = whyRefused(password);
    if (why !== undefined) throw badUser(`The password is refused: ${why.slice(0, -1)}`);
    const hash = await hashPassword(password);
    await inTransaction(this.#warehouse, async client => {
      await client.query(
        `insert into _users (name, password) values ($1, $2)
         on conflict (name) do update set password = excluded.password`,
        [name, hash],
      );
      await client.query('delete from _sessions where user_name = $1', [name]);
      await client.query(
        `insert into _roles (user_name, merchant, role) values ($1, $2, $3)
         on conflict (user_name, merchant) do update set role = excluded.role`,
        [name, merchant, role],
      );
    });
  }

  /** Removes a user and logs them out. */
  async remove(name: string): Promise<void> {
    const gone = await this.#warehouse.query('delete from _users where name = $1 returning name', [
      name,
    ]);
    if (gone.length === 0) throw badUser('There is no such user', name);
  }

  /** Changes a password and logs the user out everywhere. */
  async setPassword(name: string, password: string): Promise<void> {
    const why = whyRefused(password);
    if (why !== undefined) throw badUser(`The password is refused: ${why.slice(0, -1)}`);
    const hash = await hashPassword(password);
    await inTransaction(this.#warehouse, async client => {
      const changed = await client.query('update _users set password = $2 where name = $1', [
        name,
        hash,
      ]);
      if (changed.rowCount === 0) throw badUser('There is no such user', name);
      await client.query('delete from _sessions where user_name = $1', [name]);
    });
  }

  /** Checks name and password; returns the token of a new session, or undefined. */
  async logIn(name: string, password: string): Promise<string | undefined> {
    const [row] = await this.#warehouse.query<{ password: string }>(
      'select password from _users where name = $1',
      [name.slice(0, 100)],
    );
    if (!(await isPassword(password, row?.password))) return undefined;
    const token = randomBytes(32).toString('base64url');
    await this.#warehouse.query('delete from _sessions where expires_at < now()');
    await this.#warehouse.query(
      `insert into _sessions (token_hash, user_name, expires_at)
       values ($1, $2, now() + make_interval(hours => $3))`,
      [digest(token), name, SESSION_HOURS],
    );
    return token;
  }

  /** The user whose session it is; undefined when it was revoked or is over. */
  async ofSession(token: string): Promise<User | undefined> {
    const [user] = await this.#warehouse.query<User & Record<string, unknown>>(
      `select name, (select coalesce(jsonb_object_agg(merchant, role), '{}')
                     from _roles where _roles.user_name = name) as roles
       from _sessions join _users on name = user_name
       where token_hash = $1 and expires_at > now()`,
      [digest(token)],
    );
    return user;
  }

  async logOut(token: string): Promise<void> {
    await this.#warehouse.query('delete from _sessions where token_hash = $1', [digest(token)]);
  }

  /** Records an action before it starts. */
  async record(user: string, merchant: string, action: string): Promise<void> {
    await this.#warehouse.query(
      'insert into _actions (user_name, merchant, action) values ($1, $2, $3)',
      [user, merchant, action],
    );
  }

  /** What was done for a merchant, the latest first. */
  async actions(merchant: string): Promise<readonly Action[]> {
    return this.#warehouse.query<Action & Record<string, unknown>>(
      `select at, user_name, merchant, action from _actions where merchant = $1
       order by action_id desc limit 50`,
      [merchant],
    );
  }

  async #create(): Promise<void> {
    const [found] = await this.#warehouse.query<{ schema: boolean; tables: boolean }>(
      `select exists (select from pg_namespace where nspname = $1) as schema,
              exists (select from pg_class join pg_namespace on pg_namespace.oid = relnamespace
                      where nspname = $1 and relname = '_actions') as tables`,
      [SCHEMA],
    );
    if (found!.tables) return;
    await inTransaction(this.#warehouse, async client => {
      // Two that start at the same time: the second one finds the tables.
      await client.query("select pg_advisory_xact_lock(hashtext('tillstream_page'))");
      if (!found!.schema) await client.query(`create schema if not exists ${SCHEMA}`);
      const { rows } = await client.query('select to_regclass($1) as there', [
        `${SCHEMA}._actions`,
      ]);
      if (rows[0].there === null) await client.query(statement('page/create'));
    });
  }
}

/** The user's role for a merchant; undefined when they may not see it. */
export function roleFor(user: User, merchant: string): Role | undefined {
  return Object.hasOwn(user.roles, merchant) ? user.roles[merchant] : user.roles['*'];
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function badUser(problem: string, found?: string): UsageError {
  return new UsageError('BAD_USER', {
    problem,
    ...(found !== undefined && { found }),
    next: 'See who is there with: tillstream user list.',
  });
}
