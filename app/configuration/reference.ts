/**
 * References in a configuration file: `${NAME}` stands for a value of the environment, `$${` for `${` itself.
 *
 * They are replaced after YAML was read, inside single texts, so a value can never change the structure.
 */

const BEGIN = '\uE000\uE000';
const END = '\uE001';

/**
 * Makes references plain characters for the YAML reader, as long as they were: `{ password: ${NAME} }` would end at
 * the first brace otherwise.
 */
export function protectReferences(text: string): string {
  return text.replace(/(\$?)\$\{(\w+)\}/g, (whole, escaped, name) =>
    escaped === '' ? `${BEGIN}${name}${END}` : whole,
  );
}

/** The text as it was written. */
export function restoreReferences(text: string): string {
  return text.replaceAll(BEGIN, `\${`).replaceAll(END, '}');
}

export type Part =
  | { readonly text: string }
  | { readonly name: string }
  | { readonly broken: string };

/** Takes a text apart: literal text, references by name, and what looks like a reference but is none. */
export function partsOf(text: string): Part[] {
  return [...text.matchAll(/\$\$\{|\$\{([^}]*)(\}?)|\$|[^$]+/g)].map(([whole, name, end]) => {
    if (whole === `$\${`) return { text: `\${` };
    if (name === undefined) return { text: whole };
    return end === '}' && /^[A-Za-z_]\w*$/.test(name) ? { name } : { broken: whole };
  });
}
