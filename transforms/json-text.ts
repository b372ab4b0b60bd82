/** JSON text of values that somebody else sent, whatever they hold. */

/**
 * Objects and lists inside one another that are written as JSON. JavaScript's own writer and Postgres' reader go one call
 * deeper for each, and fail at some thousand; no real record of Heartland's has more than a handful.
 */
export const DEEPEST = 100;

/** Why a value cannot be stored as JSON, or undefined when it can. */
export function whyNotJson(value: unknown): string | undefined {
  let level: readonly unknown[] = [value];
  let why: string | undefined;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return TOO_DEEP;
    const below: unknown[] = [];
    for (const each of level) {
      if (each === Number.POSITIVE_INFINITY || each === Number.NEGATIVE_INFINITY) why = TOO_LARGE;
      if (typeof each !== 'object' || each === null) continue;
      for (const inner of Object.values(each)) {
        if (typeof inner === 'object' || typeof inner === 'number') below.push(inner);
      }
    }
    level = below;
  }
  return why;
}

const TOO_DEEP = `holds lists or objects more than ${DEEPEST} deep in one another`;
/** What JSON writes as 1e400 is infinite here, and would be written as null. */
const TOO_LARGE = 'holds a number too large to be kept';

/**
 * Any value as JSON text, undefined as `undefined`. One that is nested too deeply is written without recursion: as a JSON
 * text that holds the JSON, since no reader of JSON would take it otherwise.
 */
export function jsonText(value: unknown): string {
  if (!isTooDeep(value)) return JSON.stringify(value) ?? 'undefined';
  return JSON.stringify(deepText(value));
}

function isTooDeep(value: unknown): boolean {
  return whyNotJson(value) === TOO_DEEP;
}

/** A part that is still to be written: a value, or text that is written as it is. */
type Part = { readonly value: unknown } | { readonly text: string };

function deepText(value: unknown): string {
  let text = '';
  const parts: Part[] = [{ value }];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    if ('text' in part) text += part.text;
    else if (typeof part.value !== 'object' || part.value === null) {
      text += JSON.stringify(part.value) ?? 'null';
    } else {
      for (const inner of partsOf(part.value).toReversed()) parts.push(inner);
    }
  }
  return text;
}

function partsOf(value: object): readonly Part[] {
  if (Array.isArray(value)) {
    const items = value.flatMap((item: unknown, at): Part[] => [
      { text: at === 0 ? '' : ',' },
      { value: item },
    ]);
    return [{ text: '[' }, ...items, { text: ']' }];
  }
  const entries = Object.entries(value).flatMap(([key, inner], at): Part[] => [
    { text: `${at === 0 ? '' : ','}${JSON.stringify(key)}:` },
    { value: inner },
  ]);
  return [{ text: '{' }, ...entries, { text: '}' }];
}
