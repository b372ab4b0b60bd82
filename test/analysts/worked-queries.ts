import type pg from 'pg';

/** Values as Postgres writes them: a Date or a float would be another thing. */
const AS_TEXT = {
  getTypeParser: () => (value: string) => value,
} as unknown as pg.CustomTypesConfig;

/** A query, and the place for its result where it has one. */
const STEP = /```sql\n([\s\S]*?)```(\n<!-- result -->\n[\s\S]*?<!-- \/result -->)?/g;

/** Runs every query of the page, in order, and answers the page with what each gave under it. */
export async function answered(page: string, client: pg.ClientBase): Promise<string> {
  const steps: string[] = [];
  for (const [, query, place] of page.matchAll(STEP)) {
    const result = await client.query({ text: query!, types: AS_TEXT });
    const told = `\n<!-- result -->\n\n${tableOf(result)}\n\n<!-- /result -->`;
    steps.push(`\`\`\`sql\n${query}\`\`\`${place === undefined ? '' : told}`);
  }
  return page.replace(STEP, () => steps.shift()!);
}

function tableOf({ fields, rows }: pg.QueryResult<Record<string, string | null>>): string {
  const isNumber = (name: string) =>
    rows.length > 0 && rows.every(row => row[name] === null || /^-?\d+(\.\d+)?$/.test(row[name]!));
  return [
    row(fields.map(({ name }) => name)),
    row(fields.map(({ name }) => (isNumber(name) ? '---:' : '---'))),
    ...rows.map(each => row(fields.map(({ name }) => cell(each[name] ?? null)))),
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function cell(value: string | null): string {
  if (value === null) return '';
  return value.replace(/\s+/g, ' ').replaceAll('|', '\\|');
}
