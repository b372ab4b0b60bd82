import type { Day, Instant } from './calendar.ts';

/*
 * The documents of the account. Money is in whole cents; quantities are plain numbers, in quarters at the finest, so that
 * every sum and every quantity x cost is exact in a double. They change only through the ledger's actions.
 */

interface Stamped {
  readonly id: number;
  readonly createdAt: Instant;
  updatedAt: Instant;
}

/** A thing that is sold. `custom` holds the tenant's own fields: unset is absent, null or "". */
export interface Item extends Stamped {
  publicId: string;
  description: string | null;
  longDescription: string | null;
  costCents: number | null;
  priceCents: number | null;
  originalPriceCents: number | null;
  custom: Readonly<Record<string, string | null>>;
  isActive: boolean;
  allowsFractionalQty: boolean;
  /** Services and fees have no stock. Default true. */
  tracksInventory?: boolean;
  primaryVendorId: number | null;
  gridId: number | null;
}

/** A store, or a sales channel: a channel is credited with sales and never holds stock. */
export interface Location extends Stamped {
  publicId: string;
  name: string;
  readonly zone: string;
  readonly timezoneIdentifierId: number;
  readonly isChannel: boolean;
  isActive: boolean;
  readonly stationId: number;
}

export interface Vendor extends Stamped {
  readonly publicId: string;
  readonly name: string;
  readonly isActive: boolean;
}

export interface Customer extends Stamped {
  readonly publicId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
}

export interface OrderLine extends Stamped {
  itemId: number;
  readonly qty: number;
  readonly unitCostCents: number;
  qtyReceived: number;
}

/** A purchase order. On order while `open`; the location may be missing. */
export interface Order extends Stamped {
  readonly publicId: string;
  status: 'pending' | 'open' | 'closed' | 'canceled';
  readonly vendorId: number;
  readonly locationId: number | null;
  readonly description: string | null;
  readonly startsShippingOn: Day;
  readonly endsShippingOn: Day;
  readonly lines: readonly OrderLine[];
}

export interface ReceiptLine extends Stamped {
  itemId: number;
  readonly qty: number;
  readonly unitCostCents: number;
  readonly orderLineId: number | null;
}

/** Goods in, with or without an order. Stock moves when it is complete. */
export interface Receipt extends Stamped {
  readonly publicId: string;
  status: 'pending' | 'complete';
  readonly orderId: number | null;
  readonly vendorId: number;
  readonly locationId: number;
  completedAt: Instant | null;
  readonly lines: readonly ReceiptLine[];
}

export interface StockLine extends Stamped {
  itemId: number;
  readonly qty: number;
  readonly unitCostCents: number;
}

/** Goods back to the vendor. Stock moves when it is complete. */
export interface VendorReturn extends Stamped {
  readonly publicId: string;
  status: 'pending' | 'complete';
  readonly vendorId: number;
  readonly locationId: number;
  completedAt: Instant | null;
  readonly lines: readonly StockLine[];
}

export interface TransferLine extends Stamped {
  itemId: number;
  readonly qtyShipped: number;
  qtyReceived: number;
  qtyLost: number;
  readonly unitCostCents: number;
}

/** Goods between two stores: out when shipped, in transit at the destination, in (or lost) when received. */
export interface Transfer extends Stamped {
  status: 'in_transit' | 'complete';
  readonly fromLocationId: number;
  readonly toLocationId: number;
  readonly shippedAt: Instant;
  receivedAt: Instant | null;
  readonly lines: readonly TransferLine[];
}

/** A count corrected, or the opening stock. Stock moves when it is complete. */
export interface AdjustmentSet extends Stamped {
  status: 'pending' | 'complete';
  readonly reasonId: number;
  readonly locationId: number;
  readonly note: string | null;
  completedAt: Instant | null;
  readonly lines: readonly StockLine[];
}

/** Goods sold (qty > 0) or brought back (qty < 0). `valueCents` = qty x adjusted price, discounts already off. */
export interface ItemLine extends Stamped {
  readonly type: 'ItemLine';
  itemId: number;
  readonly qty: number;
  readonly valueCents: number;
  readonly adjustedUnitPriceCents: number;
  readonly originalUnitPriceCents: number;
  readonly unitCostCents: number;
}

/** Tax of the whole ticket, or (`DiscountLine`) the discount that an item line's price already holds. */
export interface MoneyLine extends Stamped {
  readonly type: 'TaxLine' | 'DiscountLine';
  readonly valueCents: number;
  readonly description: string;
  readonly itemLineId: number | null;
}

export type TicketLine = ItemLine | MoneyLine;

/**
 * A sale or a return at the till. `sourceLocationId` is credited with it, `locationId` (its station's) gives or takes the
 * goods. An incomplete ticket is a layaway: its goods are committed, not sold. A voided one counts nowhere.
 */
export interface Ticket extends Stamped {
  readonly publicId: string;
  readonly type: 'Ticket' | 'Return';
  status: 'incomplete' | 'complete' | 'void';
  readonly sourceLocationId: number;
  readonly locationId: number;
  readonly customerId: number | null;
  readonly parentId: number | null;
  completedAt: Instant | null;
  readonly totalCents: number;
  readonly taxCents: number;
  readonly lines: readonly TicketLine[];
  /** Payments as they were written; without them a completed ticket is paid in the ledger's own way. */
  readonly payments?: readonly { readonly cents: number; readonly type: string }[];
  /** Written with `affect_inventory: false`, as sales of an earlier system are: it moves no goods. */
  readonly isPaperOnly?: boolean;
}

/** The definition of a custom field. */
export interface CustomField {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly groupId: string;
  readonly required: boolean;
  readonly unique: boolean;
  readonly validationType: string | null;
}
