import { text } from 'node:stream/consumers';
import { Argument, Option } from 'commander';
import { EXIT, UsageError } from '../../../transforms/errors.ts';
import { readConfigurations } from '../../configuration/read.ts';
import { ROLES, type Role, Users } from '../../web/users.ts';
import { askOnTerminal } from '../ask.ts';
import type { CliCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { jsonLine } from '../output/json.ts';
import { table } from '../output/table.ts';

interface UserOptions {
  readonly merchant: string;
  readonly role: Role;
}

export const userCommand: CliCommand<UserOptions> = {
  name: 'user',
  about: 'People who may log in to the page: add, list, remove, or change a password',
  options: command =>
    command
      .addArgument(
        new Argument('<action>', 'what to do').choices(['add', 'list', 'remove', 'password']),
      )
      .addArgument(new Argument('[name]', 'the user, such as an e-mail address'))
      .optionsGroup('Options of add:')
      .option('--merchant <name>', 'the merchant they may see; * for all', '*')
      .addOption(
        new Option('--role <role>', 'viewer sees, operator also sends, admin does everything')
          .choices(ROLES)
          .default('operator'),
      ),
  run: async (context, options, [action, name]) => {
    if ((name === undefined) !== (action === 'list')) {
      throw new UsageError('USER_USAGE', {
        problem: action === 'list' ? 'user list takes no name' : `user ${action} needs a name`,
        expected: 'tillstream user add owner@example.com',
      });
    }
    const [first] = await readConfigurations(options.config, context.env, { needs: [] });
    const users = await Users.open(first!);
    try {
      if (action === 'list') return await list(users, context, options.json);
      const word =
        action === 'remove'
          ? await users.remove(name!).then(() => 'is removed and logged out')
          : await changed(action!, name!);
      context.stdout.write(
        options.json ? jsonLine({ exit_code: EXIT.done, user: name! }) : `${name} ${word}.\n`,
      );
      return EXIT.done;
    } finally {
      await users.close();
    }

    async function changed(what: string, user: string): Promise<string> {
      const password = await passwordFrom(context);
      if (what === 'password') {
        await users.setPassword(user, password);
        return 'has a new password and is logged out everywhere';
      }
      await users.add(user, password, options.merchant, options.role);
      return `may log in as ${options.role}`;
    }
  },
};

async function list(users: Users, { stdout }: Context, json = false): Promise<number> {
  const found = await users.list();
  const rows = found.map(({ name, roles }) => [
    name,
    Object.entries(roles)
      .map(([merchant, role]) => `${role} of ${merchant === '*' ? 'all' : merchant}`)
      .join(', '),
  ]);
  const shown = table([{ title: 'user' }, { title: 'role', wraps: true }], rows);
  if (json) stdout.write(jsonLine({ exit_code: EXIT.done, users: found }));
  else stdout.write(rows.length === 0 ? 'There are no users yet.\n' : `${shown}\n`);
  return EXIT.done;
}

/** Typed twice on a terminal, else the first line of stdin: never an option, which others see. */
async function passwordFrom(context: Context): Promise<string> {
  const ask = askOnTerminal(context);
  if (ask === undefined) return (await text(process.stdin)).split(/\r?\n/)[0]!;
  const password = await ask.secret('Password');
  if (password === (await ask.secret('The same again'))) return password;
  throw new UsageError('PASSWORDS_DIFFER', {
    problem: 'The two passwords differ',
    next: 'Run the command again. Nothing was changed.',
  });
}
