/** The section `management_one`: the month-end file, its layout, what holds it and who gets it. */
import { z } from 'zod';
import { addresses, email } from './email.ts';
import { managementOneLayout, SUBJECT_PLACEHOLDERS } from './management-one-layout.ts';
import { upload } from './upload.ts';
import { amount, oneOf, text, wholeNumber } from './value.ts';

const CLIENT = 'the client id that Management One gave, as "4321": letters, digits, - and _';
const CLASS_CODE = 'a class code as Management One has it, as "110": one line, no spaces around it';

const classCode = text(
  z.string(CLASS_CODE).regex(/^[^\s\p{Cc}]([^\p{Cc}]*[^\s\p{Cc}])?$/u, CLASS_CODE),
);

const POLICIES = ['hold', 'unclassified', 'leave_out'] as const;
const policy = oneOf(POLICIES);

export const managementOne = z.strictObject({
  client_id: text(z.string(CLIENT).regex(/^[A-Za-z0-9_-]{1,40}$/, CLIENT)).describe(
    'Client id that Management One gave.',
  ),
  class_codes: z
    .array(classCode, 'a list of class codes, as ["110", "120", "UNCL"]')
    .min(1, 'at least one class code')
    .refine(codes => new Set(codes).size === codes.length, {
      error: issue => `each class code once, but ${repeated(issue.input)} is listed twice`,
    })
    .describe('The class codes of the class structure agreed with Management One, in quotes.'),
  inventory: oneOf(['on_hand', 'owned'])
    .default('on_hand')
    .describe('Stock on hand, or owned (in transit counted too).'),
  sales: oneOf(['location_sales', 'source_sales'])
    .default('location_sales')
    .describe(
      'Sales by the location that handed over the goods, or by the one that made the sale.',
    ),
  problems: z
    .strictObject({
      no_class_code: policy
        .default('hold')
        .describe('Items with figures and no class code. Default hold.'),
      unknown_class_code: policy
        .default('hold')
        .describe('Items whose class code is not on the list. Default hold.'),
      class_code_spelling: oneOf([...POLICIES, 'as_listed'])
        .optional()
        .describe(
          'Items whose class code differs from one of the list only in upper and lower case or spaces; as_listed counts them under it. Left out: as unknown_class_code.',
        ),
      class_code_characters: policy
        .optional()
        .describe(
          'Items whose class code has characters that Management One does not accept, or more than 20. Left out: as unknown_class_code.',
        ),
      location_not_mapped: oneOf(['hold', 'leave_out'])
        .default('hold')
        .describe('Locations with figures that are not under locations:. Default hold.'),
      no_location: oneOf(['hold', 'leave_out'])
        .default('hold')
        .describe(
          'Figures without a location number, as open orders that name no location. Default hold.',
        ),
    })
    .prefault({})
    .describe(
      'What happens to figures without a valid class or location: hold the file, count them under unclassified_code, or leave them out. They are always listed.',
    ),
  unclassified_code: classCode
    .default('UNCL')
    .describe('The class that the policy unclassified counts figures under. Default UNCL.'),
  unexplained_limit: z
    .strictObject({
      units: amount().default(0).describe('Units. Default 0.'),
      cost: amount().default(1).describe('Cost, in the account’s currency. Default 1.'),
    })
    .prefault({})
    .describe(
      'How large the unexplained roll-forward difference of a location and class may be before the file is held.',
    ),
  on_order_check: oneOf(['hold', 'note'])
    .default('hold')
    .describe(
      'Whether a difference between the open orders and Heartland’s own figures on order holds the file or is a note. Default hold.',
    ),
  month_starts_on: wholeNumber(1, 28)
    .default(1)
    .describe(
      'Day on which the month starts, 1 to 28; it has the name of the month it starts in. Default 1.',
    ),
  layout: managementOneLayout.prefault({}).describe('Layout of the file.'),
  email: email(SUBJECT_PLACEHOLDERS, 'Management One file {client_id} {month}')
    .extend({
      errors_to: addresses
        .default([])
        .describe(
          'Who is notified when a month is held, incomplete or could not be sent. Left out: nobody, except that a held month goes to list_to or reply_to. The command shows it too.',
        ),
      list_to: addresses
        .optional()
        .describe(
          'Who gets the list of issues to fix, of a month that was sent or is held. Left out: errors_to, else reply_to. The recipients of the file do not get it.',
        ),
    })
    .optional()
    .describe('Who gets the file, and through which mail server. Optional with upload.'),
  upload: upload
    .optional()
    .describe(
      'Uploads the file to Management One’s web service instead of e-mailing it. Unverified: what the service accepts is only partly public. Left out: the file goes by e-mail.',
    ),
});

export type ManagementOneConfiguration = z.infer<typeof managementOne>;

function repeated(codes: unknown): string {
  const list = Array.isArray(codes) ? codes.map(String) : [];
  return `"${list.find((code, index) => list.indexOf(code) !== index)}"`;
}
