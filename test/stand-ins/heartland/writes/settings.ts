import type { Json, JsonRecord } from '../decimal.ts';
import type { Account } from '../ledger/account.ts';
import { notFound } from '../refusal.ts';
import { type Body, unfit } from './body.ts';

/** Settings that known clients read, as `settings/{key}` → `value` (H); an unknown key is a 404 (L). */
const KNOWN: JsonRecord = {
  company_name: 'Lakeside Outfitters',
  'company.logo_url': 'https://shop.example/logo.png',
  'springboard.feature_flags': {},
  'pos.tickets.customer_required': false,
  'pos.tickets.sales_rep_required': false,
  'pos.tickets.reason_of_adjusting_price_required': false,
};

const books = new WeakMap<Account, Map<string, Json>>();

/** The key that a path names, if it is one of the settings. */
export function settingOf(path: string): string | undefined {
  return /^settings\/([\w.]+)$/.exec(path)?.[1];
}

export function readSetting(account: Account, key: string): JsonRecord {
  const value = books.get(account)?.get(key) ?? KNOWN[key];
  if (value === undefined) throw notFound(`/api/settings/${key}`);
  return { key, value };
}

export function writeSetting(account: Account, key: string, body: Body): void {
  readSetting(account, key);
  if (!body.has('value')) throw unfit({ value: 'is required' });
  const book = books.get(account) ?? new Map<string, Json>();
  books.set(account, book);
  book.set(key, body.record.value ?? null);
}
