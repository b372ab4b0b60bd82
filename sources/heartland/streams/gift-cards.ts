import { z } from 'zod';
import { amount, day, id, ref, wallClock, words, yesNo } from '../../../transforms/columns.ts';
import { recordFields } from './master.ts';
import type { Stream } from './stream.ts';

export const gift_card_adjustment_reasons: Stream = {
  name: 'gift_card_adjustment_reasons',
  about: 'Reasons to change what is on a gift card',
  path: 'reason_codes/gift_card_adjustment_reasons',
  key: ['id'],
  walk: { kind: 'by_key' },
  permissions: ['reason_codes.manage'],
  onDemand: true,
  row: z.object({
    id: id('Heartland’s internal number'),
    name: words('Name'),
    description: words('Description'),
    active: yesNo('Whether it is in use'),
    builtin: yesNo('Whether it came with Heartland'),
    account_id: ref('Financial account'),
    financial_error: yesNo('Whether its account is set up wrongly'),
    ...recordFields,
  }),
};

/** Read whole each time: a sale changes the balance, but perhaps not `updated_at`. */
export const gift_cards: Stream = {
  name: 'gift_cards',
  about: 'Gift cards and what is on them. Whoever knows a number can spend the card',
  path: 'gift_cards',
  key: ['id'],
  walk: { kind: 'by_key' },
  permissions: ['gift_card.manage'],
  onDemand: true,
  row: z.object({
    id: id('Heartland’s internal number'),
    number: words('Number on the card'),
    balance: amount('What is on it now'),
    expires_at: day('Last day it can be used'),
    uuid: words('Unique identifier'),
    ...recordFields,
  }),
};

export const gift_card_adjustments: Stream = {
  name: 'gift_card_adjustments',
  about: 'Changes of what is on a gift card, other than by a sale',
  path: 'gift_card/adjustments',
  key: ['id'],
  walk: { kind: 'by_key', changedBy: 'id' },
  permissions: ['gift_card.manage'],
  onDemand: true,
  row: z.object({
    id: id('Heartland’s internal number'),
    gift_card_id: ref('Gift card'),
    gift_card_number: words('Number on the card'),
    reason_id: ref('Reason'),
    delta_balance: amount('Amount put on; negative when taken off'),
    local_created_at: wallClock('When it was made, in local time'),
    ...recordFields,
  }),
};
