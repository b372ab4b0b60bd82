/** The configuration of one merchant. Every key has a default or is asked for, and says what it is for. */
import { z } from 'zod';
import { checkAcrossSections } from './cross-checks.ts';
import { heartland } from './heartland.ts';
import { history } from './history.ts';
import { itemFields } from './item-fields.ts';
import { locally } from './locally.ts';
import { locations } from './locations.ts';
import { managementOne } from './management-one.ts';
import { personalData } from './personal-data.ts';
import { checkPersonalGroups, reports } from './reports.ts';
import { checkPersonalStreams, streams } from './streams.ts';
import { timezone } from './timezone.ts';
import { line } from './value.ts';
import { warehouse } from './warehouse.ts';
import type { WRITTEN, Written } from './written.ts';

const MERCHANT =
  'a short name of lower-case letters, digits and _, at most 40, beginning with a letter, as acme';

/** Names that Postgres or the job queue keeps for itself. */
const RESERVED = /^(pg_.*|public|information_schema|pgboss)$/;

export const configurationSchema = z
  .strictObject({
    merchant: z
      .string(MERCHANT)
      .regex(/^[a-z][a-z0-9_]{0,39}$/, MERCHANT)
      .refine(name => !RESERVED.test(name), 'another name; Postgres keeps this one for itself')
      .describe('Short name of the merchant: also the schema in the warehouse.'),
    timezone: timezone.describe('IANA time zone of the business dates, as America/Chicago.'),
    data_folder: line('a folder, as .tillstream')
      .default('.tillstream')
      .describe(
        'Folder for the embedded warehouse and for files, beside the configuration file unless it is absolute.',
      ),
    heartland: heartland.describe('The Heartland Retail account.'),
    warehouse: warehouse.prefault({}).describe('The Postgres warehouse.'),
    history: history.prefault({}).describe('How far back, and what is pulled again.'),
    streams: streams
      .default({})
      .describe('What is pulled: true switches a stream on, false switches it off.'),
    personal_data: personalData
      .prefault({})
      .describe(
        'What may be kept about people. Left out: nothing. What was kept before stays in its table until that is dropped.',
      ),
    reports: reports
      .default({})
      .describe('Further figures of Heartland’s reporting, each in a table report_{name}.'),
    item_fields: itemFields.prefault({}).describe('Which item fields hold UPC and class code.'),
    locations: locations
      .default({})
      .describe('Heartland location numbers, in quotes, and what each is called elsewhere.'),
    locally: locally.optional().describe('The inventory feed to Locally. Left out: none.'),
    management_one: managementOne
      .optional()
      .describe('The month-end file for Management One. Left out: none.'),
  })
  .superRefine(checkAcrossSections, { when: payload => isSection(payload.value) })
  .superRefine(checkPersonalGroups)
  .superRefine(checkPersonalStreams);

/** The configuration as the pipelines get it: checked, with every default filled in. */
export type Configuration = z.infer<typeof configurationSchema> & { readonly [WRITTEN]?: Written };

function isSection(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
