/** The path of a value in the configuration: its keys from the top. */
export type Path = readonly PropertyKey[];

/** A path as text: `locally.deliver.port`, `class_codes[2]`, `locations["O'Fallon, MO"]`. */
export function dotted(path: Path): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      const name = String(key);
      if (!/^[\w-]+$/.test(name)) return `[${JSON.stringify(name)}]`;
      return index === 0 ? name : `.${name}`;
    })
    .join('');
}

/** Steps down a tree of plain values. */
export function valueAt(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (node, key) =>
      typeof node === 'object' && node !== null
        ? (node as Record<PropertyKey, unknown>)[key]
        : undefined,
    tree,
  );
}
