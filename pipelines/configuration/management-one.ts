/** The section `management_one`: the month-end file, how it looks, what holds it and who gets it. */
import { z } from 'zod';
import { email } from './email.ts';
import { columns, delimiter, fileName, header, lineEnd } from './layout.ts';
import { amount, oneOf, text } from './value.ts';

/** Every figure the file can hold, in the order of the default layout. */
export const MANAGEMENT_ONE_COLUMNS = [
  ...['ClientID', 'PeriodStart', 'PeriodEnd', 'Location', 'ClassCode'],
  ...['BeginUnits', 'BeginCost', 'BeginRetail'],
  ...['ReceivedUnits', 'ReceivedCost', 'ReceivedRetail'],
  ...['ReturnedUnits', 'ReturnedCost', 'ReturnedRetail'],
  ...['TransferUnits', 'TransferCost', 'TransferRetail'],
  ...['AdjustedUnits', 'AdjustedCost', 'AdjustedRetail'],
  ...['SoldUnits', 'SoldCost', 'NetSales', 'Markdowns'],
  ...['EndUnits', 'EndCost', 'EndRetail'],
  ...['OnOrderUnits', 'OnOrderCost', 'OnOrderRetail'],
] as const;

const PLACEHOLDERS = ['client_id', 'merchant', 'YYYYMM', 'YYYY-MM'];
const CLIENT = 'the client id that Management One gave, as "4321": letters, digits, - and _';
const CLASS_CODE = 'a class code as Management One has it, as "110": one line, no space around it';

const classCode = text(
  z.string(CLASS_CODE).regex(/^[^\s\p{Cc}]([^\p{Cc}]*[^\s\p{Cc}])?$/u, CLASS_CODE),
);

const policy = oneOf(['hold', 'unclassified', 'leave_out']).default('hold');

export const managementOne = z.strictObject({
  client_id: text(z.string(CLIENT).regex(/^[A-Za-z0-9_-]{1,40}$/, CLIENT)).describe(
    'Client id that Management One gave.',
  ),
  class_codes: z
    .array(classCode, 'a list of class codes, as ["110", "120", "UNCL"]')
    .min(1, 'at least one class code')
    .refine(codes => new Set(codes).size === codes.length, {
      error: issue => `each class code once, but ${repeated(issue.input)} is there twice`,
    })
    .describe('The class codes of the class structure agreed with Management One, in quotes.'),
  inventory: oneOf(['on_hand', 'owned'])
    .default('on_hand')
    .describe('Stock on hand, or owned (in transit counted too).'),
  sales: oneOf(['location_sales', 'source_sales'])
    .default('location_sales')
    .describe('Sales by the location that gave the goods, or by the one that is credited.'),
  problems: z
    .strictObject({
      no_class_code: policy.describe('Items with figures and no class code.'),
      unknown_class_code: policy.describe('Items whose class code is not on the list.'),
      no_location: oneOf(['hold', 'leave_out'])
        .default('hold')
        .describe('Figures without a location number, as open orders that name no location.'),
    })
    .prefault({})
    .describe(
      'What happens to figures that fit no class: hold the file, count them under unclassified_code, or leave them out.',
    ),
  unclassified_code: classCode
    .default('UNCL')
    .describe('The class of what has none, where a policy is unclassified. Default UNCL.'),
  unexplained_limit: z
    .strictObject({
      units: amount().default(0).describe('Units. Default 0.'),
      cost: amount().default(1).describe('Cost, in the account’s currency. Default 1.'),
    })
    .prefault({})
    .describe(
      'How much of a location and class may be left unexplained between begin and end before the file is held.',
    ),
  layout: z
    .strictObject({
      file_name: fileName(PLACEHOLDERS)
        .default('{client_id}_{YYYYMM}.txt')
        .describe('Name of the file. Default {client_id}_{YYYYMM}.txt.'),
      columns: columns(MANAGEMENT_ONE_COLUMNS)
        .default(MANAGEMENT_ONE_COLUMNS.map(field => ({ from: field, name: field })))
        .describe('Columns in their order. Default: all, as documented.'),
      delimiter: delimiter.default('|').describe('Between columns. Default |.'),
      header: header
        .default(true)
        .describe('Whether the first line names the columns. Default true.'),
      line_end: lineEnd.default('crlf').describe('lf or crlf. Default crlf.'),
    })
    .prefault({})
    .describe('How the file looks.'),
  email: email(PLACEHOLDERS, 'Management One file {client_id} {YYYY-MM}').describe(
    'Who gets the file, and through which mail server.',
  ),
});

export type ManagementOneConfiguration = z.infer<typeof managementOne>;

function repeated(codes: unknown): string {
  const list = Array.isArray(codes) ? codes.map(String) : [];
  return `"${list.find((code, index) => list.indexOf(code) !== index)}"`;
}
