import type { Json, JsonRecord } from '../decimal.ts';
import { invalid, Refusal } from '../refusal.ts';

/**
 * A record that does not hold: `validation_error`, with what is wrong by field. The name and the shape are seen on the
 * wire; that its status is 422 is not (no client recorded it), so branch on the name.
 */
export function unfit(details: Readonly<Record<string, string>>): Refusal {
  const words = Object.entries(details).map(([field, what]) => `${field} ${what}`);
  const lists = Object.fromEntries(Object.entries(details).map(([f, what]) => [f, [what]]));
  return new Refusal(422, 'validation_error', `Validation failed: ${words.join(', ')}.`, lists);
}

/** The JSON object of a POST or PUT. Numbers may come as text, as they do from several clients. */
export class Body {
  readonly record: JsonRecord;

  constructor(record: JsonRecord) {
    this.record = record;
  }

  /** Reads a request's text; nothing at all is an empty object. Throws 400 where it is no JSON object. */
  static parse(text: string): Body {
    let value: Json;
    try {
      value = text.trim() === '' ? {} : (JSON.parse(text) as Json);
    } catch {
      throw invalid('The body is not JSON.');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw invalid('The body must be a JSON object.');
    return new Body(value as JsonRecord);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.record, name);
  }

  text(name: string): string | undefined {
    const value = this.record[name];
    return value === undefined || value === null ? undefined : String(value);
  }

  number(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value)) throw unfit({ [name]: 'is not a number' });
    return value;
  }

  cents(name: string): number | undefined {
    const value = this.number(name);
    return value === undefined ? undefined : Math.sign(value) * Math.round(Math.abs(value) * 100);
  }

  flag(name: string): boolean | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : text === 'true' || text === '1';
  }

  /** A moment, in milliseconds; without an offset it is UTC. */
  instant(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const at = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
    if (Number.isNaN(at)) throw unfit({ [name]: 'is not a time' });
    return Math.floor(at / 1000) * 1000;
  }

  /** The objects of a list. */
  list(name: string): Body[] {
    const value = this.record[name];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw unfit({ [name]: 'is not a list' });
    return value.map((each: Json) => new Body(each as JsonRecord));
  }

  /** The record of a list that `name` points at. Throws where it is missing or points at nothing. */
  in<T extends { readonly id: number }>(records: readonly T[], name: string): T {
    const found = this.maybeIn(records, name);
    if (found === undefined) throw unfit({ [name]: 'is required' });
    return found;
  }

  maybeIn<T extends { readonly id: number }>(records: readonly T[], name: string): T | undefined {
    const id = this.number(name);
    if (id === undefined) return undefined;
    const found = records.find(each => each.id === id);
    if (found === undefined) throw unfit({ [name]: 'does not exist' });
    return found;
  }

  /** Custom values as they are written: in a `custom` object, or one by one as `custom@key`. */
  get custom(): Readonly<Record<string, Json>> {
    const given = this.record.custom;
    const single = Object.entries(this.record)
      .filter(([name]) => name.startsWith('custom@'))
      .map(([name, value]): [string, Json] => [name.slice('custom@'.length), value]);
    const object = typeof given === 'object' && given !== null ? (given as JsonRecord) : {};
    return { ...object, ...Object.fromEntries(single) };
  }
}
