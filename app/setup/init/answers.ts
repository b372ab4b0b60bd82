/** The questions of the setup form, and how their answers are checked. */
import { z } from 'zod';
import { closestTimezone, isTimezone } from '../../../pipelines/settings/timezone.ts';
import { UsageError } from '../../../transforms/errors.ts';

/** A question of the setup form: what a valid answer is. */
interface Question {
  readonly expected: string;
  readonly isValid: (answer: string) => boolean;
}

const LINE = /^[^\r\n]*\S[^\r\n]*$/;
const MAIL = /^[^\s<>@,]+@[^\s<>@,]+$/;

/** Every question by name; answers are text, as typed. */
export const QUESTIONS = {
  merchant: {
    expected: 'a short name of lower-case letters, digits and _, as acme',
    isValid: text => /^[a-z][a-z0-9_]{0,39}$/.test(text),
  },
  heartland: {
    expected: 'the name or address of the account, as acme or https://acme.retail.heartland.us',
    isValid: text => accountAddress(text) !== undefined,
  },
  timezone: { expected: 'an IANA time zone', isValid: isTimezone },
  warehouse: {
    expected: 'embedded, or server',
    isValid: text => text === 'embedded' || text === 'server',
  },
  upc: {
    expected: 'item number, or the key of a custom field',
    isValid: text => LINE.test(text),
  },
  class_code: { expected: 'the key of a custom field', isValid: text => LINE.test(text) },
  locally_ids: {
    expected: 'pairs of location number and Locally store id, as 1=12345, 2=12346',
    isValid: text => pairsIn(text) !== undefined,
  },
  ftp_host: {
    expected: 'the name of Locally’s FTP server alone, as ftp.locally.example',
    isValid: text => /^[\w.:[\]-]+$/.test(text),
  },
  ftp_user: { expected: 'the user name at Locally', isValid: text => LINE.test(text) },
  send_price: { expected: 'yes or no', isValid: text => yesOrNo(text) !== undefined },
  only_items: {
    expected: 'the key of a custom field that is true for items to send; empty for all items',
    isValid: text => text === '' || /^[A-Za-z0-9_-]+$/.test(text),
  },
  client_id: {
    expected: 'the client id at Management One, as 4321',
    isValid: text => /^[A-Za-z0-9_-]{1,40}$/.test(text),
  },
  class_codes: {
    expected: 'class codes separated by commas, as 110, 120, UNCL',
    isValid: text => listIn(text).length > 0,
  },
  mail_from: { expected: 'an e-mail address', isValid: text => MAIL.test(text) },
  mail_to: {
    expected: 'e-mail addresses separated by commas',
    isValid: areAddresses,
  },
  errors_to: {
    expected: 'e-mail addresses for failures and issues to fix, separated by commas',
    isValid: areAddresses,
  },
} as const satisfies Readonly<Record<string, Question>>;

export type QuestionName = keyof typeof QUESTIONS;
export type Answers = Readonly<Partial<Record<QuestionName, string>>>;

/** Why an answer is invalid; undefined if it is valid. */
export function whyNot(name: QuestionName, answer: string): string | undefined {
  const { expected, isValid } = QUESTIONS[name];
  if (isValid(answer)) return undefined;
  const hint = name === 'timezone' ? ` (did you mean ${closestTimezone(answer)}?)` : '';
  return `expected ${expected}${hint}`;
}

const given = z.strictObject(
  Object.fromEntries(
    Object.keys(QUESTIONS).map(name => [
      name,
      z.union([z.string(), z.number().transform(String), z.boolean().transform(yesNo)]).optional(),
    ]),
  ),
);

/**
 * Checks answers that were given as options or on stdin.
 *
 * @throws UsageError that names each answer that is unknown or invalid
 */
export function checkedAnswers(tree: unknown): Answers {
  const read = given.safeParse(tree ?? {});
  if (!read.success) {
    const keys = read.error.issues.flatMap(issue =>
      issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.') || 'the input'],
    );
    throw new UsageError('ANSWERS_WRONG', {
      problem: `These answers are unknown or invalid: ${keys.join(', ')}`,
      expected: `lines of “name: answer”, with the names ${Object.keys(QUESTIONS).join(', ')}`,
    });
  }
  const answers = read.data as Answers;
  for (const [name, answer] of Object.entries(answers)) {
    const why = whyNot(name as QuestionName, answer);
    if (why === undefined) continue;
    throw new UsageError('ANSWER_WRONG', {
      problem: `--${name.replaceAll('_', '-')} is invalid`,
      found: answer,
      expected: why.replace('expected ', ''),
    });
  }
  return answers;
}

/** The API address of an account's name or address; undefined if it is invalid. */
export function accountAddress(text: string): string | undefined {
  if (/^[a-z0-9-]+$/i.test(text)) return `https://${text.toLowerCase()}.retail.heartland.us/api`;
  const url = URL.parse(text.includes('://') ? text : `https://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol) || !/[.:]|localhost/.test(url.host))
    return undefined;
  return `${url.origin}/api`;
}

/** Parses `1=12345, 2=12346`; a location number may be any text without = and comma. */
export function pairsIn(text: string): ReadonlyMap<string, string> | undefined {
  const pairs = listIn(text).map(pair => pair.split('=').map(part => part.trim()));
  const areValid = pairs.every(
    ([number, id, ...more]) => number && /^\d{1,20}$/.test(id ?? '') && more.length === 0,
  );
  return areValid && pairs.length > 0 ? new Map(pairs as [string, string][]) : undefined;
}

/** Parses a list separated by commas. */
export function listIn(text: string): readonly string[] {
  return text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '');
}

function areAddresses(text: string): boolean {
  return listIn(text).length > 0 && listIn(text).every(each => MAIL.test(each));
}

export function yesOrNo(text: string): boolean | undefined {
  if (/^(y|yes|true)$/i.test(text)) return true;
  return /^(n|no|false)$/i.test(text) ? false : undefined;
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
