/** The section `locations`: Heartland location numbers and their ids in other systems. */
import { z } from 'zod';
import { timezone } from './timezone.ts';
import { line, text } from './value.ts';

const LOCALLY_ID = 'the digits of the Locally store id, as "12345"';
const MANAGEMENT_ONE =
  'the number of the location at Management One, as "2", or false to exclude it';

const location = z.strictObject({
  locally_id: text(z.string(LOCALLY_ID).regex(/^\d{1,20}$/, LOCALLY_ID))
    .optional()
    .describe('Locally store id. Default: the location is not sent to Locally.'),
  management_one: z
    .preprocess(
      value => (typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value),
      z.union([line(MANAGEMENT_ONE), z.literal(false)], MANAGEMENT_ONE),
    )
    .optional()
    .describe(
      'Number of the location at Management One. Default: the Heartland number. false: not exported.',
    ),
  timezone: timezone
    .optional()
    .describe('Time zone of the location, if it differs from the merchant’s.'),
});

/** Keys are location numbers of Heartland: often `1`, but also text such as `O'Fallon, MO`. */
export const locations = z.record(
  z.string(),
  z.preprocess(value => (value === null ? {} : value), location),
);

export type LocationConfiguration = z.infer<typeof location>;
