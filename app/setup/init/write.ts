/** The configuration that a setup form came to, as text. */
import type { FoundLocation } from './account.ts';

/** Everything that was answered. */
export interface Setup {
  readonly merchant: string;
  readonly baseUrl: string;
  readonly timezone: string;
  /** Whether the warehouse is a server of its own, named by DATABASE_URL. */
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
    /** Who is told of a month that did not go out, and gets the list of what to mend. */
    readonly errorsTo: readonly string[];
  };
}

/** A secret that the configuration refers to, and what it is. */
export interface Variable {
  readonly name: string;
  readonly about: string;
}

/** The secrets that a setup needs; none of them is ever in the file. */
export function variablesOf({ hasServer, locally, managementOne }: Setup): readonly Variable[] {
  return [
    {
      name: 'HEARTLAND_TOKEN',
      about: 'API token, made in Heartland under My Account › API Tokens',
    },
    ...(hasServer
      ? [{ name: 'DATABASE_URL', about: 'postgres://user:password@host:5432/database' }]
      : []),
    ...(locally ? [{ name: 'LOCALLY_PASSWORD', about: 'password of the FTP log-in' }] : []),
    ...(managementOne ? [{ name: 'SMTP_URL', about: 'smtp://user:password@host:587' }] : []),
  ];
}

/** The file, commented as a person would. Every value is quoted as JSON, which YAML reads as it is. */
export function configurationText(setup: Setup): string {
  const { locally, managementOne } = setup;
  return `${[
    '# Made by tillstream init. Secrets come from the environment; every key is explained in docs/tillstream.example.yaml.',
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
          `    errors_to: [${managementOne.errorsTo.map(quoted).join(', ')}] # told when a month did not go out, and of what to mend`,
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
  const note = `${name}${isActive ? '' : ', not in use'}`.replace(/\s+/g, ' ').trim();
  return `  ${quoted(number)}: ${value}${note === '' ? '' : ` # ${note}`}`;
}

/** What stands for a value of the environment. */
function reference(name: string): string {
  return `\${${name}}`;
}

/** A text as JSON writes it, with `$` and a brace kept from being read as a reference. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(`\${`, () => `$\${`);
}
