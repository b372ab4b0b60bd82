import type { LayoutRow } from '../layout.ts';

/** An item with the details for the product feed. */
export interface ProductItem {
  readonly upc: string;
  readonly item_number: string | null;
  readonly name: string | null;
  readonly description: string | null;
  /** With two decimals. */
  readonly price: string | null;
  readonly custom: unknown;
}

export interface ProductLinks {
  /** As `https://acme.example/p/{upc}`; `{item_number}` and `{custom@key}` too. */
  readonly url: string;
  /** As `custom@image_url`. */
  readonly image: string | undefined;
}

/**
 * A row of the product feed; undefined where the item lacks a value for the address of its page.
 *
 * The columns are those of Locally's Cart-to-Cart and product feeds: UPC, name, image, description,
 * URL, price.
 */
export function productRow(item: ProductItem, { url, image }: ProductLinks): LayoutRow | undefined {
  const values = [...url.matchAll(/\{([^}]+)\}/g)].map(([, name]) => fieldOf(item, name!));
  if (values.includes(undefined)) return undefined;
  let index = 0;
  return {
    upc: item.upc,
    name: oneLine(item.name),
    image: image === undefined ? null : (fieldOf(item, image) ?? null),
    description: oneLine(item.description),
    url: url.replace(/\{[^}]+\}/g, () => encodeURIComponent(values[index++]!)),
    price: item.price,
  };
}

function fieldOf(item: ProductItem, name: string): string | undefined {
  if (name === 'upc') return item.upc;
  if (name === 'item_number') return filled(item.item_number);
  const fields = item.custom;
  if (typeof fields !== 'object' || fields === null) return undefined;
  return filled((fields as Readonly<Record<string, unknown>>)[name.slice('custom@'.length)]);
}

function filled(value: unknown): string | undefined {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  return text === '' ? undefined : text.toWellFormed();
}

/** Puts text on one line, because some CSV readers fail on line breaks. */
function oneLine(text: string | null): string {
  return (text ?? '')
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
}
