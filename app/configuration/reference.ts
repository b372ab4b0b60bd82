/**
 * References in a configuration file: `${NAME}` stands for a value of the environment, `$${` for `${` itself.
 *
 * They are replaced within single values after YAML was parsed, so a value cannot change the
 * structure.
 */

const BEGIN = '\uE000\uE000';
const END = '\uE001';

/**
 * Replaces references by plain characters of the same length for the YAML reader.
 *
 * `{ password: ${NAME} }` would end at the first brace otherwise.
 */
export function protectReferences(text: string): string {
  return text.replace(/(\$?)\$\{(\w+)\}/g, (whole, escaped, name) =>
    escaped === '' ? `${BEGIN}${name}${END}` : whole,
  );
}

/** Undoes `protectReferences`. */
export function restoreReferences(text: string): string {
  return text.replaceAll(BEGIN, `\${`).replaceAll(END, '}');
}

export type Part =
  | { readonly text: string }
  | { readonly name: string }
  | { readonly broken: string };

/** Splits a text into literal text, references by name, and malformed references. */
export function partsOf(text: string): Part[] {
  return [...text.matchAll(/\$\$\{|\$\{([^}]*)(\}?)|\$|[^$]+/g)].map(([whole, name, end]) => {
    if (whole === `$\${`) return { text: `\${` };
    if (name === undefined) return { text: whole };
    return end === '}' && /^[A-Za-z_]\w*$/.test(name) ? { name } : { broken: whole };
  });
}
