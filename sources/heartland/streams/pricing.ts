import { z } from 'zod';
import {
  amount,
  day,
  id,
  json,
  ref,
  wallClock,
  words,
  yesNo,
} from '../../../transforms/columns.ts';
import { recordFields } from './master.ts';
import type { Stream } from './stream.ts';

/** Short lists, each read whole. */
const walk = { kind: 'by_key' } as const;

export const tax_jurisdictions: Stream = {
  name: 'tax_jurisdictions',
  about: 'States and postal codes that tax rules apply to',
  path: 'sales/tax_jurisdictions',
  key: ['id'],
  walk,
  permissions: ['sales.tax.manage'],
  row: z.object({
    id: id('Heartland’s internal number'),
    name: words('Name'),
    type: words('StateJurisdiction or PostalCodeJurisdiction'),
    country: words('Country'),
    state: words('State'),
    postal_codes: json('Postal codes, of a PostalCodeJurisdiction'),
    tax_holiday_start: day('First day without tax'),
    tax_holiday_end: day('Last day without tax'),
    ...recordFields,
  }),
};

export const tax_rules: Stream = {
  name: 'tax_rules',
  about: 'What is taxed, and how much',
  path: 'sales/tax_rules',
  key: ['id'],
  walk,
  permissions: ['sales.tax.manage'],
  row: z.object({
    id: id('Heartland’s internal number'),
    name: words('Name'),
    type: words('PercentageRule or FlatPerItemRule'),
    amount: amount('Share, or amount of one item'),
    jurisdiction_id: ref('Jurisdiction; everywhere, where there is none'),
    minimum_price: amount('Price from which an item is taxed'),
    maximum_price: amount('Price above which an item is not taxed'),
    tax_amount_below_minimum: yesNo('Whether the part below the minimum is taxed too'),
    archived: yesNo('Whether it is archived'),
    customer_filter: json('Customers it applies to, in the filter language'),
    item_filter: json('Items it applies to, in the filter language'),
    liability_account_id: ref('Financial account'),
    financial_error: yesNo('Whether its account is set up wrongly'),
    ...recordFields,
  }),
};

/** The samples of the documentation name these keys `Promotion Action Definition` and so on. */
const promotionFields = {
  id: id('Heartland’s internal number'),
  name: words('Name'),
  start_at: wallClock('First moment it counts'),
  end_at: wallClock('Last moment it counts'),
  archived: yesNo('Whether it is archived'),
  disabled: yesNo('Whether it is switched off'),
  action_definition: json('What it does', 'action_definition', 'Promotion Action Definition'),
  condition_definition: json(
    'When it does it',
    'condition_definition',
    'Promotion Condition Definition',
  ),
  ...recordFields,
};

export const promotion_rules: Stream = {
  name: 'promotion_rules',
  about: 'Promotions that apply by themselves',
  path: 'promotion_rules',
  key: ['id'],
  walk,
  permissions: ['sales.promotions.manage'],
  row: z.object({ ...promotionFields, rank: amount('Its turn; the lowest goes first') }),
};

export const coupons: Stream = {
  name: 'coupons',
  about: 'Promotions that apply with a code',
  path: 'coupons',
  key: ['id'],
  walk,
  permissions: ['sales.coupons.read'],
  row: z.object({ ...promotionFields, code: words('The code') }),
};
