/** The section `locally.orders`: the orders that Locally takes, and by when a store must answer them. */
import { z } from 'zod';
import { tls } from './tls.ts';
import { line, oneOf, text, wholeNumber, yesNo } from './value.ts';

const TIME = 'a time of the day as "10:00"';
const time = z.string(TIME).regex(/^([01]\d|2[0-3]):[0-5]\d$/, TIME);
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const DIGITS = 'digits in quotes, as "1234"';
const BASE = 'the address of Locally, as https://www.locally.com';

const baseUrl = z
  .string(BASE)
  .regex(/^(https:\/\/[\w.-]+|http:\/\/(127\.0\.0\.1|localhost|\[::1\]))(:\d+)?$/, BASE)
  .default('https://www.locally.com');

/** Asking Locally what it shows of a sample of the last feed. */
export const verifyFeed = z.strictObject({
  token: text(line('the API key that Locally gave')).describe(
    `API key, as \${LOCALLY_API_TOKEN}; the brand must have approved it.`,
  ),
  company_id: text(z.string(DIGITS).regex(/^\d{1,20}$/, DIGITS)).describe(
    'Locally’s number of the brand whose products are asked for.',
  ),
  upc_prefix: text(z.string(DIGITS).regex(/^\d{1,11}$/, DIGITS)).describe(
    'First digits of the brand’s UPCs, in quotes.',
  ),
  sample: wholeNumber(1, 200).default(20).describe('Products of each store. Default 20.'),
  when: oneOf(['asked', 'next_run'])
    .default('asked')
    .describe(
      'asked: only by the command locally verify. next_run: also by the next run of locally, before it makes its feed. Default asked.',
    ),
  after_minutes: wholeNumber(30, 1440)
    .default(60)
    .describe(
      'A feed younger than this is not read back: Locally needs up to an hour. Default 60.',
    ),
  most_seconds: wholeNumber(1, 600)
    .default(120)
    .describe('How long a run waits for Locally’s answers at most. Default 120.'),
  base_url: baseUrl.describe('Default https://www.locally.com.'),
  ...tls,
});

export const orders = z.strictObject({
  webhook: z
    .strictObject({
      token: text(
        z
          .string('the key that Locally’s Station made')
          .min(8, 'the key that Locally’s Station made'),
      ).describe(`Key that Station made under Webhooks, as \${LOCALLY_WEBHOOK_TOKEN}.`),
    })
    .describe('How Locally’s messages are known to be Locally’s.'),
  api: z
    .strictObject({
      token: text(line('the API key that Locally gave')).describe(
        `API key, as \${LOCALLY_API_TOKEN}.`,
      ),
      base_url: baseUrl.describe(
        'Only from there a cart is fetched. Default https://www.locally.com.',
      ),
      ...tls,
    })
    .optional()
    .describe(
      'For fetching the cart that a message names. Left out: a message alone tells the order, one piece of each UPC.',
    ),
  respond_within_hours: wholeNumber(1, 72)
    .default(8)
    .describe('Business hours in which a store must answer (Locally says 8, older pages 4).'),
  business_hours: z
    .strictObject({
      open: time.default('10:00').describe('Default "10:00".'),
      close: time.default('18:00').describe('Default "18:00".'),
      days: z
        .array(z.enum(DAYS, `days as ${DAYS.join(', ')}`))
        .min(1, 'at least one day')
        .default([...DAYS])
        .describe('Days of the week on which the store is open. Default all.'),
    })
    .refine(({ open, close }) => open < close, 'an opening time before the closing time')
    .prefault({})
    .describe('When the stores are open, in their time zone.'),
  warn_hours: wholeNumber(0, 72)
    .default(2)
    .describe('Hours before the deadline from which an order is warned of. Default 2.'),
  sales_order: z
    .strictObject({
      customer_id: wholeNumber(1, 2_147_483_647).describe(
        'Heartland’s internal number of the customer that Locally orders are for.',
      ),
      stations: z
        .record(z.string(), wholeNumber(1, 2_147_483_647))
        .describe('Heartland’s internal number of the till, by locally_id in quotes.'),
      cancel: yesNo()
        .default(false)
        .describe(
          'Whether the sales order is cancelled in Heartland when the Locally order ends, as long as nobody touched it. Default false: the report asks you to.',
        ),
    })
    .optional()
    .describe(
      'Makes a pending sales order in Heartland when a store has confirmed. Left out: none is made.',
    ),
  forget_after_days: wholeNumber(1, 90)
    .default(14)
    .describe('After so many days an order no longer holds pieces back. Default 14.'),
});

export type OrdersConfiguration = z.infer<typeof orders>;
export type VerifyConfiguration = z.infer<typeof verifyFeed>;
