/** The section `locally`: the inventory feed, its layout and its destinations. */
import { z } from 'zod';
import { destinations } from './destination.ts';
import { type Column, columns, delimiter, fileName, header, lineEnd } from './layout.ts';
import { guards, report, safetyStock } from './locally-checks.ts';
import { productFeed, shipToStore } from './locally-feeds.ts';
import { orders, verify } from './locally-orders.ts';
import { oneOf, wholeNumber, yesNo } from './value.ts';

const LOCALLY_COLUMNS = ['locally_id', 'upc', 'qty', 'price'] as const;
export type LocallyColumn = Column<(typeof LOCALLY_COLUMNS)[number]>;

/** The default is one `{locally_id}.csv` per store: `upc,qty,price`, comma, UTF-8 without BOM, LF. */
const layout = z.strictObject({
  file_name: fileName(['locally_id', 'merchant'])
    .optional()
    .describe(
      'Name of the file at Locally, always the same. Default {locally_id}.csv, ' +
        'or {merchant}.csv where files are combined.',
    ),
  columns: columns(LOCALLY_COLUMNS)
    .optional()
    .describe(
      'Columns in order. Default upc, qty, price; price only with send_price; ' +
        'locally_id first where files are combined.',
    ),
  delimiter: delimiter.default(',').describe('Between columns. Default a comma.'),
  header: header.default(true).describe('Whether the first line names the columns. Default true.'),
  line_end: lineEnd.default('lf').describe('lf or crlf. Default lf.'),
  bom: yesNo()
    .default(false)
    .describe('Whether the file starts with a byte order mark. Default false.'),
});

const FILTER =
  'a filter in Heartland’s filter language, such as { "active": true }, or a list of them';
const filter = z.record(z.string(), z.json(), FILTER);

export const locally = z
  .strictObject({
    files: oneOf(['per_store', 'combined'])
      .default('per_store')
      .describe('One file per store, or one for all of them.'),
    send_price: yesNo()
      .default(true)
      .describe(
        'Whether the current price is sent. false: Locally leaves its prices unchanged. ' +
          'Default true.',
      ),
    filter: z
      .union([filter, z.array(filter)], FILTER)
      .default({})
      .describe(
        'Which items are sent, in Heartland’s filter language; all filters of a list must match. ' +
          'Default: all items.',
      ),
    quantity: oneOf(['available', 'on_hand'])
      .default('available')
      .describe('Which quantity is sent: available (on hand less committed) or on_hand.'),
    sum_locations: yesNo()
      .default(false)
      .describe(
        'Whether locations with the same locally_id are one store, whose stock is summed. ' +
          'Default false: the same id twice is an error.',
      ),
    add_check_digit: yesNo()
      .default(false)
      .describe('Whether UPCs of 11 digits get a missing check digit. Default false.'),
    safety_stock: safetyStock.describe(
      'Units held back, so that the last one is not sold twice. ' +
        'A number, or by store, class and item.',
    ),
    zero_days: wholeNumber(1, 366)
      .default(30)
      .describe('For how many days a removed product is sent as 0. Default 30.'),
    keep_days: wholeNumber(1, 3660)
      .default(30)
      .describe(
        'After how many days the files of a feed are deleted from the warehouse, ' +
          'except the last two. Default 30.',
      ),
    guards: guards.describe(
      'Limits that hold a feed back when it differs too much from the last one.',
    ),
    report: report
      .optional()
      .describe('Mails a report of what was left out and why. Default: none.'),
    orders: orders.optional().describe('Orders that shoppers place on Locally. Default: not used.'),
    verify: verify
      .optional()
      .describe('Compares a sample of the last feed with what Locally shows. Default: never.'),
    product_feed: productFeed
      .optional()
      .describe('A file of the products with links to your web shop. Default: none.'),
    ship_to_store: shipToStore
      .optional()
      .describe('The available-to-sell file with five columns. Default: none.'),
    max_age_minutes: wholeNumber(0, 10_080)
      .default(60)
      .describe(
        'How old stock and items may be before they are pulled again; ' +
          '0: they are pulled for every feed. Default 60.',
      ),
    layout: layout.prefault({}).describe('The layout of the file.'),
    deliver: destinations.describe(
      'Where the file is sent: one destination, or a list that all get it.',
    ),
  })
  .transform(feed => ({
    ...feed,
    layout: {
      ...feed.layout,
      file_name: feed.layout.file_name ?? defaultFileName(feed.files),
      columns: feed.layout.columns ?? defaultColumns(feed.files, feed.send_price),
    },
  }));

export type LocallyConfiguration = z.infer<typeof locally>;

function defaultFileName(files: 'per_store' | 'combined'): string {
  return files === 'combined' ? '{merchant}.csv' : '{locally_id}.csv';
}

function defaultColumns(files: 'per_store' | 'combined', sendPrice: boolean): LocallyColumn[] {
  return LOCALLY_COLUMNS.filter(
    field => (field !== 'locally_id' || files === 'combined') && (field !== 'price' || sendPrice),
  ).map(field => ({ from: field, name: field }));
}
