import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import {
  forbidReader,
  type ReaderState,
  readerState,
  setReaderPassword,
} from '../../../sinks/postgres/reader.ts';
import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import { EXIT, UsageError } from '../../../transforms/errors.ts';
import type { CliCommand } from '../command.ts';
import { lookAtEach } from '../merchants.ts';
import type { Outcome } from '../output/outcome.ts';

interface ReaderOptions {
  readonly newPassword?: boolean;
  readonly passwordStdin?: boolean;
  readonly off?: boolean;
}

export const grantReaderCommand: CliCommand<ReaderOptions> = {
  name: 'grant-reader',
  about: 'Manage the read-only role for analysts, who can read all tables and views but no secrets',
  options: command =>
    command
      .option('--new-password', 'let it log in with a new password, which is shown once')
      .option('--password-stdin', 'let it log in with the password on stdin')
      .option('--off', 'stop it from logging in'),
  run: async (context, options) => {
    const given = options.passwordStdin ? checked(await text(process.stdin)) : undefined;
    return lookAtEach(context, options, async (warehouse, { warehouse: { url } }) => {
      const state = await readerState(warehouse);
      if (!state.exists) throw noRole(warehouse, state);
      if (options.off) {
        await permitted(state, () => forbidReader(warehouse));
        return report(warehouse, { ...state, mayLogIn: false }, url === undefined);
      }
      const password =
        given ?? (options.newPassword ? randomBytes(18).toString('base64url') : undefined);
      if (password === undefined) return report(warehouse, state, url === undefined);
      await permitted(state, () => setReaderPassword(warehouse, password));
      const isSecret = given !== undefined;
      return report(
        warehouse,
        { ...state, mayLogIn: true },
        url === undefined,
        isSecret ? undefined : password,
      );
    });
  },
};

/**
 * The password on stdin.
 *
 * @throws UsageError if a client and the server might encode it differently
 */
function checked(input: string): string {
  const password = input.replace(/\r?\n$/, '');
  if (/^[\x20-\x7e]{8,200}$/.test(password)) return password;
  throw new UsageError('READER_PASSWORD', {
    problem: 'The password on stdin cannot be used (not shown)',
    expected: 'one line of 8 to 200 ASCII characters',
  });
}

function report(
  warehouse: Warehouse,
  { role, database, mayLogIn, isGranted, exposed }: ReaderState,
  isEmbedded: boolean,
  password?: string,
): Outcome {
  const { hostname, port } = new URL(warehouse.url);
  const place = { host: hostname, port: Number(port || 5432), database, schema: warehouse.schema };
  const lines = [
    password === undefined ? undefined : `Password of ${role} (shown only once): ${password}\n`,
    mayLogIn
      ? `${role} can read ${warehouse.schema}, except secrets, and change nothing:`
      : `${role} cannot log in. Let it in with: tillstream grant-reader --new-password`,
    mayLogIn ? `\n  psql -h ${place.host} -p ${place.port} -U ${role} ${database}\n` : undefined,
    mayLogIn && isEmbedded
      ? 'The embedded Postgres stops when this command ends, and its port may change.\nTo keep it running: tillstream warehouse'
      : undefined,
    isGranted
      ? undefined
      : `It cannot read every table yet. The owner of the tables must grant it.`,
    exposed.length === 0
      ? undefined
      : `It can read tables that are not for analysts: ${exposed.join(', ')}. See the fix with: tillstream doctor`,
  ];
  return {
    exitCode: EXIT.done,
    text: lines.filter(line => line !== undefined).join('\n'),
    json: {
      role,
      ...place,
      may_log_in: mayLogIn,
      may_read_everything: isGranted,
      exposed,
      ...(password !== undefined && { password }),
    },
  };
}

function noRole(warehouse: Warehouse, { role }: ReaderState): UsageError {
  return new UsageError('NO_READER', {
    problem: `The role ${role} does not exist, and the warehouse user may not create roles`,
    next: `Ask an administrator of the server to run: create role "${role}" login password '…'; then run tillstream status once to grant it the schema ${warehouse.schema}.`,
  });
}

/** In Postgres only the creator of a role, or an administrator, may change it. */
async function permitted({ role }: ReaderState, change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    const { cause } = error as { cause?: { code?: unknown } };
    if (cause?.code !== '42501') throw error;
    throw new UsageError('NOT_OUR_READER', {
      problem: `The warehouse user may not change ${role}, because another user created it`,
      next: `Ask an administrator of the server to run: alter role "${role}" login password '…'`,
    });
  }
}
