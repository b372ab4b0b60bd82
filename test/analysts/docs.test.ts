/** The pages in docs/ that follow from the database. `npm run docs` writes them anew. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogue } from '../../sources/heartland/streams/catalogue.ts';
import { type Account, syncedAccount } from './account.ts';
import { columnsInDatabase, dictionaryOf } from './data-dictionary.ts';
import { diagramOf, referencesOf } from './entity-diagram.ts';
import { answered } from './worked-queries.ts';

const docs = (name: string) => new URL(`../../docs/${name}`, import.meta.url).pathname;
const OUT_OF_DATE = 'docs/ is out of date: run npm run docs, and commit what it writes';
/** Everything that is not pulled unless it is asked for, so that its table is there. */
const ON_DEMAND = catalogue
  .flatMap(stream => [stream, ...(stream.children ?? [])])
  .filter(table => table.onDemand)
  .map(table => [table.name, true]);
let account: Account;

beforeAll(async () => {
  account = await syncedAccount({
    streams: Object.fromEntries(ON_DEMAND),
    personal_data: { customers: true, customer_addresses: true, users: true },
  });
  const { ledger } = account.heartland;
  const item = ledger.items[30]!;
  ledger.advanceTo('2026-11-21T19:00:00Z');
  ledger.changeItem(item.id, {
    priceCents: item.priceCents! - 500,
    custom: { ...item.custom, class_code: '210' },
  });
  await account.sync('2026-11-21T20:00:00Z');
});
afterAll(() => account.close());

test('the data dictionary is that of the database', async () => {
  const columns = await columnsInDatabase(account.work.warehouse);
  await expect(dictionaryOf(columns), OUT_OF_DATE).toMatchFileSnapshot(docs('data-dictionary.md'));
});

test('every table, view and column says what it is', async () => {
  const columns = await columnsInDatabase(account.work.warehouse);
  const silent = columns
    .filter(row => !row.comment || !row.about)
    .map(row => `${row.relation}.${row.column}`);
  expect(silent).toEqual([]);
});

test('the diagram is that of the stream catalogue', async () => {
  await expect(diagramOf(catalogue), OUT_OF_DATE).toMatchFileSnapshot(docs('entity-diagram.md'));
});

test('every line of the diagram joins columns that are there and comparable', async () => {
  const columns = await columnsInDatabase(account.work.warehouse);
  const typeOf = (table: string, column: string) =>
    columns.find(row => row.relation === table && row.column === column)?.type;
  for (const { from, column, to, key } of referencesOf(catalogue)) {
    expect([from, column, typeOf(from, column)]).toEqual([from, column, typeOf(to, key)]);
    const [row] = await account.query<{ rows: string; found: string }>(
      `select count(*) as rows, count(other."${key}") as found
       from "${from}" as own left join "${to}" as other on other."${key}" = own."${column}"
       where own."${column}" is not null and exists (select from "${to}")`,
    );
    expect([from, column, row!.found === '0' && row!.rows !== '0']).toEqual([from, column, false]);
  }
});

test('every worked query gives what the page says', async () => {
  const page = await readFile(docs('queries.md'), 'utf8');
  const open = await account.work.warehouse.begin();
  const { client } = open;
  try {
    await expect(await answered(page, client), OUT_OF_DATE).toMatchFileSnapshot(docs('queries.md'));
  } finally {
    await open.rollBack();
  }
});
