/** A parsed filter, as the JSON encoder and the SQL compiler read it. */
import type { Operator, Scalar } from './filter.ts';

export type Expression = Group | Comparison;

/** An empty `and` is true: it selects everything. */
interface Group {
  readonly kind: 'and' | 'or';
  readonly parts: readonly Expression[];
}

export interface Comparison {
  readonly kind: 'comparison';
  /** As in the API: `price`, `custom@color`, `item.custom@brand`. */
  readonly field: string;
  readonly operator: Operator;
  readonly operand: Operand;
  /** Its place in the filter, as `$or[1].price.$gt`, for messages. */
  readonly path: string;
}

export type Operand =
  | { readonly kind: 'null' }
  | { readonly kind: 'value'; readonly value: Scalar }
  | { readonly kind: 'list'; readonly values: readonly Scalar[] }
  | { readonly kind: 'reference'; readonly field: string };

/** The column of a field and the key of a custom field: `custom@color` → `custom`, `color`. */
export function splitField(field: string): { readonly base: string; readonly key?: string } {
  const at = field.indexOf('@');
  return at === -1 ? { base: field } : { base: field.slice(0, at), key: field.slice(at + 1) };
}
