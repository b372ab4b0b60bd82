/** The section `locations`: Heartland location numbers, and what the same locations are called elsewhere. */
import { z } from 'zod';
import { timezone } from './timezone.ts';
import { line, text } from './value.ts';

const LOCALLY_ID = 'the digits of the Locally store id, as "12345"';
const MANAGEMENT_ONE =
  'Management One’s number for this location, as "2", or false to leave the location out';

const location = z.strictObject({
  locally_id: text(z.string(LOCALLY_ID).regex(/^\d{1,20}$/, LOCALLY_ID))
    .optional()
    .describe('Locally store id. Left out: the location is not sent to Locally.'),
  management_one: z
    .preprocess(
      value => (typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value),
      z.union([line(MANAGEMENT_ONE), z.literal(false)], MANAGEMENT_ONE),
    )
    .optional()
    .describe(
      'Management One’s number for the location. Left out: the Heartland number. false: the location is not exported.',
    ),
  timezone: timezone
    .optional()
    .describe('Time zone of the location where it differs from the merchant’s.'),
});

/** Keys are location numbers as Heartland has them: often `1`, but free text such as `O'Fallon, MO` too. */
export const locations = z.record(
  z.string(),
  z.preprocess(value => (value === null ? {} : value), location),
);

export type LocationConfiguration = z.infer<typeof location>;
