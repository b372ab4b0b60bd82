/**
 * Heartland's filter language as data: the JSON that goes into `_filter` (Heartland API, "Filtering").
 *
 * Several keys of one object, several operators of one field and the members of a list all mean AND. Fields are named
 * as in the API; a custom field is `custom@key`; a text that is a field name in double braces, `{{cost}}`, stands for
 * that field's value. A filter that came from outside is checked by {@link ./parse.ts}.
 */

export const OPERATORS = [
  '$eq',
  '$neq',
  '$in',
  '$nin',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$like',
] as const;

export type Operator = (typeof OPERATORS)[number];

/** A value a field is compared with. A text of the form `{{field}}` is a reference to another field. */
export type Scalar = string | number | boolean;

export type Reference = `{{${string}}}`;

/** What stands after a field: a value (equal to it), null (has no value), or operators, all of which must hold. */
type Condition = Scalar | null | Comparisons;

export interface Comparisons {
  readonly $eq?: Scalar | null;
  readonly $neq?: Scalar | null;
  readonly $in?: readonly Scalar[];
  readonly $nin?: readonly Scalar[];
  readonly $gt?: Scalar;
  readonly $gte?: Scalar;
  readonly $lt?: Scalar;
  readonly $lte?: Scalar;
  /** Text with `*` for any characters, upper and lower case alike. Without a `*` it is the whole value, in any case. */
  readonly $like?: string;
}

/** Keys are field names, or `$and` and `$or` with a list of filters. */
export interface FilterObject {
  readonly [key: string]: Condition | readonly Filter[];
}

export type Filter = FilterObject | readonly Filter[];
