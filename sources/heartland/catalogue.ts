import type { Stream } from './stream.ts';
import {
  adjustment_sets,
  purchase_orders,
  purchase_returns,
  receipts,
  transfers,
} from './streams/documents.ts';
import {
  inventory_cost_daily,
  inventory_daily,
  inventory_transactions,
  inventory_values,
} from './streams/inventory.ts';
import { custom_fields, items, locations, vendors } from './streams/master.ts';
import {
  sales_daily,
  sales_margin_daily,
  source_sales_daily,
  source_sales_margin_daily,
} from './streams/sales.ts';

/** Every stream, in the order a sync pulls them: what others are sliced by comes first. */
export const catalogue: readonly Stream[] = [
  locations,
  custom_fields,
  vendors,
  items,
  purchase_orders,
  receipts,
  purchase_returns,
  transfers,
  adjustment_sets,
  inventory_transactions,
  inventory_values,
  sales_daily,
  sales_margin_daily,
  source_sales_daily,
  source_sales_margin_daily,
  inventory_daily,
  inventory_cost_daily,
];
