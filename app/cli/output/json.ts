/** Pieces of stock, which add up to text elsewhere: exact figures never pass through a program's floating point. */
const QUANTITIES = new Set(['units', 'units_change']);

/** What stands as text among the figures that are at stake. */
const COUNTS = new Set(['rows']);

/** What Heartland sent, kept as it came: its names are not ours to change. */
const AS_IT_CAME = new Set(['content']);

/**
 * What a command came to, as the one line of `--json`. Every name is in snake_case; counts, seconds and hours are numbers;
 * money, quantities and numbers of records are text, exactly as they are; times are UTC (ISO 8601).
 */
export function jsonLine(result: object): string {
  return `${JSON.stringify(named(result))}\n`;
}

function named(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(named);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    const name = snakeCase(key);
    if (AS_IT_CAME.has(name)) return [name, inner];
    if (QUANTITIES.has(name) && typeof inner === 'number') return [name, String(inner)];
    if (COUNTS.has(name) && typeof inner === 'string') return [name, Number(inner)];
    return [name, named(inner)];
  });
  return Object.fromEntries(entries);
}

/** `stockAsOf` as `stock_as_of`, `NetSales` as `net_sales`; what is no such name, as a location's, stays as it is. */
function snakeCase(key: string): string {
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(key)) return key;
  return key.replace(/(?<=[a-z0-9])[A-Z]/g, letter => `_${letter}`).toLowerCase();
}
