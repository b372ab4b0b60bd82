import { decodeUtf8 } from './utf8.ts';

/**
 * Reads JSON without losing a digit.
 *
 * A JavaScript number keeps 15 significant digits of a decimal exactly; Heartland's average costs have more
 * (`10.2494840425531915`). Numbers too long for that are handed on as text, which Postgres reads as `numeric`.
 */

/** A string is passed over from its first quote, so that digits inside it are left alone. */
const QUOTE_OR_LONG_NUMBER = /"|-?\d[\d.]{15,}(?:[eE][+-]?\d+)?/g;
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
  return JSON.parse(withLongNumbersAsText(text));
}

function withLongNumbersAsText(text: string): string {
  let written = '';
  let from = 0;
  QUOTE_OR_LONG_NUMBER.lastIndex = 0;
  for (;;) {
    const found = QUOTE_OR_LONG_NUMBER.exec(text);
    if (found === null) return written + text.slice(from);
    const { 0: token, index } = found;
    if (token === '"') {
      QUOTE_OR_LONG_NUMBER.lastIndex = endOfString(text, index);
      continue;
    }
    written += `${text.slice(from, index)}"${token}"`;
    from = index + token.length;
  }
}

/**
 * Where the string that begins with the quote at `start` ends; the end of the text where it does not. A regular expression
 * for it fails at some ten million characters.
 */
export function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text[at - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
  return text.length;
}
