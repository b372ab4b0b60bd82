import type { Account } from '../ledger/account.ts';

type Id = number | string;

const books = new WeakMap<Account, Map<string, boolean>>();

/** Whether one record has another, as a user a role: as it was written last, or as it was from the start. */
export function isLinked(
  account: Account,
  kind: string,
  owner: Id,
  id: Id,
  fromTheStart: boolean,
): boolean {
  return books.get(account)?.get(`${kind} ${owner} ${id}`) ?? fromTheStart;
}

/** Gives a record another one, or takes it away. */
export function link(account: Account, kind: string, owner: Id, id: Id, isOn: boolean): void {
  const book = books.get(account) ?? new Map<string, boolean>();
  books.set(account, book);
  book.set(`${kind} ${owner} ${id}`, isOn);
  account.version++;
}
