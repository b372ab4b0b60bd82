import type { Day } from './calendar.ts';
import type { Days } from './days.ts';
import type { Location } from './documents.ts';
import { goods, inStock } from './goods.ts';
import { completeReceipt, endOrder, order, receive } from './purchasing.ts';
import type { Random } from './random.ts';
import { sell } from './selling.ts';
import { adjust, onePieceOf, receiveTransfer, ship } from './stockroom.ts';

/** Whose desk a document lands on. */
interface Desk {
  readonly days: Days;
  readonly day: Day;
  readonly first: Location;
  readonly second: Location;
  readonly vendorId: number;
  readonly random: Random;
}

/** By the day of the month: the documents that are not the everyday ones, so that every account has each of them. */
const DOCUMENTS: Readonly<Record<number, readonly [hour: number, write: (desk: Desk) => void]>> = {
  3: [17, neverFetched],
  5: [16.5, onePieceLost],
  6: [16, neverFinished],
  9: [10.5, notConfirmed],
  11: [13, withoutOrder],
  12: [11, toNowhere],
  15: [7, markDown],
  28: [16.5, completedNextMonth],
};

/** Notes the document of this day of the month, if there is one. */
export function planPaperwork(days: Days, day: Day, date: number): void {
  const document = DOCUMENTS[date];
  if (document === undefined) return;
  const [hour, write] = document;
  const first = days.stores[0]!;
  const second = days.stores[1] ?? first;
  const vendorId = days.account.vendors[0]!.id;
  const random = days.random(day, 'paperwork');
  days.note(first, day, hour, () => write({ days, day, first, second, vendorId, random }));
}

/** A layaway that stays one: its goods are committed for good. */
function neverFetched({ days, first, random }: Desk): void {
  const lines = inStock(days, first, random, 1);
  if (lines.length > 0) sell(days.account, { locationId: first.id, isLayaway: true, lines });
}

function onePieceLost({ days, day, first, second, random }: Desk): void {
  const { account } = days;
  const lines = inStock(days, first, random, 2);
  if (lines.length === 0 || first === second) return;
  const sent = ship(account, { fromLocationId: first.id, toLocationId: second.id, lines });
  days.note(second, day + 2, 11, () => {
    if (sent.status === 'in_transit') receiveTransfer(account, sent, onePieceOf(sent));
  });
}

/** A receipt and an adjustment that nobody ever completes: neither moves any stock. */
function neverFinished({ days, second, vendorId, random }: Desk): void {
  const { account } = days;
  receive(account, {
    vendorId,
    locationId: second.id,
    isPending: true,
    lines: goods(days, random, 1, 3),
  });
  adjust(account, { locationId: second.id, isPending: true, lines: goods(days, random, 1, 2) });
}

function notConfirmed({ days, day, first, vendorId, random }: Desk): void {
  const { account } = days;
  const pending = order(account, {
    vendorId,
    locationId: first.id,
    isPending: true,
    description: 'Not confirmed yet',
    lines: goods(days, random, 3, 6),
  });
  days.note(first, day + 35, 10.5, () => {
    if (pending.status === 'pending') endOrder(account, pending, 'canceled');
  });
}

function withoutOrder({ days, first, vendorId, random }: Desk): void {
  receive(days.account, { vendorId, locationId: first.id, lines: goods(days, random, 2, 5) });
}

/** An open order without a location. */
function toNowhere({ days, day, first, vendorId, random }: Desk): void {
  const { account } = days;
  const nowhere = order(account, { vendorId, locationId: null, lines: goods(days, random, 2, 4) });
  days.note(first, day + 40, 11, () => {
    if (nowhere.status === 'open') endOrder(account, nowhere, 'closed');
  });
}

/** Booked in one month, completed in the next: its stock moves only then. */
function completedNextMonth({ days, day, first, vendorId, random }: Desk): void {
  const { account } = days;
  const late = receive(account, {
    vendorId,
    locationId: first.id,
    isPending: true,
    lines: goods(days, random, 2, 4),
  });
  days.note(first, day + 4, 9.25, () => {
    if (late.status === 'pending') completeReceipt(account, late);
  });
}

/** Some prices drop for good: the old price becomes the original one. */
function markDown({ days, day }: Desk): void {
  const { account } = days;
  for (const item of account.items) {
    if (item.priceCents === null || !days.random(day, 'markdown', item.id).chance(0.03)) continue;
    item.originalPriceCents ??= item.priceCents;
    item.priceCents = Math.floor((item.priceCents * 0.8) / 100) * 100 + 99;
    account.touch(item);
  }
}
