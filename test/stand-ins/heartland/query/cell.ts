import { isRaw, type Json } from '../decimal.ts';
import { readInstant } from '../ledger/calendar.ts';
import { invalid } from '../refusal.ts';

/** A value as it compares: numbers by size, booleans, and texts. Timestamps compare as instants, in milliseconds. */
export type Comparable = number | string | boolean | null;

/** How the values of a field compare. */
export type Kind = 'number' | 'text' | 'boolean' | 'instant' | 'wall';

/** The kind of a field follows from its name where it is a time, else from the value. */
export function kindOf(name: string, value: Json): Kind {
  if (name.startsWith('local_')) return 'wall';
  if (name.endsWith('_at') && !name.endsWith('_shipments_at')) return 'instant';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'number' || isRaw(value) ? 'number' : 'text';
}

/** A stored value, ready to compare. */
export function stored(value: Json, kind: Kind): Comparable {
  if (value === null || value === undefined) return null;
  if (isRaw(value)) return Number(value.rawJSON);
  if (typeof value === 'object') return JSON.stringify(value);
  if (kind === 'instant' && typeof value === 'string') return readInstant(value);
  if (kind === 'wall' && typeof value === 'string') return value.slice(0, 19);
  return value;
}

/** A value from a filter, read as what it is compared with; a date alone means its midnight. */
export function asked(value: Json, kind: Kind, name: string): Comparable {
  if (value === null) return null;
  const text = String(isRaw(value) ? value.rawJSON : value);
  if (kind === 'text') return text;
  const read = READERS[kind](text);
  if (read === undefined)
    throw invalid(`"${text}" cannot be compared with ${name}.`, { [name]: kind });
  return read;
}

const READERS: Readonly<Record<Exclude<Kind, 'text'>, (text: string) => Comparable | undefined>> = {
  number: text => (text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text)),
  boolean: text =>
    ({ true: true, t: true, '1': true, false: false, f: false, '0': false })[text.toLowerCase()],
  instant: text => {
    // Without an offset it is taken as UTC, a date alone as 00:00 there.
    const hasOffset = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) && text.length > 10;
    const at = Date.parse(text.length <= 10 || hasOffset ? text : `${text.replace(' ', 'T')}Z`);
    return Number.isNaN(at) ? undefined : at;
  },
  wall: text =>
    /^\d{4}-\d\d-\d\d/.test(text)
      ? text.length <= 10
        ? `${text}T00:00:00`
        : text.slice(0, 19).replace(' ', 'T')
      : undefined,
};

/** Below, at or above zero as `a` sorts before, with or after `b`; a null after everything, as in Postgres. */
export function compare(a: Comparable, b: Comparable): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}
