/** How differences are worded. */

/** How many lines of a long list are shown. */
const SHOWN = 5;

/** Lists the first lines, and how many more there are. */
export function listed(lines: readonly string[]): string {
  const rest = lines.length - SHOWN;
  return lines.slice(0, SHOWN).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}

/** Writes a figure with its sign, as a difference. */
export function signed(text: string): string {
  return text.startsWith('-') ? text : `+${text}`;
}

/** Names a place, as `location 2 class 110`. */
export function at(location: string, code: string | null): string {
  const place = `location ${location || '(none)'} `;
  return code === null ? place : `${place}class ${code || '(none)'} `;
}

export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
