import { locallyDiff } from '../../../pipelines/exports/locally/diff.ts';
import { verifyFeed } from '../../../pipelines/exports/locally/verify.ts';
import { openOrders } from '../../../pipelines/orders/open-orders.ts';
import type { Configuration } from '../../../pipelines/settings/schema.ts';
import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import { localTime } from '../../../transforms/day.ts';
import { EXIT } from '../../../transforms/errors.ts';
import type { Context, GlobalOptions } from '../context.ts';
import { lookAtEach } from '../merchants.ts';
import { table } from './table.ts';

/** The actions of `tillstream locally` that make no feed. */
export const LOOKS = { diff, orders, verify } as const;

/** Shows what changed between the last two feeds. */
function diff(context: Context, options: GlobalOptions): Promise<number> {
  return lookAtEach(context, options, async warehouse => {
    const found = await locallyDiff(warehouse);
    const kinds = [
      ...(['new', 'left_out', 'sold_out', 'no_longer_sent'] as const),
      ...(['back', 'quantity', 'price'] as const),
    ];
    const text = [
      table(
        [
          { title: 'store' },
          ...kinds.map(kind => ({ title: kind.replaceAll('_', ' '), align: 'right' as const })),
        ],
        found.stores.map(store => [store.name, ...kinds.map(kind => store.counts[kind])]),
      ),
      ...found.stores
        .filter(store => store.changes.length > 0)
        .flatMap(store => [
          '',
          store.name,
          ...store.changes
            .slice(0, 20)
            .map(
              ({ kind, upc, before, after }) =>
                `  ${upc}  ${kind.replaceAll('_', ' ')}: ${inWords(before)} → ${inWords(after)}`,
            ),
        ]),
    ].join('\n');
    return { exitCode: EXIT.done, text, json: found };
  });
}

function inWords(line: { readonly qty: string; readonly price: string | undefined } | undefined) {
  if (line === undefined) return 'not in the feed';
  if (line.price === '') return `${line.qty}, no price`;
  return line.price === undefined ? line.qty : `${line.qty} at ${line.price}`;
}

/** Shows the open orders from Locally, by deadline. */
function orders(context: Context, options: GlobalOptions): Promise<number> {
  return lookAtEach(context, options, async (warehouse, { locally, timezone }) => {
    const open =
      locally?.orders === undefined ? [] : await openOrders(warehouse, locally.orders, new Date());
    const at = (moment: Date) => localTime(moment, timezone);
    const text =
      open.length === 0
        ? 'There are no open orders.'
        : table(
            ['order', 'UPC', 'units', 'placed', 'answer by', 'answer'].map(title => ({ title })),
            open.map(order => [
              ...[order.orderId, order.upc, order.qty, at(order.placedAt)],
              ...[at(order.respondBy), order.answer],
            ]),
          );
    return { exitCode: EXIT.done, text, json: { orders: open } };
  });
}

/** Shows what Locally shows of a sample of the last feed. */
function verify(context: Context, options: GlobalOptions): Promise<number> {
  const check = async (warehouse: Warehouse, configuration: Configuration) => {
    const found = await verifyFeed(
      { warehouse, configuration, now: () => new Date() },
      context.signal,
    );
    const text = table(
      ['store', 'UPC', 'sent', 'result'].map(title => ({ title })),
      found.products.map(product => [
        ...[product.locallyId, product.upc, product.sent, product.result],
      ]),
    );
    return { exitCode: EXIT.done, text, json: found };
  };
  return lookAtEach(context, options, check, ['locally']);
}
