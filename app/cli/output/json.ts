/** Units of stock are text, like all quantities: no program may round them. */
const QUANTITIES = new Set(['units', 'units_change']);

/** Counts that Postgres returns as text. */
const COUNTS = new Set(['rows']);

/** Content from Heartland is not renamed. */
const UNCHANGED = new Set(['content']);

/**
 * The result of a command as the one line of `--json`.
 *
 * Names are in snake_case. Counts, seconds and hours are numbers; money, quantities and record
 * numbers are text, exactly as stored; times are UTC (ISO 8601).
 */
export function jsonLine(result: object): string {
  return `${JSON.stringify(named(result))}\n`;
}

function named(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(named);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    const name = snakeCase(key);
    if (UNCHANGED.has(name)) return [name, inner];
    if (QUANTITIES.has(name) && typeof inner === 'number') return [name, String(inner)];
    if (COUNTS.has(name) && typeof inner === 'string') return [name, Number(inner)];
    return [name, named(inner)];
  });
  return Object.fromEntries(entries);
}

/** `stockAsOf` to `stock_as_of`, `NetSales` to `net_sales`; other keys, as a location, stay. */
function snakeCase(key: string): string {
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(key)) return key;
  return key.replace(/(?<=[a-z0-9])[A-Z]/g, letter => `_${letter}`).toLowerCase();
}
