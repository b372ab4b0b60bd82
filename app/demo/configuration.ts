import { DateTime } from 'luxon';
import { stringify } from 'yaml';
import type { StandIns } from './stand-ins.ts';

const ZONE = 'America/Chicago';
const CLASS_CODES = [
  '110',
  '120',
  '130',
  '140',
  '150',
  '160',
  '170',
  '180',
  '210',
  '220',
  '230',
  '240',
  'UNCL',
];

/**
 * The demo's configuration, as a user would write it.
 *
 * Its secrets are harmless: the servers they belong to stop with the demo.
 *
 * @param today the account's date; seven months of sales make a good sample
 */
export function demoConfiguration({ heartland, ftp, smtp }: StandIns, today: string): string {
  const written = {
    merchant: 'demo',
    timezone: ZONE,
    data_folder: '.',
    heartland: { base_url: heartland.baseUrl, token: heartland.token },
    history: { from: DateTime.fromISO(today).minus({ months: 7 }).startOf('month').toISODate() },
    item_fields: { upc: 'custom@upc', class_code: 'custom@class_code' },
    locations: Object.fromEntries(
      heartland.ledger.locations.map(({ publicId, zone, isChannel }, index) => [
        publicId,
        {
          ...(!isChannel && { locally_id: String(12_345 + index) }),
          ...(zone !== ZONE && { timezone: zone }),
        },
      ]),
    ),
    locally: {
      filter: { active: true, 'custom@sell_on_locally': 'true' },
      deliver: { host: ftp.host, port: ftp.port, user: ftp.user, password: ftp.password },
    },
    management_one: {
      client_id: '4321',
      class_codes: CLASS_CODES,
      problems: {
        no_class_code: 'unclassified',
        unknown_class_code: 'unclassified',
        no_location: 'leave_out',
      },
      email: {
        smtp: smtp.url,
        from: 'ops@acme.example',
        to: ['affiliate@m1.example'],
        list_to: ['owner@acme.example'],
      },
    },
  };
  return `# Written by tillstream demo. Its servers stop when the demo ends; status, runs and warehouse still work.\n${stringify(written)}`;
}
