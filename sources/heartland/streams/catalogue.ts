import { customers } from './customers.ts';
import {
  adjustment_sets,
  purchase_orders,
  purchase_returns,
  receipts,
  transfers,
} from './documents.ts';
import { gift_card_adjustment_reasons, gift_card_adjustments, gift_cards } from './gift-cards.ts';
import { webhooks } from './integrations.ts';
import {
  inventory_cost_month_end,
  inventory_month_end,
  inventory_transactions,
  inventory_values,
} from './inventory.ts';
import { custom_fields, item_grids, items, locations, vendors } from './master.ts';
import { payment_types, payments, shipping_methods } from './payments.ts';
import { coupons, promotion_rules, tax_jurisdictions, tax_rules } from './pricing.ts';
import {
  sales_daily,
  sales_margin_daily,
  source_sales_daily,
  source_sales_margin_daily,
} from './sales.ts';
import { invoices, sales_orders, tickets } from './sales-documents.ts';
import { permissions, roles, users } from './staff.ts';
import type { Stream } from './stream.ts';
import { traffic_counters, traffic_counts } from './traffic.ts';

/** Every stream, in the order a sync pulls them: streams that slice others come first. */
export const catalogue: readonly Stream[] = [
  locations,
  custom_fields,
  vendors,
  items,
  item_grids,
  purchase_orders,
  receipts,
  purchase_returns,
  transfers,
  adjustment_sets,
  inventory_transactions,
  inventory_values,
  payment_types,
  shipping_methods,
  tax_jurisdictions,
  tax_rules,
  promotion_rules,
  coupons,
  customers,
  tickets,
  sales_orders,
  invoices,
  payments,
  gift_card_adjustment_reasons,
  gift_cards,
  gift_card_adjustments,
  traffic_counters,
  traffic_counts,
  permissions,
  roles,
  users,
  webhooks,
  sales_daily,
  sales_margin_daily,
  source_sales_daily,
  source_sales_margin_daily,
  inventory_month_end,
  inventory_cost_month_end,
];
