import type { Instant } from './calendar.ts';
import type { Ledger } from './ledger.ts';

/*
 * What reaches an account late, or reaches back: nothing here happens by itself.
 */

const STEP_MS = 60_000;

/** Gives a completed ticket another moment of completion, as a back-dated sale has; its goods moved when they moved. */
export function backDate(ledger: Ledger, ticketId: number, to: Instant): void {
  const ticket = ledger.tickets.find(({ id }) => id === ticketId);
  if (ticket === undefined || ticket.completedAt === null)
    throw new Error(`Ticket ${ticketId} is not complete.`);
  ledger.advanceTo(ledger.now + STEP_MS);
  ticket.completedAt = to;
  ledger.account.touch(ticket);
}

/** A change of stock that has its number, and its moment, before others can see it. */
export interface LateMovement {
  /** Lets everybody see it. */
  reveal(): void;
}

/** Books units in that are seen later than what is booked after them, as by a till whose transaction takes long. */
export function bookLate(
  ledger: Ledger,
  asked: { readonly itemId: number; readonly locationId: number; readonly qty: number },
): LateMovement {
  const { account } = ledger;
  ledger.advanceTo(ledger.now + STEP_MS);
  const item = account.itemAt(asked.itemId);
  const row = account.stock.reserve(account.now, item, account.locationAt(asked.locationId));
  return {
    reveal: () => {
      account.stock.reveal(row, account.item(asked.itemId).costCents ?? 0, asked.qty);
      account.version++;
    },
  };
}
