import { dollars, type Json, quantity, ratio } from '../decimal.ts';
import { type Day, formatDay } from '../ledger/calendar.ts';
import type { Dimension } from './fact.ts';
import type { PaymentTally, SalesTally, StockTally, Tally } from './tally.ts';

export const FAMILIES = [
  'source_sales',
  'location_sales',
  'beginning_inventory',
  'ending_inventory',
  'current_inventory',
  'purchasing_order',
  'payment',
  'shipping',
] as const;
export type Family = (typeof FAMILIES)[number];

/** A figure of a report: what it is read from, and how it may be grouped. */
export interface Metric {
  readonly name: string;
  readonly family: Family;
  /** Other families it is computed from. */
  readonly also: readonly Family[];
  readonly dimensions: readonly Dimension[];
  /** Whether it gives away what goods cost, for which the API wants a permission of its own. */
  readonly isCost: boolean;
  readonly value: (tally: Tally) => Json;
}

const SALES: readonly Dimension[] = [
  'item',
  'vendor',
  'location',
  'customer',
  'date',
  'time',
  'user',
];
const STOCK: readonly Dimension[] = ['item', 'vendor', 'location'];

/** Definitions as the help centre gives them: net = gross - markdowns - returns, margin = net - cost when it was sold. */
const SALES_METRICS: Readonly<Record<string, (sales: SalesTally) => Json>> = {
  net_sales: sales => dollars(netCents(sales)),
  net_qty_sold: sales => quantity(sales.soldQty - sales.returnedQty),
  net_markdowns: sales => dollars(sales.markdownCents),
  net_margin: sales => dollars(netCents(sales) - sales.costCents),
  net_margin_ratio: sales =>
    netCents(sales) === 0 ? null : ratio((netCents(sales) - sales.costCents) / netCents(sales)),
  gross_sales: sales => dollars(sales.grossCents),
  gross_qty_sold: sales => quantity(sales.soldQty),
  gross_returns: sales => dollars(sales.returnsCents),
  gross_qty_returned: sales => quantity(sales.returnedQty),
  transaction_count: sales => sales.tickets.size,
  customer_count: sales => sales.customers.size,
  item_count: sales => sales.items.size,
  total_cost: sales => dollars(sales.costCents),
};

function netCents(sales: SalesTally): number {
  return sales.grossCents - sales.markdownCents - sales.returnsCents;
}

/** Owned and on hand are the same goods: those physically at the location. Price terms use the price of today. */
const STOCK_METRICS: Readonly<Record<string, (stock: StockTally) => Json>> = {
  qty_owned: stock => quantity(stock.onHand),
  cost_owned: stock => dollars(stock.onHandCents),
  price_owned: stock => dollars(stock.onHandPriceCents),
  qty_on_po: stock => quantity(stock.onPo),
  price_on_po: stock => dollars(stock.onPoPriceCents),
  qty_committed: stock => quantity(stock.committed),
  cost_committed: stock => dollars(stock.committedCents),
  price_committed: stock => dollars(stock.committedPriceCents),
  qty_in_transit: stock => quantity(stock.inTransit),
  cost_in_transit: stock => dollars(stock.inTransitCents),
  price_in_transit: stock => dollars(stock.inTransitPriceCents),
  qty_on_hand: stock => quantity(stock.onHand),
  cost_on_hand: stock => dollars(stock.onHandCents),
  price_on_hand: stock => dollars(stock.onHandPriceCents),
  qty_available: stock => quantity(stock.onHand - stock.committed),
  cost_available: stock => dollars(stock.onHandCents - stock.committedCents),
  price_available: stock => dollars(stock.onHandPriceCents - stock.committedPriceCents),
};

const PAYMENT_METRICS: Readonly<Record<string, (payment: PaymentTally) => Json>> = {
  payment_type_count: payment => payment.types.size,
  credit_card_type_count: () => 0,
  payments_received: payment => dollars(payment.receivedCents),
  refunds: payment => dollars(payment.refundedCents),
  net_payments: payment => dollars(payment.receivedCents - payment.refundedCents),
};

/** When goods were last sold and received at a place, as the web application asks (H); null where they never were. */
const LAST_METRICS: Readonly<Record<string, (stock: StockTally) => Json>> = {
  last_sold_date: stock => dayOrNull(stock.lastSoldOn),
  days_since_last_sold: stock => daysSince(stock, stock.lastSoldOn),
  last_received_date: stock => dayOrNull(stock.lastReceivedOn),
  days_since_last_received: stock => daysSince(stock, stock.lastReceivedOn),
};

function dayOrNull(day: Day | null): string | null {
  return day === null ? null : formatDay(day);
}

function daysSince(stock: StockTally, day: Day | null): number | null {
  return day === null || stock.today === null ? null : stock.today - day;
}

/** Whether a report needs the days of the last sale and receipt, which take a walk through all documents. */
export function needsLastDays(metrics: readonly Metric[]): boolean {
  return metrics.some(({ name }) => name.replace('current_inventory.', '') in LAST_METRICS);
}

function build(): Map<string, Metric> {
  const all = new Map<string, Metric>();
  const put = (metric: Omit<Metric, 'also'> & { also?: readonly Family[] }) =>
    all.set(metric.name, { also: [], ...metric });
  for (const family of ['source_sales', 'location_sales'] as const)
    for (const [key, value] of Object.entries(SALES_METRICS))
      put({
        name: `${family}.${key}`,
        family,
        dimensions: SALES,
        isCost: key.startsWith('net_margin') || key === 'total_cost',
        value: tally => value(tally[family]),
      });
  for (const family of ['beginning_inventory', 'ending_inventory', 'current_inventory'] as const)
    for (const [key, value] of Object.entries(STOCK_METRICS))
      put({
        name: `${family}.${key}`,
        family,
        dimensions: STOCK,
        isCost: key.startsWith('cost_'),
        value: tally => value(tally[family]),
      });
  for (const [key, value] of Object.entries(PAYMENT_METRICS))
    put({
      name: `payment.${key}`,
      family: 'payment',
      dimensions: ['location', 'payment'],
      isCost: false,
      value: tally => value(tally.payment),
    });
  put({
    name: 'shipping.net_shipping_income',
    family: 'shipping',
    dimensions: ['location'],
    isCost: false,
    value: () => dollars(0),
  });
  for (const [key, value] of Object.entries(LAST_METRICS))
    put({
      name: `current_inventory.${key}`,
      family: 'current_inventory',
      dimensions: STOCK,
      isCost: false,
      value: tally => value(tally.current_inventory),
    });
  put({
    name: 'purchasing_order.total_qty_open',
    family: 'purchasing_order',
    dimensions: STOCK,
    isCost: false,
    value: tally => quantity(tally.openOrderQty),
  });
  const crossed = { family: 'location_sales', dimensions: STOCK } as const;
  put({
    ...crossed,
    name: 'location_sales.sellthrough',
    also: ['ending_inventory'],
    isCost: false,
    value: ({ location_sales: sales, ending_inventory: ending }) => {
      const sold = sales.soldQty - sales.returnedQty;
      return sold + ending.onHand === 0 ? null : ratio(sold / (sold + ending.onHand));
    },
  });
  put({
    ...crossed,
    name: 'location_sales.inventory_turn',
    also: ['beginning_inventory', 'ending_inventory'],
    isCost: true,
    value: ({ location_sales: sales, beginning_inventory: from, ending_inventory: to }) => {
      const average = (from.onHandCents + to.onHandCents) / 2;
      return average === 0 ? null : ratio(sales.costCents / average);
    },
  });
  return all;
}

/** Every metric by its name (Heartland API, Reporting › Metrics), and those that only the web application uses. */
export const METRICS: ReadonlyMap<string, Metric> = build();
