/** The configuration of one merchant. Every setting has a description, and a default or an error. */
import { z } from 'zod';
import { addressUrl } from '../../sinks/postgres/address-url.ts';
import { destinationsByName } from '../destinations/registry.ts';
import { checkAcrossSections } from './cross-checks.ts';
import { heartland } from './heartland.ts';
import { locally } from './locally.ts';
import { locations } from './locations.ts';
import { managementOne } from './management-one.ts';
import { personalData } from './personal-data.ts';
import { checkPersonalGroups, reports } from './reports.ts';
import { checkPersonalStreams, streams } from './streams.ts';
import { timezone } from './timezone.ts';
import { line, oneOf, wholeNumber } from './value.ts';
import type { WRITTEN, Written } from './written.ts';

const MERCHANT =
  'a short name of lower-case letters, digits and _, at most 40, beginning with a letter, as acme';

/** Schema names that Postgres or the job queue reserves. */
const RESERVED = /^(pg_.*|public|information_schema|pgboss)$/;

/** The section `warehouse`: the Postgres server that holds the data. */
const POSTGRES_ADDRESS =
  'a postgres:// address, as postgres://user:password@host:5432/database, where @ : / ? # in the password are written %40 %3A %2F %3F %23';

const warehouse = z.strictObject({
  url: z
    .string(POSTGRES_ADDRESS)
    .refine(text => addressUrl(text) !== undefined, POSTGRES_ADDRESS)
    .optional()
    .describe(
      `Address of the Postgres server, as \${DATABASE_URL}. Default: an embedded Postgres in data_folder.`,
    ),
});

/** The section `history`: how far back the daily facts go, and how many days are pulled again. */
const history = z.strictObject({
  from: z.iso
    .date('a date, as 2025-01-01')
    .optional()
    .describe(
      'First business date of the daily facts on the first sync. Default: the first day of the month 13 months ago.',
    ),
  restate_days: wholeNumber(0, 400)
    .default(35)
    .describe(
      'Business days pulled again on each run, because tickets are voided and back-dated. Default 35.',
    ),
});

const UPC_FIELD = 'public_id, or custom@ and the key of a custom field, as custom@upc';
const CLASS_FIELD = 'custom@ and the key of a custom field, as custom@class_code';

/** The section `item_fields`: which field of an item holds what the exports need. */
const itemFields = z.strictObject({
  upc: z
    .string(UPC_FIELD)
    .regex(/^(public_id|custom@[A-Za-z0-9_-]+)$/, UPC_FIELD)
    .default('public_id')
    .describe(
      'Field with an item’s UPC: public_id (the item number) or a custom field, as custom@upc.',
    ),
  upc_check_digit: oneOf(['auto', 'present', 'missing'])
    .default('auto')
    .describe(
      'Whether UPCs of 10 and 11 digits end in their check digit (present) or lack it (missing). Default auto: decided by all values of the field; if they do not show it, such items are left out and listed.',
    ),
  class_code: z
    .string(CLASS_FIELD)
    .regex(/^custom@[A-Za-z0-9_-]+$/, CLASS_FIELD)
    .default('custom@class_code')
    .describe('Custom field with the class code (Heartland calls it the OTB class field).'),
});

export const configurationSchema = z
  .strictObject({
    merchant: z
      .string(MERCHANT)
      .regex(/^[a-z][a-z0-9_]{0,39}$/, MERCHANT)
      .refine(name => !RESERVED.test(name), 'another name, because Postgres reserves this one')
      .describe('Short name of the merchant: also the schema in the warehouse.'),
    timezone: timezone.describe('IANA time zone of the business dates, as America/Chicago.'),
    data_folder: line('a folder, as .tillstream')
      .default('.tillstream')
      .describe(
        'Folder for the embedded warehouse and for files, relative to the configuration file.',
      ),
    heartland: heartland.describe('The Heartland Retail account.'),
    warehouse: warehouse.prefault({}).describe('The Postgres warehouse.'),
    history: history.prefault({}).describe('How far back to pull, and what is pulled again.'),
    streams: streams
      .default({})
      .describe('Streams to pull: true turns a stream on, false turns it off.'),
    personal_data: personalData
      .prefault({})
      .describe(
        'Data about people that may be stored. Default: none. Rows stored earlier stay until their table is dropped.',
      ),
    reports: reports.default({}).describe('Reports of Heartland, each in a table report_{name}.'),
    item_fields: itemFields.prefault({}).describe('Item fields with the UPC and the class code.'),
    locations: locations
      .default({})
      .describe('Heartland location numbers, in quotes, with their ids in other systems.'),
    destinations: destinationsByName
      .default({})
      .describe('Where exports go, each by a name that exports use. Default: none.'),
    locally: locally.optional().describe('The inventory feed to Locally. Default: none.'),
    management_one: managementOne
      .optional()
      .describe('The month-end file for Management One. Default: none.'),
  })
  .superRefine(checkAcrossSections, { when: payload => isSection(payload.value) })
  .superRefine(checkPersonalGroups)
  .superRefine(checkPersonalStreams);

/** A valid configuration with every default filled in. */
export type Configuration = z.infer<typeof configurationSchema> & { readonly [WRITTEN]?: Written };

function isSection(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
