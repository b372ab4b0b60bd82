/** The columns in the warehouse that the fields of a filter stand for. */

export type ColumnType =
  | 'text'
  | 'numeric'
  | 'boolean'
  | 'timestamptz'
  | 'timestamp'
  | 'date'
  | 'bigint'
  | 'jsonb';

/** A field of a filter in SQL. */
interface FilterColumn {
  /** An SQL expression with quoted identifiers. It goes into the statement unchanged. */
  readonly sql: string;
  /** `jsonb` for the column with custom fields: `custom@color` is looked up in `custom`. */
  readonly type: ColumnType;
}

/** The fields that a filter may name. */
export type FilterColumns = Readonly<Record<string, FilterColumn>>;
