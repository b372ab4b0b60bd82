import type { Day } from '../ledger/calendar.ts';
import { type Figures, NOTHING } from '../ledger/stock.ts';

/** Sales summed, in cents and units, and what was distinct among them. */
export interface SalesTally {
  grossCents: number;
  markdownCents: number;
  returnsCents: number;
  costCents: number;
  soldQty: number;
  returnedQty: number;
  readonly tickets: Set<number>;
  readonly customers: Set<number>;
  readonly items: Set<number>;
}

/** Stock summed; prices are those of today. */
export interface StockTally extends Figures {
  onHandPriceCents: number;
  onPoPriceCents: number;
  committedPriceCents: number;
  inTransitPriceCents: number;
  lastSoldOn: Day | null;
  lastReceivedOn: Day | null;
  /** The account's today at the place, where a report asks how long ago something was. */
  today: Day | null;
}

export interface PaymentTally {
  receivedCents: number;
  refundedCents: number;
  readonly types: Set<string>;
}

const noSales = (): SalesTally => ({
  grossCents: 0,
  markdownCents: 0,
  returnsCents: 0,
  costCents: 0,
  soldQty: 0,
  returnedQty: 0,
  tickets: new Set(),
  customers: new Set(),
  items: new Set(),
});

const noStock = (): StockTally => ({
  ...NOTHING,
  onHandPriceCents: 0,
  onPoPriceCents: 0,
  committedPriceCents: 0,
  inTransitPriceCents: 0,
  lastSoldOn: null,
  lastReceivedOn: null,
  today: null,
});

/** All that is summed for one row of a report; each part is made when it is first asked for. */
export class Tally {
  /** What is still to come on open purchase orders. */
  openOrderQty = 0;
  #source: SalesTally | undefined;
  #location: SalesTally | undefined;
  #beginning: StockTally | undefined;
  #ending: StockTally | undefined;
  #current: StockTally | undefined;
  #payment: PaymentTally | undefined;

  get source_sales(): SalesTally {
    this.#source ??= noSales();
    return this.#source;
  }
  get location_sales(): SalesTally {
    this.#location ??= noSales();
    return this.#location;
  }
  get beginning_inventory(): StockTally {
    this.#beginning ??= noStock();
    return this.#beginning;
  }
  get ending_inventory(): StockTally {
    this.#ending ??= noStock();
    return this.#ending;
  }
  get current_inventory(): StockTally {
    this.#current ??= noStock();
    return this.#current;
  }
  get payment(): PaymentTally {
    this.#payment ??= { receivedCents: 0, refundedCents: 0, types: new Set() };
    return this.#payment;
  }
}
