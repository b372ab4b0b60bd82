/**
 * The kinds of single values in a configuration.
 *
 * A zod message here is always the *expected* part of an error, as "a whole number from 1 to 16";
 * app/configuration/check.ts adds the setting and its value.
 */
import { z } from 'zod';

/** Text. A whole number without quotes is read as its digits: `locally_id: 12345`. */
export function text<Schema extends z.ZodType<string>>(schema: Schema) {
  return z.preprocess(
    value => (typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value),
    schema,
  );
}

/** One line of text that is not empty. */
export function line(expected: string) {
  return z.string(expected).regex(/^[^\r\n]*\S[^\r\n]*$/, expected);
}

/** A whole number in a range; digits from an environment variable count as a number. */
export function wholeNumber(min: number, max: number) {
  const expected = `a whole number from ${min} to ${max}`;
  return z.preprocess(digitsAsNumber, z.int(expected).min(min, expected).max(max, expected));
}

/** A number that is not negative, as an amount or a quantity. */
export function amount() {
  const expected = 'a number that is not negative';
  return z.preprocess(digitsAsNumber, z.number(expected).min(0, expected));
}

function digitsAsNumber(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

/** true or false; the words count too, as an environment variable is text. */
export function yesNo() {
  return z.preprocess(
    value => (value === 'true' ? true : value === 'false' ? false : value),
    z.boolean('true or false'),
  );
}

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, `one of ${words.join(', ')}`);
}

/** Lists that may be written as a single value, for the JSON Schema. */
export const ONE_OR_LIST = new WeakSet<z.core.$ZodType>();

/** One value or a list of values; always a list after parsing. */
export function oneOrList<Schema extends z.ZodType>(schema: Schema, expected: string) {
  const list = z.array(schema).min(1, expected);
  ONE_OR_LIST.add(list);
  return z.preprocess(value => (Array.isArray(value) ? value : [value]), list);
}
