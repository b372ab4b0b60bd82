/** What the setup form asks, and how answers may be given without a terminal. */
import { z } from 'zod';
import { closestTimezone, isTimezone } from '../../../pipelines/settings/timezone.ts';
import { UsageError } from '../../../transforms/errors.ts';

/** A question of the setup form: its name in a file of answers, and what a right answer is. */
interface Question {
  readonly expected: string;
  readonly isRight: (answer: string) => boolean;
}

const LINE = /^[^\r\n]*\S[^\r\n]*$/;
const MAIL = /^[^\s<>@,]+@[^\s<>@,]+$/;

/** Each answer as text, as a person types it. */
export const QUESTIONS = {
  merchant: {
    expected: 'a short name of lower-case letters, digits and _, as acme',
    isRight: text => /^[a-z][a-z0-9_]{0,39}$/.test(text),
  },
  heartland: {
    expected: 'the account’s name or address, as acme or https://acme.retail.heartland.us',
    isRight: text => accountAddress(text) !== undefined,
  },
  timezone: { expected: 'an IANA time zone', isRight: isTimezone },
  warehouse: {
    expected: 'embedded, or server',
    isRight: text => text === 'embedded' || text === 'server',
  },
  upc: {
    expected: 'item number, or the key of a custom field',
    isRight: text => LINE.test(text),
  },
  class_code: { expected: 'the key of a custom field', isRight: text => LINE.test(text) },
  locally_ids: {
    expected: 'pairs of location number and Locally id, as 1=12345, 2=12346',
    isRight: text => pairsIn(text) !== undefined,
  },
  ftp_host: {
    expected: 'the name of Locally’s FTP server alone, as ftp.locally.example',
    isRight: text => /^[\w.:[\]-]+$/.test(text),
  },
  ftp_user: { expected: 'the user name Locally gave', isRight: text => LINE.test(text) },
  send_price: { expected: 'yes or no', isRight: text => yesOrNo(text) !== undefined },
  only_items: {
    expected: 'the key of a custom field that is true for items to send; nothing for all items',
    isRight: text => text === '' || /^[A-Za-z0-9_-]+$/.test(text),
  },
  client_id: {
    expected: 'the client id that Management One gave, as 4321',
    isRight: text => /^[A-Za-z0-9_-]{1,40}$/.test(text),
  },
  class_codes: {
    expected: 'class codes with commas between them, as 110, 120, UNCL',
    isRight: text => listIn(text).length > 0,
  },
  mail_from: { expected: 'an e-mail address', isRight: text => MAIL.test(text) },
  mail_to: {
    expected: 'e-mail addresses with commas between them',
    isRight: areAddresses,
  },
  errors_to: {
    expected: 'e-mail addresses with commas between them, of those who mend what is wrong',
    isRight: areAddresses,
  },
} as const satisfies Readonly<Record<string, Question>>;

export type QuestionName = keyof typeof QUESTIONS;
export type Answers = Readonly<Partial<Record<QuestionName, string>>>;

/** Why an answer is not right, as a person reads it; undefined where it is. */
export function whyNot(name: QuestionName, answer: string): string | undefined {
  const { expected, isRight } = QUESTIONS[name];
  if (isRight(answer)) return undefined;
  const hint = name === 'timezone' ? `, perhaps ${closestTimezone(answer)}` : '';
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
 * Checks answers that were given as flags or on stdin.
 *
 * @throws UsageError that names each answer that is unknown or not right
 */
export function checkedAnswers(tree: unknown): Answers {
  const read = given.safeParse(tree ?? {});
  if (!read.success) {
    const keys = read.error.issues.flatMap(issue =>
      issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.') || 'the input'],
    );
    throw new UsageError('ANSWERS_WRONG', {
      problem: `The answers cannot be used: ${keys.join(', ')}`,
      expected: `lines of “name: answer”, with the names ${Object.keys(QUESTIONS).join(', ')}`,
    });
  }
  const answers = read.data as Answers;
  for (const [name, answer] of Object.entries(answers)) {
    const why = whyNot(name as QuestionName, answer);
    if (why === undefined) continue;
    throw new UsageError('ANSWER_WRONG', {
      problem: `--${name.replaceAll('_', '-')} is not right`,
      found: answer,
      expected: why.replace('expected ', ''),
    });
  }
  return answers;
}

/** The API's address for what a person calls the account; undefined where that is none. */
export function accountAddress(text: string): string | undefined {
  if (/^[a-z0-9-]+$/i.test(text)) return `https://${text.toLowerCase()}.retail.heartland.us/api`;
  const url = URL.parse(text.includes('://') ? text : `https://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol) || !/[.:]|localhost/.test(url.host))
    return undefined;
  return `${url.origin}/api`;
}

/** `1=12345, 2=12346` as pairs; location numbers may be any text without = and comma. */
export function pairsIn(text: string): ReadonlyMap<string, string> | undefined {
  const pairs = listIn(text).map(pair => pair.split('=').map(part => part.trim()));
  const areRight = pairs.every(
    ([number, id, ...more]) => number && /^\d{1,20}$/.test(id ?? '') && more.length === 0,
  );
  return areRight && pairs.length > 0 ? new Map(pairs as [string, string][]) : undefined;
}

/** A list with commas between its parts. */
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
