/** Writes the answers of the setup form as a configuration file. */
import type { FoundLocation } from './account.ts';

/** All answers. */
export interface Setup {
  readonly merchant: string;
  readonly baseUrl: string;
  readonly timezone: string;
  /** Whether the warehouse is the Postgres server of DATABASE_URL. */
  readonly hasServer: boolean;
  /** `public_id`, or `custom@` and a key. */
  readonly upc: string;
  readonly classCode: string;
  readonly locations: readonly FoundLocation[];
  readonly locally?: {
    /** Location number → Locally id. */
    readonly ids: ReadonlyMap<string, string>;
    readonly host: string;
    readonly user: string;
    readonly sendPrice: boolean;
    /** A custom field that is true for items to send. */
    readonly onlyItems?: string;
  };
  readonly managementOne?: {
    readonly clientId: string;
    readonly classCodes: readonly string[];
    readonly from: string;
    readonly to: readonly string[];
    /** Who is notified of failures and gets the list of issues to fix. */
    readonly errorsTo: readonly string[];
  };
}

/** An environment variable with a secret of the configuration. */
export interface Variable {
  readonly name: string;
  readonly about: string;
}

/** The secrets that a setup needs; the file refers to them, and contains none. */
export function variablesOf({ hasServer, locally, managementOne }: Setup): readonly Variable[] {
  return [
    {
      name: 'HEARTLAND_TOKEN',
      about: 'API token from Heartland, My Account › API Tokens',
    },
    ...(hasServer
      ? [{ name: 'DATABASE_URL', about: 'postgres://user:password@host:5432/database' }]
      : []),
    ...(locally ? [{ name: 'LOCALLY_PASSWORD', about: 'password of the FTP login' }] : []),
    ...(managementOne ? [{ name: 'SMTP_URL', about: 'smtp://user:password@host:587' }] : []),
  ];
}

/** The text of the file. Every value is quoted as JSON, which YAML reads unchanged. */
export function configurationText(setup: Setup): string {
  const { locally, managementOne } = setup;
  return `${[
    '# Written by tillstream init. Secrets come from the environment; see docs/tillstream.example.yaml for every setting.',
    '',
    `merchant: ${setup.merchant}`,
    `timezone: ${setup.timezone}`,
    '',
    'heartland:',
    `  base_url: ${quoted(setup.baseUrl)}`,
    `  token: ${reference('HEARTLAND_TOKEN')}`,
    ...(setup.hasServer ? ['', 'warehouse:', `  url: ${reference('DATABASE_URL')}`] : []),
    '',
    'item_fields:',
    `  upc: ${quoted(setup.upc)}`,
    `  class_code: ${quoted(setup.classCode)}`,
    '',
    'locations:',
    ...setup.locations.map(location => locationLine(location, setup)),
    ...(locally === undefined
      ? []
      : [
          '',
          'locally:',
          `  send_price: ${locally.sendPrice}`,
          ...(locally.onlyItems === undefined
            ? []
            : [`  filter: { ${quoted(`custom@${locally.onlyItems}`)}: "true" }`]),
          '  deliver:',
          '    protocol: ftp',
          `    host: ${quoted(locally.host)}`,
          `    user: ${quoted(locally.user)}`,
          `    password: ${reference('LOCALLY_PASSWORD')}`,
        ]),
    ...(managementOne === undefined
      ? []
      : [
          '',
          'management_one:',
          `  client_id: ${quoted(managementOne.clientId)}`,
          `  class_codes: [${managementOne.classCodes.map(quoted).join(', ')}]`,
          '  email:',
          `    smtp: ${reference('SMTP_URL')}`,
          `    from: ${quoted(managementOne.from)}`,
          `    to: [${managementOne.to.map(quoted).join(', ')}]`,
          `    errors_to: [${managementOne.errorsTo.map(quoted).join(', ')}] # failures and issues to fix`,
        ]),
  ].join('\n')}\n`;
}

function locationLine({ number, name, isActive }: FoundLocation, setup: Setup): string {
  const id = setup.locally?.ids.get(number);
  const isLeftOut = setup.managementOne !== undefined && !isActive;
  const keys = [
    ...(id === undefined ? [] : [`locally_id: ${quoted(id)}`]),
    ...(isLeftOut ? ['management_one: false'] : []),
  ];
  const value = keys.length === 0 ? '{}' : `{ ${keys.join(', ')} }`;
  const note = `${name}${isActive ? '' : ', inactive'}`.replace(/\s+/g, ' ').trim();
  return `  ${quoted(number)}: ${value}${note === '' ? '' : ` # ${note}`}`;
}

/** A reference to a variable of the environment. */
function reference(name: string): string {
  return `\${${name}}`;
}

/** A text as JSON, with `${` escaped so that it is not read as a reference. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(`\${`, () => `$\${`);
}
