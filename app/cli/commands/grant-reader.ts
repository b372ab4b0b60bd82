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
  about:
    'The role for analysts: may read the merchant’s tables and views but for secrets, and change nothing',
  options: command =>
    command
      .option('--new-password', 'let it log in with a new password, which is shown this once')
      .option('--password-stdin', 'let it log in with the password on stdin')
      .option('--off', 'take its log-in away'),
  run: async (context, options) => {
    const given = options.passwordStdin ? checked(await text(process.stdin)) : undefined;
    return lookAtEach(context, options, async (warehouse, { warehouse: { url } }) => {
      const state = await readerState(warehouse);
      if (!state.exists) throw noRole(warehouse, state);
      if (options.off) {
        await permitted(state, () => forbidReader(warehouse));
        return told(warehouse, { ...state, mayLogIn: false }, url === undefined);
      }
      const password =
        given ?? (options.newPassword ? randomBytes(18).toString('base64url') : undefined);
      if (password === undefined) return told(warehouse, state, url === undefined);
      await permitted(state, () => setReaderPassword(warehouse, password));
      const isSecret = given !== undefined;
      return told(
        warehouse,
        { ...state, mayLogIn: true },
        url === undefined,
        isSecret ? undefined : password,
      );
    });
  },
};

/** @throws UsageError for a password that a client and the server might read differently */
function checked(input: string): string {
  const password = input.replace(/\r?\n$/, '');
  if (/^[\x20-\x7e]{8,200}$/.test(password)) return password;
  throw new UsageError('READER_PASSWORD', {
    problem: 'The password on stdin cannot be used (it is not shown)',
    expected: 'one line of 8 to 200 plain characters, without accents',
  });
}

function told(
  warehouse: Warehouse,
  { role, database, mayLogIn, isGranted, exposed }: ReaderState,
  isEmbedded: boolean,
  password?: string,
): Outcome {
  const { hostname, port } = new URL(warehouse.url);
  const place = { host: hostname, port: Number(port || 5432), database, schema: warehouse.schema };
  const lines = [
    password === undefined ? undefined : `Password of ${role}, shown this once: ${password}\n`,
    mayLogIn
      ? `${role} may read ${warehouse.schema} but for secrets, and change nothing:`
      : `${role} cannot log in. Let it in with: tillstream grant-reader --new-password`,
    mayLogIn ? `\n  psql -h ${place.host} -p ${place.port} -U ${role} ${database}\n` : undefined,
    mayLogIn && isEmbedded
      ? 'The embedded Postgres stops as this command ends, and may have another port next time:\ntillstream warehouse keeps it open, and names the port.'
      : undefined,
    isGranted
      ? undefined
      : `It may not read everything yet; the owner of the tables must grant it.`,
    exposed.length === 0
      ? undefined
      : `It may read what is not for analysts: ${exposed.join(', ')}. tillstream doctor says what to do.`,
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
    problem: `There is no role ${role}, and the warehouse’s user may not create roles`,
    next: `Let an administrator of the server run: create role "${role}" login password '…'; then run tillstream status once, which grants it the schema ${warehouse.schema}.`,
  });
}

/** Postgres lets only whoever made a role, or an administrator, change it. */
async function permitted({ role }: ReaderState, change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    const { cause } = error as { cause?: { code?: unknown } };
    if (cause?.code !== '42501') throw error;
    throw new UsageError('NOT_OUR_READER', {
      problem: `The warehouse’s user may not change ${role}, because somebody else made it`,
      next: `Let an administrator of the server run: alter role "${role}" login password '…'`,
    });
  }
}
