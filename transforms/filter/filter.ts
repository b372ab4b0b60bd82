/**
 * Heartland's filter language: the JSON that goes into `_filter` (Heartland API, "Filtering").
 *
 * Several keys of one object, several operators of one field and the members of a list all mean
 * AND. Fields have their API names; a custom field is `custom@key`; `{{cost}}` as a value stands for
 * the value of that field. {@link ./parse.ts} validates filters.
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

/** After a field: a value (equal to it), null (has no value), or operators that must all hold. */
type Condition = Scalar | null | Comparisons;

interface Comparisons {
  readonly $eq?: Scalar | null;
  readonly $neq?: Scalar | null;
  readonly $in?: readonly Scalar[];
  readonly $nin?: readonly Scalar[];
  readonly $gt?: Scalar;
  readonly $gte?: Scalar;
  readonly $lt?: Scalar;
  readonly $lte?: Scalar;
  /** Text with `*` for any characters, ignoring case. Without a `*`: the whole value. */
  readonly $like?: string;
}

/** Keys are field names, or `$and` and `$or` with a list of filters. */
export interface FilterObject {
  readonly [key: string]: Condition | readonly Filter[];
}

export type Filter = FilterObject | readonly Filter[];
