/** What the fields of a filter are in the warehouse. */

export type ColumnType =
  | 'text'
  | 'numeric'
  | 'boolean'
  | 'timestamptz'
  | 'timestamp'
  | 'date'
  | 'bigint'
  | 'jsonb';

/** What a field of the filter is in SQL. */
interface FilterColumn {
  /** An expression of SQL, identifiers already quoted. It reaches the text as it is. */
  readonly sql: string;
  /** `jsonb` for the column that holds custom fields: `custom@color` is looked up in the column of `custom`. */
  readonly type: ColumnType;
}

/** Every field that a filter may name. */
export type FilterColumns = Readonly<Record<string, FilterColumn>>;
