/** The section `history`: how far back the daily facts go, and how many days are pulled again. */
import { z } from 'zod';
import { wholeNumber } from './value.ts';

export const history = z.strictObject({
  from: z.iso
    .date('a date, as 2025-01-01')
    .optional()
    .describe(
      'First business date of the daily facts on the first sync. Left out: the first day of the month 13 months ago.',
    ),
  restate_days: wholeNumber(0, 400)
    .default(35)
    .describe(
      'Business days pulled again on each run, because tickets are voided and back-dated. Default 35.',
    ),
});
