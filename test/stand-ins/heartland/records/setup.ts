import { dollars, ratio } from '../decimal.ts';
import { type Account, FIRST_ID } from '../ledger/account.ts';
import type { Fields } from '../query/rows.ts';
import { STAMPS, uuidOf } from './stamps.ts';

/** A record of the account's set-up, made before the first day. */
export interface SetUp {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export function named(account: Account, names: readonly string[]): readonly SetUp[] {
  const { createdAt } = account.locations[0]!;
  return names.map((name, n) => ({ id: FIRST_ID + n, name, createdAt, updatedAt: createdAt }));
}

export const JURISDICTION: Fields<SetUp> = {
  id: each => each.id,
  name: each => each.name,
  type: each => (each.name.length === 2 ? 'StateJurisdiction' : 'PostalCodeJurisdiction'),
  country: () => 'US',
  state: () => 'IL',
  postal_codes: each => (each.name.length === 2 ? null : '60601,60602'),
  tax_holiday_start: () => '2026-08-01',
  tax_holiday_end: () => null,
};

export const TAX_RULE: Fields<SetUp> = {
  id: each => each.id,
  name: each => each.name,
  amount: () => ratio(0.0825),
  minimum_price: each => (each.id === FIRST_ID ? null : dollars(5314)),
  liability_account_id: () => null,
  jurisdiction_id: each => each.id,
  type: () => 'PercentageRule',
  maximum_price: () => null,
  tax_amount_below_minimum: () => false,
  archived: each => each.id !== FIRST_ID,
  customer_filter: () => '{"$and":[{"custom@taxed":{"$eq":"true"}}]}',
  item_filter: () => null,
  financial_error: () => false,
  ...STAMPS,
};

export const PROMOTION: Fields<SetUp> = {
  id: each => each.id,
  name: each => each.name,
  start_at: () => '2026-01-21 00:00:00',
  end_at: () => null,
  rank: each => each.id - FIRST_ID + 1,
  condition_definition: () => ({ $and: [{ 'customer.custom.level': { $eq: 'gold' } }] }),
  action_definition: () => [{ type: 'DiscountItem', params: { discount: 0.3 } }],
  'archived?': each => each.id !== FIRST_ID,
  'disabled?': () => false,
  ...STAMPS,
};

const { rank: _, ...NO_RANK } = PROMOTION;

export const COUPON: Fields<SetUp> = {
  ...NO_RANK,
  code: each => each.name.toLowerCase().replaceAll(' ', ''),
};

export const WEBHOOK: Fields<SetUp> = {
  id: each => each.id,
  url: each => `https://hooks.example/${each.name}`,
  events: () => ['item_created', 'item_updated'],
  ...STAMPS,
};

export const PAYMENT_TYPE: Fields<SetUp> = {
  id: each => each.id,
  public_id: each => each.name.toLowerCase(),
  name: each => each.name,
  payment_account_id: () => null,
  kind: each => (each.name === 'Gift Card' ? 'GiftCardPaymentType' : 'PaymentType'),
  description: each => each.name,
  custom_field_group: each => `payment_type.${each.name.toLowerCase()}`,
  key: each => each.name.toLowerCase(),
  accept_on_sales_order: () => true,
  default_to_amount_due: () => true,
  builtin: () => true,
  'active?': () => true,
  payment_process_type: () => 'manual',
  capture_url: () => 'https://pay.example/capture?key=secret',
  deposit_account_id: () => null,
  max_refund_amount: () => dollars(50_000),
  financial_error: () => false,
  expiration_account_id: () => null,
  ...STAMPS,
};

export const SHIPPING_METHOD: Fields<SetUp> = {
  id: each => each.id,
  metadata: () => null,
  name: each => each.name,
  'active?': () => true,
  income_account_id: () => null,
  amount: () => dollars(999),
  uuid: each => uuidOf('shipping', each.id),
  financial_error: () => false,
};

export const GIFT_CARD_REASON: Fields<SetUp> = {
  id: each => each.id,
  name: each => each.name,
  description: each => `${each.name} of the balance`,
  account_id: () => null,
  'active?': () => true,
  builtin: () => false,
  financial_error: () => false,
  ...STAMPS,
};

export const GIFT_CARD: Fields<SetUp> = {
  id: each => each.id,
  number: each => each.name,
  expires_at: () => '2030-08-05',
  uuid: each => uuidOf('gift', each.id),
  balance: each => dollars((each.id - FIRST_ID) * 1234),
  ...STAMPS,
};

/** Each card got its balance by one adjustment. */
export const GIFT_CARD_ADJUSTMENT: Fields<SetUp> = {
  id: each => each.id,
  gift_card_id: each => each.id,
  gift_card_number: each => each.name,
  reason_id: () => FIRST_ID,
  delta_balance: each => dollars((each.id - FIRST_ID) * 1234),
  created_by_user_id: STAMPS.created_by_user_id,
  created_at: STAMPS.created_at,
  local_created_at: () => '2026-06-01T09:22:24-05:00',
};
