import { access, rename, rm, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { ConfigurationError, EXIT, UsageError } from '../../../transforms/errors.ts';
import { resolveReferences } from '../../configuration/environment.ts';
import { readConfiguration } from '../../configuration/read.ts';
import { SetupForm } from '../../setup/connect/setup-form.ts';
import { type FoundAccount, lookAtAccount } from '../../setup/init/account.ts';
import { type Answers, checkedAnswers, QUESTIONS } from '../../setup/init/answers.ts';
import { configurationText, type Setup, variablesOf } from '../../setup/init/write.ts';
import { type Ask, askOnTerminal } from '../ask.ts';
import type { CliCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { jsonLine } from '../output/json.ts';
import { table } from '../output/table.ts';

interface InitOptions {
  readonly force?: boolean;
  readonly [answer: string]: unknown;
}

export const initCommand: CliCommand<InitOptions> = {
  name: 'init',
  about:
    'Asks what is needed, looks at the account, and writes the configuration; no secret goes into it',
  options: command => {
    command.option('--force', 'write over a configuration file that is there');
    for (const [name, { expected }] of Object.entries(QUESTIONS))
      command.option(`--${name.replaceAll('_', '-')} <answer>`, expected);
  },
  run: async (context, options) => {
    const { config: file, json, force = false } = options;
    const ask = askOnTerminal(context);
    const flags = answersIn(options);
    // With answers as options, a stdin that nobody closes must not keep the command waiting.
    const given = checkedAnswers(Object.keys(flags).length > 0 ? flags : await answersOnStdin());
    const mayReplace = await mayWrite(file, force, ask);
    const form = new SetupForm(given, ask);
    const basics = await form.basics();
    const account = await lookAtAccount(basics.baseUrl, await tokenFrom(context, ask));
    if (!json) context.stderr.write(`${found(account)}\n`);
    const setup = await form.rest(basics, account);
    await write(file, setup, mayReplace);
    context.stdout.write(json ? jsonLine(asJson(file, setup, account)) : told(file, setup));
    return EXIT.done;
  },
};

/** The options that are answers, by the questions' names. */
function answersIn(options: InitOptions): Answers {
  const names = Object.keys(QUESTIONS).map(name => [
    name,
    options[name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())],
  ]);
  return Object.fromEntries(names.filter(([, answer]) => answer !== undefined));
}

/** Answers as YAML on stdin, where it is no terminal. */
async function answersOnStdin(): Promise<object> {
  if (process.stdin.isTTY) return {};
  const input = await text(process.stdin);
  let tree: unknown;
  try {
    tree = parse(input);
  } catch {
    tree = input;
  }
  if (tree === null || tree === undefined) return {};
  if (typeof tree === 'object' && !Array.isArray(tree)) return tree;
  throw new UsageError('ANSWERS_WRONG', {
    problem: 'The answers on stdin cannot be read',
    expected: 'lines of “name: answer”, as merchant: acme',
  });
}

/** @throws UsageError where the file is there and nobody said that it may go */
async function mayWrite(file: string, force: boolean, ask: Ask | undefined): Promise<boolean> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere || force) return force;
  if (await ask?.yes(`${file} is there already. Write over it?`, false)) return true;
  throw new UsageError('FILE_EXISTS', {
    problem: `${file} is there already, and was left as it is`,
    next: 'Name another with --config FILE, or write over it with --force.',
  });
}

/** The token of the environment, else one that is typed; it is used for looking, and kept nowhere. */
async function tokenFrom({ env }: Context, ask: Ask | undefined): Promise<string> {
  const { tree, unset } = await resolveReferences(`\${HEARTLAND_TOKEN}`, env);
  if (unset.length === 0) return String(tree);
  if (ask !== undefined)
    return (await ask.secret('API token (Heartland: My Account › API Tokens; not shown)')).trim();
  throw new UsageError('NO_TOKEN', {
    problem: 'There is no API token to look at the account with',
    next: 'Set it with: export HEARTLAND_TOKEN=… (it is made in Heartland under My Account › API Tokens).',
  });
}

/** What was found is shown before the questions about it. */
function found({ user, locations, fields }: FoundAccount): string {
  return [
    `The token is ${user}’s.`,
    '',
    table(
      [{ title: 'location' }, { title: 'name' }, { title: '' }],
      locations.map(each => [each.number, each.name, each.isActive ? '' : 'not in use']),
    ),
    '',
    fields.length === 0
      ? 'Custom fields of items cannot be seen: there are none, or the token’s user lacks “Manage custom fields”.'
      : table(
          [{ title: 'custom field' }, { title: 'key' }],
          fields.map(({ name, key }) => [name, key]),
        ),
    '',
  ].join('\n');
}

/** Writes the file once it is known to be right; half a file is never there. */
async function write(file: string, setup: Setup, mayReplace: boolean): Promise<void> {
  const part = `${file}.part`;
  try {
    await writeFile(part, configurationText(setup));
    const stand = Object.fromEntries(variablesOf(setup).map(({ name }) => [name, STAND_IN[name]]));
    await readConfiguration(part, stand);
    if (!mayReplace) await writeFile(file, '', { flag: 'wx' });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    if (error instanceof ConfigurationError)
      throw new UsageError('ANSWERS_DISAGREE', {
        problem: `These answers do not go together: ${error.message.replaceAll(part, file).replace(/\.$/, '')}`,
        next: 'Nothing was written. Run tillstream init again.',
      });
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    throw new UsageError('FILE_UNWRITABLE', {
      problem: `${file} cannot be written (${code})`,
      next: 'Name another place with --config FILE.',
    });
  }
}

/** Any value will do to see whether the rest is right. */
const STAND_IN: Readonly<Record<string, string>> = {
  HEARTLAND_TOKEN: 'token',
  DATABASE_URL: 'postgres://localhost/warehouse',
  LOCALLY_PASSWORD: 'password',
  SMTP_URL: 'smtp://localhost:587',
};

function told(file: string, setup: Setup): string {
  const variables = variablesOf(setup);
  return [
    `${file} is written. It holds no secret; these go into the environment of whoever runs tillstream,`,
    'as from a file that only they may read:',
    '',
    ...variables.map(({ name, about }) => `${`${name}=`.padEnd(18)} # ${about}`),
    '',
    'Then see whether everything is right:',
    '',
    `  tillstream doctor${file === 'tillstream.yaml' ? '' : ` --config ${file}`}`,
    '',
  ].join('\n');
}

function asJson(file: string, setup: Setup, { user, locations, fields }: FoundAccount): object {
  return {
    exit_code: EXIT.done,
    file,
    merchant: setup.merchant,
    user,
    locations: locations.map(({ number, name, isActive }) => ({ number, name, active: isActive })),
    custom_fields: fields,
    environment: variablesOf(setup).map(({ name }) => name),
  };
}
