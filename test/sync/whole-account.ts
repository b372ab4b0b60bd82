import type { SmallAccount } from './small-account.ts';
import { differences, type Raw, readAll, readTable } from './truth.ts';

/** Where the documents of each table are, and how a document is told from another. */
const COLLECTIONS = {
  locations: 'locations',
  custom_fields: 'custom_fields',
  vendors: 'purchasing/vendors',
  items: 'items',
  purchase_orders: 'purchasing/orders',
  receipts: 'purchasing/receipts',
  purchase_returns: 'purchasing/returns',
  transfers: 'inventory/transfers',
  adjustment_sets: 'inventory/adjustment_sets',
  tickets: 'sales/tickets',
} as const;
const LINES: Readonly<Record<string, readonly [table: string, parentKey: string]>> = {
  purchase_orders: ['purchase_order_lines', 'order_id'],
  receipts: ['receipt_lines', 'receipt_id'],
  purchase_returns: ['purchase_return_lines', 'return_id'],
  transfers: ['transfer_lines', 'transfer_id'],
  adjustment_sets: ['adjustment_set_lines', 'adjustment_set_id'],
  tickets: ['ticket_lines', 'sales_transaction_id'],
};
const SALES = [
  'net_sales',
  'net_qty_sold',
  'net_markdowns',
  'gross_sales',
  'gross_qty_sold',
  'gross_returns',
  'gross_qty_returned',
];
const UNITS = ['on_hand', 'owned', 'available', 'committed', 'in_transit', 'on_po'].map(
  name => `qty_${name}`,
);
const LAST_DAY = 30;

/** Every difference between an account and its warehouse, table by table; none after a good sync. */
export async function allDifferences(account: SmallAccount): Promise<string[]> {
  const wrong: string[] = [];
  const check = checking(account, wrong);
  for (const [table, path] of Object.entries(COLLECTIONS)) {
    const documents = await readAll(account.heartland, path);
    await check(table, path, documents);
    const [linesTable, parentKey] = LINES[table] ?? [];
    if (linesTable === undefined || parentKey === undefined) continue;
    const lines: Raw[] = [];
    for (const { id } of documents)
      for (const line of await readAll(account.heartland, `${path}/${String(id).slice(1)}/lines`))
        lines.push({ ...line, [parentKey]: id });
    await check(linesTable, `${path}/lines`, lines);
  }
  const { heartland } = account;
  await check('inventory_transactions', 'inventory/transactions', [
    ...(await readAll(heartland, 'inventory/transactions', [
      ['_filter', '{"created_at":{"$gte":"2026-11-01T00:00:00Z"}}'],
    ])),
  ]);
  await check(
    'inventory_values',
    'inventory/values',
    await readAll(heartland, 'inventory/values', [
      ['group[]', 'item_id'],
      ['group[]', 'location_id'],
      ['sort[]', 'location_id'],
      ['sort[]', 'item_id'],
    ]),
    ['location_id', 'item_id'],
  );
  return [...wrong, ...(await reportDifferences(account))];
}

/**
 * The same, of reports alone.
 *
 * @param from first day of the kept history
 * @param monthEnds those that were pulled
 */
export async function reportDifferences(
  account: SmallAccount,
  from = '2026-11-01',
  monthEnds: readonly string[] = ['2026-09-30', '2026-10-31'],
): Promise<string[]> {
  const { heartland } = account;
  const wrong: string[] = [];
  const check = checking(account, wrong);
  const analyzer = (metrics: readonly string[], groups: readonly string[], dates: string[][]) =>
    readAll(heartland, 'reporting/analyzer', [
      ...metrics.map((metric): [string, string] => ['metrics[]', metric]),
      ...groups.flatMap((group): [string, string][] => [
        ['groups[]', group],
        ['sort[]', group],
      ]),
      ...dates.map(([name, date]): [string, string] => [name!, date!]),
    ]);
  const saleKey = ['business_date', 'location_number', 'item_number'];
  for (const [table, metrics] of [
    ['sales_daily', SALES],
    ['sales_margin_daily', ['net_margin']],
  ] as const) {
    const documents = await analyzer(
      metrics.map(metric => `location_sales.${metric}`),
      ['date.date', 'location.public_id', 'item.public_id'],
      [
        ['start_date', from],
        ['end_date', `2026-11-${LAST_DAY}`],
      ],
    );
    await check(table, 'reporting/analyzer', documents, saleKey);
  }
  for (const [table, metrics] of [
    ['inventory_month_end', [...UNITS, 'price_on_hand', 'price_owned']],
    ['inventory_cost_month_end', ['cost_on_hand', 'cost_owned', 'cost_in_transit']],
  ] as const) {
    const documents: Raw[] = [];
    for (const date of monthEnds)
      for (const row of await analyzer(
        metrics.map(metric => `ending_inventory.${metric}`),
        ['location.public_id', 'item.public_id'],
        [['end_date', date]],
      ))
        documents.push({ ...row, as_of_date: date });
    await check(table, 'reporting/analyzer', documents, [
      'as_of_date',
      'location_number',
      'item_number',
    ]);
  }
  return wrong;
}

function checking(account: SmallAccount, wrong: string[]) {
  return async (table: string, path: string, documents: Raw[], key = ['id']) => {
    if (documents.length === 0) wrong.push(`${path} has nothing to compare`);
    wrong.push(...differences(path, documents, await readTable(account, table), key));
  };
}
