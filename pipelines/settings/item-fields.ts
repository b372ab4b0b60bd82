/** The section `item_fields`: which field of an item holds what the exports need. */
import { z } from 'zod';
import { oneOf } from './value.ts';

const CUSTOM = /^custom@[A-Za-z0-9_-]+$/;
const CUSTOM_OR_NUMBER = /^(public_id|custom@[A-Za-z0-9_-]+)$/;

export const itemFields = z.strictObject({
  upc: z
    .string('public_id, or custom@ and the key of a custom field, as custom@upc')
    .regex(CUSTOM_OR_NUMBER, 'public_id, or custom@ and the key of a custom field, as custom@upc')
    .default('public_id')
    .describe(
      'Where an item’s UPC is: public_id (the item number) or a custom field, as custom@upc.',
    ),
  upc_check_digit: oneOf(['auto', 'present', 'missing'])
    .default('auto')
    .describe(
      'Whether UPCs of 10 and 11 digits end in their check digit (present) or were kept without it (missing). Default auto: all numbers of the field decide, and where they do not, such items are left out and listed.',
    ),
  class_code: z
    .string('custom@ and the key of a custom field, as custom@class_code')
    .regex(CUSTOM, 'custom@ and the key of a custom field, as custom@class_code')
    .default('custom@class_code')
    .describe('The custom field with the class code (Heartland calls it the OTB class field).'),
});
