import { access, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { ConfigurationError, EXIT, UsageError } from '../../../transforms/errors.ts';
import { withEnvFile, writeEnvFile } from '../../configuration/env-file.ts';
import { resolveReferences } from '../../configuration/environment.ts';
import { readConfiguration } from '../../configuration/read.ts';
import { type FoundAccount, lookAtAccount } from '../../setup/init/account.ts';
import { type Answers, checkedAnswers, QUESTIONS } from '../../setup/init/answers.ts';
import { SetupForm } from '../../setup/init/setup-form.ts';
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
  about: 'Ask a few questions, read the account, and write the configuration, without secrets',
  options: command => {
    command.option('--force', 'overwrite an existing configuration file');
    for (const [name, { expected }] of Object.entries(QUESTIONS))
      command.option(`--${name.replaceAll('_', '-')} <answer>`, expected);
  },
  run: async (context, options) => {
    const { config: file, json, force = false } = options;
    const ask = askOnTerminal(context);
    const flags = answersIn(options);
    // With answers as options, the command must not wait for a stdin that stays open.
    const given = checkedAnswers(Object.keys(flags).length > 0 ? flags : await answersOnStdin());
    const mayReplace = await mayWrite(file, force, ask);
    const form = new SetupForm(given, ask);
    const basics = await form.basics();
    const token = await tokenFrom(file, context, ask);
    const account = await lookAtAccount(basics.baseUrl, token.value);
    if (!json) context.stderr.write(`${found(account)}\n`);
    const setup = await form.rest(basics, account);
    await write(file, setup, mayReplace);
    // A typed token is nowhere else; on a terminal somebody sees what is written.
    const isSaved = token.isTyped && (await saveToken(file, setup, token.value));
    context.stdout.write(
      json ? jsonLine(asJson(file, setup, account)) : nextSteps(file, setup, isSaved),
    );
    return EXIT.done;
  },
};

/** Answers that were given as options, by question. */
function answersIn(options: InitOptions): Answers {
  const names = Object.keys(QUESTIONS).map(name => [
    name,
    options[name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())],
  ]);
  return Object.fromEntries(names.filter(([, answer]) => answer !== undefined));
}

/** Answers as YAML on stdin, if it is not a terminal. */
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

/**
 * Whether the file may be overwritten.
 *
 * @throws UsageError if it exists and nobody agreed to overwrite it
 */
async function mayWrite(file: string, force: boolean, ask: Ask | undefined): Promise<boolean> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (!exists || force) return force;
  if (await ask?.yes(`${file} already exists. Overwrite it?`, false)) return true;
  throw new UsageError('FILE_EXISTS', {
    problem: `${file} already exists and was not changed`,
    next: 'Name another file with --config FILE, or overwrite it with --force.',
  });
}

interface GivenToken {
  readonly value: string;
  readonly isTyped: boolean;
}

/** The token of the environment, or else a typed one. */
async function tokenFrom(
  file: string,
  { env }: Context,
  ask: Ask | undefined,
): Promise<GivenToken> {
  const known = await withEnvFile(dirname(file), env);
  const { tree, unset } = await resolveReferences(`\${HEARTLAND_TOKEN}`, known);
  if (unset.length === 0) return { value: String(tree), isTyped: false };
  if (ask !== undefined) {
    const typed = await ask.secret('API token (Heartland: My Account › API Tokens; not shown)');
    return { value: typed.trim(), isTyped: true };
  }
  throw new UsageError('NO_TOKEN', {
    problem: 'The environment variable HEARTLAND_TOKEN is not set, so the account cannot be read',
    next: 'Create a token in Heartland under My Account › API Tokens, then run: export HEARTLAND_TOKEN=…',
  });
}

/** The account's user, locations and fields, shown before the questions about them. */
function found({ user, locations, fields }: FoundAccount): string {
  return [
    `Signed in as ${user}.`,
    '',
    table(
      [{ title: 'location' }, { title: 'name' }, { title: '' }],
      locations.map(each => [each.number, each.name, each.isActive ? '' : 'inactive']),
    ),
    '',
    fields.length === 0
      ? 'No custom fields of items: there are none, or the user lacks “Manage custom fields”.'
      : table(
          [{ title: 'custom field' }, { title: 'key' }],
          fields.map(({ name, key }) => [name, key]),
        ),
    '',
  ].join('\n');
}

/** Validates the configuration, then writes the file whole. */
async function write(file: string, setup: Setup, mayReplace: boolean): Promise<void> {
  const part = `${file}.part`;
  try {
    await writeFile(part, configurationText(setup));
    const values = Object.fromEntries(variablesOf(setup).map(({ name }) => [name, SAMPLE[name]]));
    await readConfiguration(part, values);
    if (!mayReplace) await writeFile(file, '', { flag: 'wx' });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    if (error instanceof ConfigurationError)
      throw new UsageError('ANSWERS_DISAGREE', {
        problem: `These answers contradict each other: ${error.message.replaceAll(part, file).replace(/\.$/, '')}`,
        next: 'Nothing was written. Run tillstream init again.',
      });
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    throw new UsageError('FILE_UNWRITABLE', {
      problem: `${file} cannot be written (${code})`,
      next: 'Name another file with --config FILE.',
    });
  }
}

/** Sample values, to validate the rest of the configuration. */
const SAMPLE: Readonly<Record<string, string>> = {
  HEARTLAND_TOKEN: 'token',
  DATABASE_URL: 'postgres://localhost/warehouse',
  LOCALLY_PASSWORD: 'password',
  SMTP_URL: 'smtp://localhost:587',
};

/** Writes `.env` with the token and a place for the other secrets; one that exists stays as it is. */
function saveToken(file: string, setup: Setup, token: string): Promise<boolean> {
  const lines = variablesOf(setup).map(
    ({ name, about }) => [name, name === 'HEARTLAND_TOKEN' ? token : '', about] as const,
  );
  return writeEnvFile(dirname(file), lines);
}

function nextSteps(file: string, setup: Setup, isTokenSaved: boolean): string {
  const variables = variablesOf(setup).filter(
    ({ name }) => !(isTokenSaved && name === 'HEARTLAND_TOKEN'),
  );
  const where = isTokenSaved
    ? `Wrote ${file}, without secrets, and the token into ${join(dirname(file), '.env')}, which only you can read.${variables.length > 0 ? ' Add there:' : ''}`
    : `Wrote ${file}, without secrets. Set these in the environment, or in a file .env beside it (chmod 600):`;
  return [
    where,
    '',
    ...variables.map(({ name, about }) => `${`${name}=`.padEnd(18)} # ${about}`),
    '',
    'Then check the setup:',
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
