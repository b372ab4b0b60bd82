/** The setup form: asks for what is not given, or uses the default if there is no terminal. */
import { UsageError } from '../../../transforms/errors.ts';
import { suggest } from '../../../transforms/suggestion.ts';
import type { Ask } from '../../cli/ask.ts';
import type { FoundAccount, FoundField } from './account.ts';
import {
  type Answers,
  accountAddress,
  listIn,
  pairsIn,
  type QuestionName,
  whyNot,
  yesOrNo,
} from './answers.ts';
import type { Setup } from './write.ts';

/** Its name in Heartland; `public_id` in the configuration. */
const ITEM_NUMBER = 'item number';

/** Collects the answers: from those given, from the terminal, or by default. */
export class SetupForm {
  readonly #given: Answers;
  readonly #ask: Ask | undefined;
  readonly #missing: QuestionName[] = [];

  constructor(given: Answers, ask: Ask | undefined) {
    this.#given = given;
    this.#ask = ask;
  }

  /** The questions before the account is read. */
  async basics(): Promise<Pick<Setup, 'merchant' | 'baseUrl' | 'timezone' | 'hasServer'>> {
    const account = await this.#text('heartland', 'Your Heartland account (name or address)');
    const baseUrl = accountAddress(account) ?? '';
    const merchant = await this.#text(
      'merchant',
      'Short name of the merchant',
      shortNameOf(baseUrl),
    );
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const timezone = await this.#text(
      'timezone',
      'Time zone of the stores',
      this.#ask === undefined ? undefined : here,
    );
    const where = await this.#choice('warehouse', 'Where should the data be stored?', 'embedded', [
      { value: 'embedded', name: 'In the embedded Postgres, on this machine' },
      { value: 'server', name: 'On a Postgres server, with its address in DATABASE_URL' },
    ]);
    this.#refuseMissing();
    return { merchant, baseUrl, timezone, hasServer: where === 'server' };
  }

  /** The questions that depend on the account's locations and fields. */
  async rest(
    basics: Awaited<ReturnType<SetupForm['basics']>>,
    { fields, locations }: FoundAccount,
  ): Promise<Setup> {
    const upc = await this.#upc(fields);
    const classCode = await this.#classCode(fields);
    const locally = await this.#locally(
      locations.map(({ number }) => number),
      locations,
    );
    const managementOne = await this.#managementOne();
    this.#refuseMissing();
    return {
      ...basics,
      ...{ upc, classCode, locations },
      ...(locally !== undefined && { locally }),
      ...(managementOne !== undefined && { managementOne }),
    };
  }

  async #upc(fields: readonly FoundField[]): Promise<string> {
    const usual = fields.find(({ key }) => key === 'upc')?.key;
    const written =
      this.#given.upc ??
      (await this.#chosenField('upc', 'Which field holds the UPC?', fields, usual ?? ITEM_NUMBER, [
        { value: ITEM_NUMBER, name: 'The item number (Item #)' },
      ]));
    return /^(item.?number|public_id)$/i.test(written)
      ? 'public_id'
      : `custom@${keyOf('upc', written, fields)}`;
  }

  async #classCode(fields: readonly FoundField[]): Promise<string> {
    // Without Management One there may be no such field; then the default does no harm.
    if (this.#given.class_code === undefined && this.#ask === undefined) return 'custom@class_code';
    const written =
      this.#given.class_code ??
      (await this.#chosenField(
        'class_code',
        'Which field holds the class code?',
        fields,
        'class_code',
      ));
    return `custom@${keyOf('class_code', written, fields)}`;
  }

  /** Chosen from a list; typed if the account hides its fields; the default without a terminal. */
  async #chosenField(
    name: 'upc' | 'class_code',
    question: string,
    fields: readonly FoundField[],
    usual: string,
    others: readonly { value: string; name: string }[] = [],
  ): Promise<string> {
    if (this.#ask === undefined) return usual;
    if (fields.length === 0) return this.#ask.text(question, answer => whyNot(name, answer), usual);
    return this.#ask.choice(question, [...others, ...choicesOf(fields)], usual);
  }

  async #locally(
    numbers: readonly string[],
    locations: FoundAccount['locations'],
  ): Promise<Setup['locally']> {
    const given = this.#given.locally_ids;
    if (given === undefined && !(await this.#yes('Send inventory to Locally?'))) return undefined;
    const ids = given === undefined ? await this.#askIds(locations) : pairsIn(given)!;
    for (const number of ids.keys()) {
      if (numbers.includes(number)) continue;
      throw new UsageError('NO_SUCH_LOCATION', {
        problem: '--locally-ids names a location that Heartland does not have',
        found: number,
        expected: `one of ${numbers.join(', ')}`,
      });
    }
    const host = await this.#text('ftp_host', 'Locally’s FTP server');
    const user = await this.#text('ftp_user', 'User name at Locally');
    const price = await this.#text('send_price', 'Send current prices too (yes or no)?', 'yes');
    const only = await this.#text(
      'only_items',
      'Custom field that is true for items to send (empty: all items)',
      '',
    );
    return {
      ...{ ids, host, user, sendPrice: yesOrNo(price) ?? true },
      ...(only !== '' && { onlyItems: only }),
    };
  }

  async #askIds(locations: FoundAccount['locations']): Promise<ReadonlyMap<string, string>> {
    const ids = new Map<string, string>();
    for (const { number, name, isActive } of locations) {
      if (!isActive) continue;
      const check = (id: string) =>
        /^\d{0,20}$/.test(id) ? undefined : 'expected digits, or an empty answer';
      const id = await this.#ask!.text(
        `Locally store id of ${number} ${name} (empty: not sent)`,
        check,
        '',
      );
      if (id !== '') ids.set(number, id);
    }
    return ids;
  }

  async #managementOne(): Promise<Setup['managementOne']> {
    const isGiven = this.#given.client_id !== undefined;
    if (!isGiven && !(await this.#yes('Send the month-end file to Management One?')))
      return undefined;
    const clientId = await this.#text('client_id', 'Client id at Management One');
    const codes = await this.#text('class_codes', 'Class codes, separated by commas');
    const from = await this.#text('mail_from', 'E-mail address of the sender');
    const to = await this.#text('mail_to', 'E-mail addresses that receive the file');
    const errorsTo = await this.#text(
      'errors_to',
      'E-mail addresses for failures and issues to fix',
      from,
    );
    return {
      ...{ clientId, from, classCodes: listIn(codes) },
      ...{ to: listIn(to), errorsTo: listIn(errorsTo) },
    };
  }

  async #text(name: QuestionName, question: string, usual?: string): Promise<string> {
    const given = this.#given[name];
    if (given !== undefined) return given;
    if (this.#ask !== undefined)
      return this.#ask.text(question, answer => whyNot(name, answer), usual);
    if (usual === undefined) this.#missing.push(name);
    return usual ?? '';
  }

  async #choice(
    name: QuestionName,
    question: string,
    usual: string,
    choices: readonly { value: string; name: string }[],
  ): Promise<string> {
    return this.#given[name] ?? this.#ask?.choice(question, choices, usual) ?? usual;
  }

  async #yes(question: string): Promise<boolean> {
    return (await this.#ask?.yes(question, false)) ?? false;
  }

  /** @throws UsageError that names every missing answer */
  #refuseMissing(): void {
    if (this.#missing.length === 0) return;
    const flags = this.#missing.map(name => `--${name.replaceAll('_', '-')}`).join(', ');
    throw new UsageError('ANSWERS_MISSING', {
      problem: `These answers are missing: ${flags}`,
      next: 'Give them as options or as “name: answer” lines on stdin, or run tillstream init in a terminal.',
    });
  }
}

/** `acme` of `https://acme.retail.heartland.us/api`, if it is a valid merchant name. */
function shortNameOf(baseUrl: string): string | undefined {
  const name = URL.parse(baseUrl)?.hostname.split('.')[0]?.replaceAll('-', '_') ?? '';
  return whyNot('merchant', name) === undefined ? name : undefined;
}

function choicesOf(fields: readonly FoundField[]) {
  return fields.map(({ key, name }) => ({ value: key, name: `${name} (${key})` }));
}

/** @throws UsageError if items have no such field */
function keyOf(question: QuestionName, named: string, fields: readonly FoundField[]): string {
  const key = named.replace(/^custom@/, '');
  const found = fields.find(
    field => field.key === key || field.name.toLowerCase() === key.toLowerCase(),
  );
  if (found !== undefined) return found.key;
  if (fields.length === 0 && /^[A-Za-z0-9_-]+$/.test(key)) return key;
  const closest = suggest(
    key,
    fields.map(field => field.key),
  );
  throw new UsageError('NO_SUCH_FIELD', {
    problem: `--${question.replaceAll('_', '-')} names a custom field that items do not have in Heartland`,
    found: named,
    expected: closest ?? `one of ${fields.map(field => field.key).join(', ')}`,
  });
}
