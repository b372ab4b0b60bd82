import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { statement } from '../../sinks/postgres/statement.ts';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import { EXIT } from '../../transforms/errors.ts';
import { type Finding, fail } from './finding.ts';

/** Something that a sync does, tried and undone. */
interface Right {
  /** What its user may not do, where it is refused. */
  readonly says: string;
  readonly tries: string;
  /** What an administrator runs to grant it. */
  readonly grant: string;
  /** Whether the rights after it cannot be tried without it; its statement grants them too. */
  readonly isForTheRest?: boolean;
}

interface Place {
  readonly role: string;
  readonly database: string;
  readonly has_schema: boolean;
  /** Owners of tables and views of ours whose rights the role does not have. */
  readonly other_owners: string[];
}

/** Not permitted; on a server of a cloud, also what its own guard refuses. */
const REFUSED = ['42501', '0LP01'];

/**
 * Tries each right that a sync needs, in a transaction that is undone, and says how to grant the ones that are missing.
 *
 * The lists of rights in Postgres' catalogues are not asked: who may what also follows from roles, owners and guards.
 *
 * @param tables names of the tables that are ours
 */
export async function checkRights(
  warehouse: Warehouse,
  tables: readonly string[],
): Promise<readonly Finding[]> {
  const { schema } = warehouse;
  const client = await warehouse.pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<Place>(statement('doctor/place'), [schema, tables]);
    const place = rows[0]!;
    const findings: Finding[] = [];
    for (const right of rightsFor(schema, place)) {
      await client.query('savepoint tried');
      try {
        await client.query(right.tries);
      } catch (error) {
        if (!REFUSED.includes((error as { code?: string }).code ?? '')) throw error;
        findings.push(lacks(right.says, right.grant));
        await client.query('rollback to savepoint tried');
        if (right.isForTheRest) break;
      }
    }
    const owners = place.other_owners.map(owner =>
      lacks(
        `Some tables or views in the schema ${schema} belong to ${owner}, so its user cannot change them`,
        `grant ${name(owner)} to ${name(place.role)};`,
      ),
    );
    return [...findings, ...owners];
  } finally {
    // Undoes all of it.
    await client.query('rollback').catch(() => {});
    client.release();
  }
}

function rightsFor(schema: string, { role, database, has_schema }: Place): readonly Right[] {
  const mark = randomBytes(6).toString('hex');
  const at = `${name(schema)}.${name(`_doctor_${mark}`)}`;
  return [
    {
      says: 'Its user may not make temporary tables, which every sync but the first needs',
      tries: `create temporary table ${name(`doctor_${mark}`)} (id bigint) on commit drop`,
      grant: `grant temporary on database ${name(database)} to ${name(role)};`,
    },
    ...(has_schema
      ? []
      : [
          {
            says: `Its user may not make the schema ${schema}`,
            tries: `create schema ${name(schema)}`,
            grant: `create schema ${name(schema)} authorization ${name(role)};`,
            isForTheRest: true,
          },
        ]),
    {
      says: `Its user may not make tables in the schema ${schema}`,
      tries: `create table ${at} (id bigint primary key)`,
      grant: `grant usage, create on schema ${name(schema)} to ${name(role)};`,
    },
    {
      says: 'Its user may not make functions in PL/pgSQL',
      tries: `create function ${at}() returns void language plpgsql as 'begin end'`,
      grant: `grant usage on language plpgsql to ${name(role)};`,
    },
  ];
}

function lacks(says: string, grant: string): Finding {
  return fail('warehouse rights', says, `Let an administrator run: ${grant}`, EXIT.usage);
}

function name(identifier: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(identifier) ? identifier : pg.escapeIdentifier(identifier);
}
