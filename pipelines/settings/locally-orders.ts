/** The sections `locally.orders` and `locally.verify`. */
import { z } from 'zod';
import { tls } from './tls.ts';
import { line, oneOf, text, wholeNumber, yesNo } from './value.ts';

const TIME = 'a time of day such as "10:00"';
const time = z.string(TIME).regex(/^([01]\d|2[0-3]):[0-5]\d$/, TIME);
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const DIGITS = 'digits in quotes, such as "1234"';
const BASE = 'the address of Locally, such as https://www.locally.com';

const baseUrl = z
  .string(BASE)
  .regex(/^(https:\/\/[\w.-]+|http:\/\/(127\.0\.0\.1|localhost|\[::1\]))(:\d+)?$/, BASE)
  .default('https://www.locally.com');

/** Comparing a sample of the last feed with what Locally shows. */
export const verify = z.strictObject({
  token: text(line('the API key from Locally')).describe(
    `API key, for example \${LOCALLY_API_TOKEN}; the brand must have approved it.`,
  ),
  company_id: text(z.string(DIGITS).regex(/^\d{1,20}$/, DIGITS)).describe(
    'Locally’s number of the brand whose products are verified.',
  ),
  upc_prefix: text(z.string(DIGITS).regex(/^\d{1,11}$/, DIGITS)).describe(
    'First digits of the brand’s UPCs, in quotes.',
  ),
  sample: wholeNumber(1, 200)
    .default(20)
    .describe('Products of each store in the sample. Default 20.'),
  when: oneOf(['asked', 'next_run'])
    .default('asked')
    .describe(
      'asked: only by the command locally verify. next_run: also by the next run of locally, ' +
        'before it makes its feed. Default asked.',
    ),
  after_minutes: wholeNumber(30, 1440)
    .default(60)
    .describe('A feed younger than this is not verified: Locally needs up to an hour. Default 60.'),
  most_seconds: wholeNumber(1, 600)
    .default(120)
    .describe('Longest time that a run waits for Locally’s answers. Default 120.'),
  base_url: baseUrl.describe('Default https://www.locally.com.'),
  ...tls,
});

export const orders = z.strictObject({
  webhook: z
    .strictObject({
      token: text(
        z.string('the key from Locally’s Station').min(8, 'the key from Locally’s Station'),
      ).describe(`Key from Station › Webhooks, for example \${LOCALLY_WEBHOOK_TOKEN}.`),
    })
    .describe('How messages from Locally are authenticated.'),
  api: z
    .strictObject({
      token: text(line('the API key from Locally')).describe(
        `API key, for example \${LOCALLY_API_TOKEN}.`,
      ),
      base_url: baseUrl.describe(
        'Carts are fetched only from there. Default https://www.locally.com.',
      ),
      ...tls,
    })
    .optional()
    .describe(
      'For fetching the cart of a message. Without it only the message counts: ' +
        'one unit of each UPC.',
    ),
  respond_within_hours: wholeNumber(1, 72)
    .default(8)
    .describe('Business hours in which a store must answer. Default 8, as Locally says.'),
  business_hours: z
    .strictObject({
      open: time.default('10:00').describe('Default "10:00".'),
      close: time.default('18:00').describe('Default "18:00".'),
      days: z
        .array(z.enum(DAYS, `days such as ${DAYS.join(', ')}`))
        .min(1, 'at least one day')
        .default([...DAYS])
        .describe('Days of the week on which the store is open. Default all.'),
    })
    .refine(({ open, close }) => open < close, 'an opening time before the closing time')
    .prefault({})
    .describe('When the stores are open, in their time zone.'),
  warn_hours: wholeNumber(0, 72)
    .default(2)
    .describe('From how many hours before the deadline the report lists an order. Default 2.'),
  sales_order: z
    .strictObject({
      customer_id: wholeNumber(1, 2_147_483_647).describe(
        'Heartland’s internal number of the customer for Locally orders.',
      ),
      stations: z
        .record(z.string(), wholeNumber(1, 2_147_483_647))
        .describe('Heartland’s internal number of the station, by locally_id in quotes.'),
      cancel: yesNo()
        .default(false)
        .describe(
          'Whether the sales order is canceled in Heartland when the Locally order ends, ' +
            'if nobody changed it. Default false: the report asks you to cancel it.',
        ),
    })
    .optional()
    .describe(
      'Creates a pending sales order in Heartland when a store has confirmed. ' +
        'Default: none is created.',
    ),
  forget_after_days: wholeNumber(1, 90)
    .default(14)
    .describe('After so many days an order no longer holds units back. Default 14.'),
});

export type OrdersConfiguration = z.infer<typeof orders>;
export type VerifyConfiguration = z.infer<typeof verify>;
