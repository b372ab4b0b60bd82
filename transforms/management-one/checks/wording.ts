/** How differences are told. */

/** How many of a long list are named. */
const NAMED = 5;

/** The first of a list, and how many more there are. */
export function listed(lines: readonly string[]): string {
  const rest = lines.length - NAMED;
  return lines.slice(0, NAMED).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}

/** A figure with its sign, as a difference is written. */
export function signed(text: string): string {
  return text.startsWith('-') ? text : `+${text}`;
}

/** Where something is, as `location 2 class 110`. */
export function at(location: string, code: string | null): string {
  const place = `location ${location || '(none)'} `;
  return code === null ? place : `${place}class ${code || '(none)'} `;
}

export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
