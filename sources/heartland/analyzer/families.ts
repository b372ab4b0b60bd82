import type { Dimension } from './groups.ts';

/** A figure that the analyzer can compute. */
interface Metric {
  readonly about: string;
  /** Money and quantities of rows add up to their total; ratios and distinct counts do not. */
  readonly sort: 'money' | 'quantity' | 'ratio' | 'count' | 'days' | 'date';
  /** It reveals costs: a token without that permission gets a 500 for the whole request. */
  readonly isCost?: boolean;
  /** Dates it needs in addition to those of its family. */
  readonly alsoNeeds?: readonly DateParameter[];
  /** Not documented, but in use. */
  readonly isUndocumented?: boolean;
}

export type DateParameter = 'start_date' | 'end_date';

/** Metrics that share their records, their groups and the dates they need. */
interface Family {
  readonly name: string;
  readonly about: string;
  /** The groups they allow. */
  readonly groupedBy: readonly Dimension[];
  readonly needs: readonly DateParameter[];
  /** Whether they are current values, whatever the dates. */
  readonly isOfNow?: boolean;
  readonly metrics: Readonly<Record<string, Metric>>;
}

const money = (about: string): Metric => ({ about, sort: 'money' });
const quantity = (about: string): Metric => ({ about, sort: 'quantity' });
const count = (about: string): Metric => ({ about, sort: 'count' });
const cost = (about: string): Metric => ({ about, sort: 'money', isCost: true });

const SALES: Readonly<Record<string, Metric>> = {
  net_sales: money('Gross sales less markdowns and returns, without tax'),
  net_qty_sold: quantity('Units sold less units returned'),
  net_markdowns: money('Original price less selling price, net of returns'),
  net_margin: cost('Net sales less average cost at the time of sale'),
  net_margin_ratio: { about: 'Net margin as a share of net sales', sort: 'ratio', isCost: true },
  gross_sales: money('Sold at original price, returns not taken off'),
  gross_qty_sold: quantity('Units sold, returns not taken off'),
  gross_returns: money('Returned at original price'),
  gross_qty_returned: quantity('Units returned'),
  transaction_count: count('Tickets and invoices'),
  customer_count: count('Different customers'),
  item_count: count('Different items'),
};

const STOCK: Readonly<Record<string, Metric>> = {
  qty_owned: quantity('Units owned'),
  cost_owned: cost('Average cost of what is owned'),
  price_owned: money('Retail value, at today’s price, of what is owned'),
  qty_on_po: quantity('Units on purchase orders'),
  price_on_po: money('Retail value of what is on purchase orders'),
  qty_committed: quantity('Units promised to orders and layaways'),
  cost_committed: cost('Average cost of what is promised'),
  price_committed: money('Retail value of what is promised'),
  qty_in_transit: quantity('Units on the way from another location'),
  cost_in_transit: cost('Average cost of what is on the way'),
  price_in_transit: money('Retail value of what is on the way'),
  qty_on_hand: quantity('Units physically in the store'),
  cost_on_hand: cost('Average cost of what is in the store'),
  price_on_hand: money('Retail value of what is in the store'),
  qty_available: quantity('Units free for sale'),
  cost_available: cost('Average cost of what is free for sale'),
  price_available: money('Retail value of what is free for sale'),
};

const undocumented = (metric: Metric): Metric => ({ ...metric, isUndocumented: true });
const sold: readonly Dimension[] = [
  ...(['item', 'location', 'customer', 'date', 'time'] as const),
  // Not documented, but in use.
  ...(['vendor', 'user'] as const),
];
const stocked: readonly Dimension[] = ['item', 'location', 'vendor'];

/** Every family of metrics (Heartland API, Reporting › Metrics). */
const FAMILIES: readonly Family[] = [
  {
    name: 'source_sales',
    about: 'Sales, credited to the location that made them',
    groupedBy: sold,
    needs: [],
    metrics: { ...SALES, total_cost: undocumented(cost('Average cost of what was sold')) },
  },
  {
    name: 'location_sales',
    about: 'Sales, credited to the location that handed the goods over',
    groupedBy: sold,
    needs: [],
    metrics: {
      ...SALES,
      sellthrough: {
        about: 'Units sold as a share of those sold and those left',
        sort: 'ratio',
        alsoNeeds: ['end_date'],
      },
      inventory_turn: {
        about: 'How often the stock was sold',
        sort: 'ratio',
        isCost: true,
        alsoNeeds: ['start_date', 'end_date'],
      },
    },
  },
  {
    name: 'beginning_inventory',
    about: 'Stock at 00:00 of the first day',
    groupedBy: stocked,
    needs: ['start_date'],
    metrics: STOCK,
  },
  {
    name: 'ending_inventory',
    about: 'Stock at the last moment of the last day',
    groupedBy: stocked,
    needs: ['end_date'],
    metrics: STOCK,
  },
  {
    name: 'current_inventory',
    about: 'Stock at this moment; not documented, but in use',
    groupedBy: stocked,
    needs: [],
    isOfNow: true,
    metrics: {
      ...Object.fromEntries(
        Object.entries(STOCK).map(([name, metric]) => [name, undocumented(metric)]),
      ),
      last_sold_date: { about: 'Day it was last sold', sort: 'date', isUndocumented: true },
      days_since_last_sold: { about: 'Days since then', sort: 'days', isUndocumented: true },
      last_received_date: { about: 'Day it was last received', sort: 'date', isUndocumented: true },
      days_since_last_received: { about: 'Days since then', sort: 'days', isUndocumented: true },
    },
  },
  {
    name: 'shipping',
    about: 'Shipping',
    groupedBy: ['location'],
    needs: [],
    metrics: { net_shipping_income: money('Charged for shipping, less what was paid back') },
  },
  {
    name: 'payment',
    about: 'Payments',
    groupedBy: ['location', 'payment', 'credit_card_payment'],
    needs: [],
    metrics: {
      payment_type_count: count('Different ways of payment'),
      credit_card_type_count: count('Different credit cards'),
      payments_received: money('Received'),
      refunds: money('Paid back'),
      net_payments: money('Received less paid back'),
    },
  },
];

/** A metric with its family. */
export interface KnownMetric extends Metric {
  /** As the API names it: `location_sales.net_sales`. */
  readonly name: string;
  /** Without the family: `net_sales`. */
  readonly shortName: string;
  readonly family: Family;
  readonly needs: readonly DateParameter[];
}

/** Every metric by its name. */
export const METRICS: ReadonlyMap<string, KnownMetric> = new Map(
  FAMILIES.flatMap(family =>
    Object.entries(family.metrics).map(([shortName, metric]): [string, KnownMetric] => {
      const name = `${family.name}.${shortName}`;
      const needs = [...new Set([...family.needs, ...(metric.alsoNeeds ?? [])])];
      return [name, { ...metric, name, shortName, family, needs }];
    }),
  ),
);
