/** Parts of the section `locally`: safety stock, checks, and the mailed report. */
import { z } from 'zod';
import { email } from './email.ts';
import { oneOf, wholeNumber } from './value.ts';

const units = wholeNumber(0, 1_000_000);
const byName = z.record(z.string(), units);

/** The most specific one counts: of the item, its class, the store, or the default. */
export const safetyStock = z.preprocess(
  value => (typeof value === 'number' ? { default: value } : value),
  z
    .strictObject({
      default: units.default(0).describe('Units held back of every product. Default 0.'),
      stores: byName.default({}).describe('By Locally store id, in quotes.'),
      classes: byName.default({}).describe('By class code, in quotes.'),
      items: byName.default({}).describe('By item number, in quotes.'),
    })
    .prefault({}),
);

const percent = wholeNumber(0, 100);

export const guards = z
  .strictObject({
    max_drop_rows: percent
      .default(30)
      .describe('By how many percent the products of a store may drop at once. Default 30.'),
    max_drop_units: percent
      .default(60)
      .describe('By how many percent the units of a store may drop at once. Default 60.'),
    small_store: wholeNumber(0, 1_000_000)
      .default(20)
      .describe('Stores with fewer products than this in their last feed may drop. Default 20.'),
    missing_stores: wholeNumber(0, 100_000)
      .default(0)
      .describe('How many stores of the last feed may be missing from this one. Default 0.'),
    max_age_hours: wholeNumber(1, 96)
      .default(24)
      .describe('How old the inventory may be when it is sent, in hours. Default 24.'),
  })
  .prefault({});

export const report = z.strictObject({
  when: oneOf(['always', 'not_delivered'])
    .default('always')
    .describe('After every run, or only when the feed was held or could not be delivered.'),
  email: email(['merchant', 'date', 'status'], 'Locally feed {merchant} {date}: {status}').describe(
    'Recipients and mail server.',
  ),
});
