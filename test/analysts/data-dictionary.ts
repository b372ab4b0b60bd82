import { SECRET_COLUMNS } from '../../sinks/postgres/secret-columns.ts';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';

interface ColumnRow {
  readonly relation: string;
  readonly kind: 'table' | 'view';
  readonly about: string | null;
  readonly column: string;
  readonly type: string;
  readonly is_key: boolean;
  readonly comment: string | null;
}

/** Every table and view of a merchant's schema with its columns, read from the database's own catalogue. */
export async function columnsInDatabase(warehouse: Warehouse): Promise<readonly ColumnRow[]> {
  return warehouse.query<ColumnRow & Record<string, unknown>>(
    `select relation.relname as relation,
            case relation.relkind when 'v' then 'view' else 'table' end as kind,
            obj_description(relation.oid, 'pg_class') as about,
            attribute.attname as column,
            format_type(attribute.atttypid, attribute.atttypmod) as type,
            coalesce(attribute.attnum = any (keys.conkey), false) as is_key,
            col_description(relation.oid, attribute.attnum) as comment
     from pg_class as relation
     join pg_attribute as attribute on attribute.attrelid = relation.oid and attribute.attnum > 0 and not attisdropped
     left join pg_constraint as keys on keys.conrelid = relation.oid and keys.contype = 'p'
     where relation.relnamespace = $1::regnamespace and relation.relkind in ('r', 'v')
     order by relation.relname collate "C", attribute.attnum`,
    [warehouse.schema],
  );
}

const SECTIONS = [
  {
    title: 'Views',
    about:
      'Made for questions. Deleted rows are left out of them; their figures are exact decimals.',
    has: (row: ColumnRow) => row.kind === 'view' && !row.relation.startsWith('_'),
  },
  {
    title: 'Tables',
    about:
      'What Heartland holds, named as Heartland names it. A row that Heartland no longer holds keeps its place and has `_deleted_at`. Tables of people are there only where the configuration turns them on.',
    has: (row: ColumnRow) => row.kind === 'table' && !row.relation.startsWith('_'),
  },
  {
    title: 'Bookkeeping',
    about: 'What Tillstream remembers about its own work, and the views that others are made of.',
    has: (row: ColumnRow) => row.relation.startsWith('_') && row.relation !== '_migrations',
  },
] as const;

/** The columns that every table of Heartland's data ends with; told once. */
const EVERYWHERE = ['_extra', '_run_id', '_loaded_at', '_deleted_at'];

/** The data dictionary as Markdown. */
export function dictionaryOf(columns: readonly ColumnRow[]): string {
  const parts = SECTIONS.map(({ title, about, has }) => {
    const relations = Map.groupBy(columns.filter(has), row => row.relation);
    const list = [...relations].map(([name, rows]) => `- [${name}](#${name}): ${rows[0]!.about}`);
    const details = [...relations].map(([name, rows]) => relationOf(name, rows));
    return [`## ${title}`, about, list.join('\n'), ...details].join('\n\n');
  });
  return `${[
    '# Data dictionary',
    '<!-- Written by `npm run docs` from the database. Do not edit. -->',
    'Every merchant has a schema of its own with the same tables and views. The same comments are in the database: `\\d+ sales_by_class` in psql shows them.',
    `Each table of Heartland’s data ends with \`_extra\` (fields that the catalogue does not know yet), \`_run_id\` (run that last changed the row), \`_loaded_at\` (when it was last changed here) and \`_deleted_at\` (when Heartland no longer held it).`,
    'A column with 🔒 is secret: the reader for analysts may not select it, nor `_extra` beside it, and `select *` from its table is refused. [What to do](queries.md#connecting).',
    ...parts,
  ].join('\n\n')}\n`;
}

function relationOf(name: string, rows: readonly ColumnRow[]): string {
  const own = rows.filter(row => name.startsWith('_') || !EVERYWHERE.includes(row.column));
  const lines = own.map(
    ({ column, type, is_key, comment }) =>
      `| \`${column}\`${is_key ? ' 🔑' : ''}${SECRET_COLUMNS[name]?.includes(column) ? ' 🔒' : ''} | ${shortType(type)} | ${(comment ?? '').replaceAll('|', '\\|')} |`,
  );
  return [
    `### ${name}`,
    `${rows[0]!.about}.`,
    ['| column | type | what it is |', '|---|---|---|', ...lines].join('\n'),
  ].join('\n\n');
}

function shortType(type: string): string {
  return type.replace('timestamp with time zone', 'timestamptz');
}
