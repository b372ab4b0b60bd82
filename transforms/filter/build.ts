/**
 * Filters written in code: `and(field('price').gte(10), or(custom('color').like('blue*'), field('cost').eq(null)))`.
 *
 * The result is plain JSON data ({@link Filter}), ready for a request or for SQL.
 */
import type { Comparisons, Filter, FilterObject, Reference, Scalar } from './filter.ts';

/** The comparisons of one field. */
export interface FieldBuilder {
  /** Null asks for rows where the field has no value. */
  eq(value: Scalar | null): FilterObject;
  /** As in SQL, rows where the field has no value are not among them. Null asks for rows that have any value. */
  neq(value: Scalar | null): FilterObject;
  in(values: readonly Scalar[]): FilterObject;
  nin(values: readonly Scalar[]): FilterObject;
  gt(value: Scalar): FilterObject;
  gte(value: Scalar): FilterObject;
  lt(value: Scalar): FilterObject;
  lte(value: Scalar): FilterObject;
  /** `*` stands for any characters; upper and lower case are alike. */
  like(pattern: string): FilterObject;
}

/** A field by its name in the API. */
export function field(name: string): FieldBuilder {
  const compare = (comparisons: Comparisons): FilterObject => ({ [name]: comparisons });
  return {
    eq: value => compare({ $eq: value }),
    neq: value => compare({ $neq: value }),
    in: values => compare({ $in: values }),
    nin: values => compare({ $nin: values }),
    gt: value => compare({ $gt: value }),
    gte: value => compare({ $gte: value }),
    lt: value => compare({ $lt: value }),
    lte: value => compare({ $lte: value }),
    like: pattern => compare({ $like: pattern }),
  };
}

/** A custom field by its key. */
export function custom(key: string): FieldBuilder {
  return field(`custom@${key}`);
}

/** The value of another field of the same row, as something to compare with. */
export function ref(name: string): Reference {
  return `{{${name}}}`;
}

/** All of them hold. */
export function and(...filters: readonly Filter[]): FilterObject {
  return { $and: filters };
}

/** At least one of them holds. */
export function or(...filters: readonly Filter[]): FilterObject {
  return { $or: filters };
}
