/** The setup form: what is not given is asked, and where nobody can be asked, the usual answer is taken. */
import { UsageError } from '../../../transforms/errors.ts';
import { suggest } from '../../../transforms/suggestion.ts';
import type { Ask } from '../../cli/ask.ts';
import type { FoundAccount, FoundField } from '../init/account.ts';
import {
  type Answers,
  accountAddress,
  listIn,
  pairsIn,
  type QuestionName,
  whyNot,
  yesOrNo,
} from '../init/answers.ts';
import type { Setup } from '../init/write.ts';

/** What a person calls it; in the configuration it is `public_id`. */
const ITEM_NUMBER = 'item number';

/** Asks, looks things up among the answers given, and remembers what nobody answered. */
export class SetupForm {
  readonly #given: Answers;
  readonly #ask: Ask | undefined;
  readonly #missing: QuestionName[] = [];

  constructor(given: Answers, ask: Ask | undefined) {
    this.#given = given;
    this.#ask = ask;
  }

  /** Which account, before anything is looked up in it. */
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
    const where = await this.#choice('warehouse', 'Where shall the data be?', 'embedded', [
      { value: 'embedded', name: 'In a Postgres that comes with this, on this machine' },
      { value: 'server', name: 'On a Postgres server, whose address is in DATABASE_URL' },
    ]);
    this.#complain();
    return { merchant, baseUrl, timezone, hasServer: where === 'server' };
  }

  /** What depends on the account's own locations and fields. */
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
    this.#complain();
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
      (await this.#chosenField('upc', 'Where is an item’s UPC?', fields, usual ?? ITEM_NUMBER, [
        { value: ITEM_NUMBER, name: 'It is the item number (Item #)' },
      ]));
    return /^(item.?number|public_id)$/i.test(written)
      ? 'public_id'
      : `custom@${keyOf('upc', written, fields)}`;
  }

  async #classCode(fields: readonly FoundField[]): Promise<string> {
    // Who sends nothing to Management One may have no such field; then the usual key does no harm.
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

  /** Picked from a list; typed, where the account does not show its fields; the usual one, where nobody is there. */
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
    const user = await this.#text('ftp_user', 'User name that Locally gave');
    const price = await this.#text('send_price', 'Send current prices too? (yes or no)', 'yes');
    const only = await this.#text(
      'only_items',
      'Custom field that is true for items to send (nothing: all items)',
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
        /^\d{0,20}$/.test(id) ? undefined : 'expected digits, or nothing';
      const id = await this.#ask!.text(
        `Locally id of ${number} ${name} (nothing: not sent)`,
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
    const clientId = await this.#text('client_id', 'Client id that Management One gave');
    const codes = await this.#text('class_codes', 'Class codes, with commas between them');
    const from = await this.#text('mail_from', 'E-mail address that sends the file');
    const to = await this.#text('mail_to', 'E-mail addresses that get it');
    const errorsTo = await this.#text(
      'errors_to',
      'Who is told when it did not go out, and what to mend?',
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

  /** @throws UsageError that names every answer nobody gave */
  #complain(): void {
    if (this.#missing.length === 0) return;
    const flags = this.#missing.map(name => `--${name.replaceAll('_', '-')}`).join(', ');
    throw new UsageError('ANSWERS_MISSING', {
      problem: `These answers are missing, and there is no terminal to ask: ${flags}`,
      next: 'Give them as options, or as lines of “name: answer” on stdin.',
    });
  }
}

/** `acme` of `https://acme.retail.heartland.us/api`, where it can be a merchant's name. */
function shortNameOf(baseUrl: string): string | undefined {
  const name = URL.parse(baseUrl)?.hostname.split('.')[0]?.replaceAll('-', '_') ?? '';
  return whyNot('merchant', name) === undefined ? name : undefined;
}

function choicesOf(fields: readonly FoundField[]) {
  return fields.map(({ key, name }) => ({ value: key, name: `${name} (${key})` }));
}

/** @throws UsageError where items have no such field */
function keyOf(question: QuestionName, asked: string, fields: readonly FoundField[]): string {
  const key = asked.replace(/^custom@/, '');
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
    problem: `--${question.replaceAll('_', '-')} names a custom field that items do not have`,
    found: asked,
    expected: closest ?? `one of ${fields.map(field => field.key).join(', ')}`,
  });
}
