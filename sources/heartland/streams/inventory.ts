import { z } from 'zod';
import {
  amount,
  id,
  keyDate,
  keyText,
  moment,
  quantity,
  ref,
} from '../../../transforms/columns.ts';
import type { Query } from '../client.ts';
import type { Stream } from '../stream.ts';
import { analyzerQuery } from './analyzer-query.ts';

export const inventory_values: Stream = {
  name: 'inventory_values',
  about: 'Stock at this moment: one row an item and location',
  path: 'inventory/values',
  key: ['location_id', 'item_id'],
  walk: {
    kind: 'by_page',
    slicedBy: 'location',
    sliceColumn: 'location_id',
    query: (locationId): Query => [
      ['group[]', 'item_id'],
      ['group[]', 'location_id'],
      ['location_id', locationId],
      ['sort[]', 'item_id'],
    ],
  },
  permissions: ['inventory.values.read'],
  row: z.object({
    location_id: id('Location'),
    item_id: id('Item'),
    qty: amount('Units owned'),
    qty_on_hand: quantity('Units physically there'),
    qty_committed: amount('Units promised to orders and layaways'),
    qty_on_po: amount('Units on open purchase orders'),
    qty_in_transit: amount('Units on the way from another location'),
    qty_available: quantity('Units free for sale'),
    unit_cost: amount('Average cost of one unit, with all its decimals'),
  }),
};

export const inventory_transactions: Stream = {
  name: 'inventory_transactions',
  about: 'Every change of stock, in the order it happened',
  path: 'inventory/transactions',
  key: ['id'],
  walk: { kind: 'by_key', changedBy: 'id', fromHistoryStart: true },
  permissions: ['inventory.transaction.read'],
  countsOn: ['created_at'],
  row: z.object({
    id: id('Heartland’s internal number'),
    item_id: ref('Item'),
    location_id: ref('Location'),
    unit_cost: amount('Cost of one unit'),
    delta_qty: amount('Change of units owned'),
    delta_qty_on_po: amount('Change of units on purchase orders'),
    delta_qty_committed: amount('Change of units committed'),
    delta_qty_in_transit: amount('Change of units in transit'),
    created_at: moment('When it happened'),
  }),
};

const place = {
  as_of_date: keyDate('End of this day, in the location’s own time zone'),
  location_number: keyText('Location number', 'location.public_id'),
  item_number: keyText('Item number', 'item.public_id'),
};

function endingInventory(
  name: string,
  about: string,
  metrics: Readonly<Record<string, string>>,
  permissions: readonly string[],
  costsIn?: string,
): Stream {
  return {
    name,
    about,
    path: 'reporting/analyzer',
    key: ['as_of_date', 'location_number', 'item_number'],
    walk: {
      kind: 'by_page',
      slicedBy: 'month_end',
      sliceColumn: 'as_of_date',
      stampSlice: true,
      isStock: true,
      ...(costsIn !== undefined && { costsIn }),
      shows: [
        'location.public_id',
        'item.public_id',
        ...('price_owned' in metrics ? ['item.price'] : []),
      ],
      query: date =>
        analyzerQuery({
          metrics: Object.keys(metrics).map(metric => `ending_inventory.${metric}`),
          groups: ['location.public_id', 'item.public_id'],
          endDate: date,
        }),
    },
    permissions: ['reporting.read', 'reporting.read.metric.ending_inventory', ...permissions],
    row: z.object({
      ...place,
      ...Object.fromEntries(
        Object.entries(metrics).map(([metric, comment]) => [
          metric,
          amount(comment, `ending_inventory.${metric}`),
        ]),
      ),
    }),
  };
}

export const inventory_daily = endingInventory(
  'inventory_daily',
  'Stock at the end of a day, in units and at the item’s current price',
  {
    qty_on_hand: 'Units physically there',
    qty_owned: 'Units owned',
    qty_available: 'Units free for sale',
    qty_committed: 'Units promised to orders and layaways',
    qty_in_transit: 'Units on the way',
    qty_on_po: 'Units on purchase orders',
    price_on_hand: 'Retail value of what is there',
    price_owned: 'Retail value of what is owned',
  },
  [],
  'inventory_cost_daily',
);

/** Asked for apart: a token without the permission for costs gets a 500, and the units must survive that. */
export const inventory_cost_daily = endingInventory(
  'inventory_cost_daily',
  'Stock at the end of a day, at average cost',
  {
    cost_on_hand: 'Cost of what is there',
    cost_owned: 'Cost of what is owned',
    cost_in_transit: 'Cost of what is on the way',
  },
  ['item.view_cost'],
);
