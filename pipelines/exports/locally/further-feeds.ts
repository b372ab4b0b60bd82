import type pg from 'pg';
import type { OutgoingFile } from '../../../sinks/delivery.ts';
import { statement } from '../../../sinks/postgres/statement.ts';
import { type Chunk, spoolFile } from '../../../sinks/spool.ts';
import {
  type DelimitedLayout,
  type LayoutRow,
  renderHeader,
  renderRow,
} from '../../../transforms/layout.ts';
import { type ProductItem, productRow } from '../../../transforms/locally/product.ts';
import { type ReasonCount, reasonCount } from '../../../transforms/locally/reason.ts';
import { rowsOfCursor } from '../../orders/cursor.ts';
import type { Configuration } from '../../settings/schema.ts';
import { feedOf } from './settings.ts';

/** Files beside the stores' inventory, from the same staged items and stock. */
export interface FurtherFeeds {
  readonly files: readonly OutgoingFile[];
  readonly counts: readonly ReasonCount[];
}

const PRODUCT_COLUMNS = ['upc', 'name', 'image', 'description', 'url', 'price'];
/** In this order (Ship-to-Store page, "Available to Sell"). */
const AVAILABLE_COLUMNS = ['upc', 'qty', 'percent', 'shipping', 'country'];

/** Writes the product feed and the available-to-sell file, where the configuration asks for them. */
export async function writeFurtherFeeds(
  client: pg.PoolClient,
  configuration: Configuration,
  folder: string,
  signal: AbortSignal,
): Promise<FurtherFeeds> {
  const { product_feed: products, ship_to_store: available } = feedOf(configuration);
  const named = (name: string) => name.replaceAll('{merchant}', configuration.merchant);
  const files: OutgoingFile[] = [];
  const counts: ReasonCount[] = [];
  if (products !== undefined) {
    let withoutLink = 0;
    const links = { url: products.url, image: products.image };
    const rows = (item: ProductItem) => {
      const row = productRow(item, links);
      if (row === undefined) withoutLink++;
      return row;
    };
    await client.query(statement('exports/locally-products'));
    const lines = linesOf(client, PRODUCT_COLUMNS, rows);
    files.push(await spoolFile(folder, named(products.file_name), lines, signal));
    if (withoutLink > 0) counts.push(reasonCount('no_buy_link', withoutLink, '0'));
  }
  if (available !== undefined) {
    const { stores = null, percent, shipping, country } = available;
    await client.query(statement('exports/locally-available-to-sell'), [
      stores,
      String(percent),
      String(shipping),
      country,
    ]);
    const lines = linesOf(client, AVAILABLE_COLUMNS, (row: Record<string, string>) => row);
    files.push(await spoolFile(folder, named(available.file_name), lines, signal));
  }
  return { files, counts };
}

async function* linesOf<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  columns: readonly string[],
  rowOf: (row: Row) => LayoutRow | undefined,
): AsyncGenerator<Chunk> {
  const layout: DelimitedLayout = {
    kind: 'delimited',
    columns: columns.map(name => ({ name, from: name })),
    delimiter: ',',
    quoting: 'when_needed',
    header: true,
    lineEnd: '\n',
    encoding: 'utf-8',
  };
  yield { data: renderHeader(layout), rows: 0 };
  for await (const batch of rowsOfCursor<Row>(client, 'locally_products')) {
    const rows = batch.map(rowOf).filter(row => row !== undefined);
    yield { data: rows.map(row => renderRow(layout, row)).join(''), rows: rows.length };
  }
}
