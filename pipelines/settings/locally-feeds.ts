/** Further files for Locally: products with buy links, and available-to-sell. */
import { z } from 'zod';
import { fileName } from './layout.ts';
import { amount, line, wholeNumber } from './value.ts';

const FIELD = 'custom@ and the key of a custom field, such as custom@image_url';
const URL_TEMPLATE =
  'an https:// address with {upc}, {item_number} or {custom@key} of the item, ' +
  'such as https://acme.example/p/{upc}';

export const productFeed = z.strictObject({
  file_name: fileName(['merchant'])
    .default('products.csv')
    .describe('Name of the file. Default products.csv.'),
  url: z
    .string(URL_TEMPLATE)
    .regex(
      /^https:\/\/[^\s{}]+(\{(upc|item_number|custom@[A-Za-z0-9_-]+)\}[^\s{}]*)*$/,
      URL_TEMPLATE,
    )
    .refine(url => /\{.*\}/.test(url), URL_TEMPLATE)
    .describe(
      'The product’s page in your web shop (the buy link). An item without one of the values is left out.',
    ),
  image: z
    .string(FIELD)
    .regex(/^custom@[A-Za-z0-9_-]+$/, FIELD)
    .optional()
    .describe('Custom field with the address of an image.'),
});

export const shipToStore = z.strictObject({
  file_name: fileName(['merchant'])
    .default('available-to-sell.csv')
    .describe('Name of the file. Default available-to-sell.csv.'),
  stores: z
    .array(line('a locally_id'), 'a list of locally_ids, such as ["12345"]')
    .min(1, 'at least one locally_id')
    .optional()
    .describe('Stores whose stock is offered, by locally_id. Default: all stores of the feed.'),
  percent: wholeNumber(-1, 100)
    .default(-1)
    .describe('Percent of the revenue for the seller; -1: as set up at Locally. Default -1.'),
  shipping: amount().default(0).describe('Price of shipping. Default 0.'),
  country: z
    .string('a country such as US')
    .regex(/^[A-Z]{2}$/, 'a country such as US')
    .default('US')
    .describe('Country of the stock. Default US.'),
});
