import { DateTime } from 'luxon';
import type { Ledger } from '../stand-ins/heartland/ledger/ledger.ts';

/**
 * The month counted a second time, straight from the ledger's documents and movements, in whole numbers: quarters of a
 * piece and quarters of a cent. It shares no code with the export, and does not ask the stand-in's reports.
 */
export type Sums = Record<string, bigint>;

export interface OracleOptions {
  readonly start: string;
  readonly end: string;
  /** The class each item counts under; undefined leaves it out. */
  readonly classOf: (code: string | null | undefined) => string | undefined;
  readonly credit?: 'location' | 'source';
}

const FIGURES = [
  ...['Begin', 'Received', 'Returned', 'Transfer', 'Adjusted'].flatMap(threeOf),
  ...['SoldUnits', 'SoldCost', 'NetSales', 'Markdowns'],
  ...['End', 'OnOrder'].flatMap(threeOf),
];

function threeOf(name: string): string[] {
  return [`${name}Units`, `${name}Cost`, `${name}Retail`];
}

/** Figures by `location|class`, only those with any that is not zero, each as it must stand in the file. */
export function countMonth(
  ledger: Ledger,
  options: OracleOptions,
): Map<string, Record<string, string>> {
  const cells = new Map<string, Sums>();
  const items = new Map(ledger.items.map(item => [item.id, item]));
  const places = new Map(ledger.locations.map(location => [location.id, location]));

  const add = (locationId: number | null, itemId: number, amounts: Record<string, number>) => {
    const item = items.get(itemId);
    const place = locationId === null ? undefined : places.get(locationId);
    const code = item && options.classOf(item.custom.class_code);
    if (place === undefined || code === undefined) return;
    const key = `${place.publicId}|${code}`;
    const sums = cells.get(key) ?? Object.fromEntries(FIGURES.map(name => [name, 0n]));
    cells.set(key, sums);
    for (const [name, quarters] of Object.entries(amounts)) sums[name]! += BigInt(quarters);
  };
  const goods = (
    figure: string,
    locationId: number | null,
    line: { itemId: number; unitCostCents: number },
    qty: number,
  ) =>
    add(locationId, line.itemId, {
      [`${figure}Units`]: qty * 4,
      [`${figure}Cost`]: qty * 4 * line.unitCostCents,
      [`${figure}Retail`]: qty * 4 * (items.get(line.itemId)?.priceCents ?? 0),
    });
  const dayAt = (locationId: number, at: number) =>
    DateTime.fromMillis(at, { zone: places.get(locationId)!.zone }).toISODate()!;
  const isIn = (locationId: number, at: number | null) => {
    if (at === null) return false;
    const day = dayAt(locationId, at);
    return day >= options.start && day <= options.end;
  };

  for (const receipt of ledger.receipts) {
    if (receipt.status !== 'complete' || !isIn(receipt.locationId, receipt.completedAt)) continue;
    for (const line of receipt.lines) goods('Received', receipt.locationId, line, line.qty);
  }
  for (const sent of ledger.vendorReturns) {
    if (sent.status !== 'complete' || !isIn(sent.locationId, sent.completedAt)) continue;
    for (const line of sent.lines) goods('Returned', sent.locationId, line, line.qty);
  }
  for (const transfer of ledger.transfers) {
    const { fromLocationId, toLocationId, shippedAt, receivedAt } = transfer;
    for (const line of transfer.lines) {
      if (isIn(fromLocationId, shippedAt))
        goods('Transfer', fromLocationId, line, -line.qtyShipped);
      if (isIn(toLocationId, receivedAt)) goods('Transfer', toLocationId, line, line.qtyReceived);
    }
  }
  for (const set of ledger.adjustmentSets) {
    if (set.status !== 'complete' || !isIn(set.locationId, set.completedAt)) continue;
    for (const line of set.lines) goods('Adjusted', set.locationId, line, line.qty);
  }
  for (const order of ledger.orders) {
    if (order.status !== 'open') continue;
    for (const line of order.lines)
      goods('OnOrder', order.locationId, line, Math.max(line.qty - line.qtyReceived, 0));
  }
  for (const ticket of ledger.tickets) {
    const place = options.credit === 'source' ? ticket.sourceLocationId : ticket.locationId;
    if (ticket.status !== 'complete' || !isIn(place, ticket.completedAt)) continue;
    for (const line of ticket.lines) {
      if (line.type !== 'ItemLine') continue;
      const units = Math.abs(line.qty);
      const markdown = Math.round(units * line.originalUnitPriceCents) - Math.abs(line.valueCents);
      add(place, line.itemId, {
        SoldUnits: line.qty * 4,
        SoldCost: line.qty * 4 * line.unitCostCents,
        NetSales: line.valueCents * 4,
        Markdowns: (line.qty >= 0 ? markdown : -markdown) * 4,
      });
    }
  }
  countStock();
  return new Map(
    [...cells]
      .map(([key, sums]) => [key, texts(sums)] as const)
      .filter(([, figures]) => Object.values(figures).some(text => !/^[0.]+$/.test(text))),
  );

  function countStock(): void {
    const { movements: m } = ledger.account.stock;
    for (let row = 0; row < m.length; row++) {
      const qty = m.qty[row]!;
      if (Number.isNaN(qty)) continue;
      const location = ledger.account.locations[m.location[row]!]!;
      const line = {
        itemId: ledger.account.items[m.item[row]!]!.id,
        unitCostCents: m.unitCostCents[row]!,
      };
      const day = dayAt(location.id, m.at[row]!);
      if (day < options.start) goods('Begin', location.id, line, qty);
      if (day <= options.end) goods('End', location.id, line, qty);
    }
  }
}

function texts(sums: Sums): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sums).map(([name, quarters]) => [
      name,
      name.endsWith('Units') ? unitsOf(quarters) : moneyOf(quarters),
    ]),
  );
}

/** Quarters of a cent as dollars, halves away from zero. */
function moneyOf(quarters: bigint): string {
  const size = quarters < 0n ? -quarters : quarters;
  const cents = (size + 2n) / 4n;
  const text = `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
  return quarters < 0n && cents !== 0n ? `-${text}` : text;
}

/** Quarters of a piece, with two decimals only when they are not whole. */
function unitsOf(quarters: bigint): string {
  const size = quarters < 0n ? -quarters : quarters;
  const text = size % 4n === 0n ? `${size / 4n}` : `${size / 4n}.${(size % 4n) * 25n}`;
  return quarters < 0n ? `-${text}` : text;
}
