import { decodeUtf8 } from './utf8.ts';

/**
 * Reads JSON without losing a digit.
 *
 * A JavaScript number keeps 15 significant digits of a decimal exactly; Heartland's average costs have more
 * (`10.2494840425531915`). Numbers too long for that are handed on as text, which Postgres reads as `numeric`.
 */

/** Strings are matched first, so that digits inside them are left alone. */
const STRING_OR_LONG_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.]{15,}(?:[eE][+-]?\d+)?/g;
/** More than 15 digits around one point always have 8 in a row; written out, this is a search that skips ahead. */
const MIGHT_HOLD_LONG_NUMBER = /\d\d\d\d\d\d\d\d/;
const HOLDS_LONG_NUMBER = /\d[\d.]{15}/;

/**
 * Parses a JSON text, bytes that are not UTF-8 included (see `utf8.ts`).
 *
 * @throws SyntaxError as `JSON.parse` does
 */
export function readJson(body: Uint8Array): unknown {
  return parseExactJson(decodeUtf8(body));
}

/**
 * Parses a JSON text; numbers of more than 15 digits become strings with the digits as written.
 *
 * @throws SyntaxError as `JSON.parse` does
 */
export function parseExactJson(text: string): unknown {
  if (!MIGHT_HOLD_LONG_NUMBER.test(text) || !HOLDS_LONG_NUMBER.test(text)) return JSON.parse(text);
  return JSON.parse(
    text.replace(STRING_OR_LONG_NUMBER, token => (token.startsWith('"') ? token : `"${token}"`)),
  );
}
