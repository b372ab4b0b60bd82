import type { Account } from './ledger/account.ts';

const kept = new WeakMap<
  Account,
  Map<string, { version: number; documents: readonly unknown[] }>
>();

/**
 * Documents that follow from others, as payments from tickets: made when they are first asked for, and again when the
 * account has changed since.
 */
export function derived<T>(
  account: Account,
  name: string,
  make: (account: Account) => readonly T[],
): readonly T[] {
  const lists = kept.get(account) ?? new Map();
  kept.set(account, lists);
  const before = lists.get(name);
  if (before?.version === account.version) return before.documents as readonly T[];
  const documents = make(account);
  lists.set(name, { version: account.version, documents });
  return documents;
}
