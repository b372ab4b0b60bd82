import type { Account } from '../ledger/account.ts';
import type { Ticket } from '../ledger/documents.ts';

/** Sales orders that were written, which are no sales yet, and the invoices that were made of them. */
interface OrderBook {
  readonly orders: Ticket[];
  /** Order by the id of its invoice. */
  readonly invoiced: Map<number, Ticket>;
}

const books = new WeakMap<Account, OrderBook>();

export function orderBook(account: Account): OrderBook {
  const book = books.get(account) ?? { orders: [], invoiced: new Map() };
  books.set(account, book);
  return book;
}
