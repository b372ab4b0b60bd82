import { expect, test } from 'vitest';
import { ENV, LEAST, messageOf, read } from './file.ts';

const LOCALLY = `locally:
  deliver: { host: 127.0.0.1, user: u, password: p }
`;
const MANAGEMENT_ONE = `management_one:
  client_id: "4321"
  class_codes: ["110", "UNCL"]
  email: { smtp: smtp://127.0.0.1:25, from: ops@acme.example, to: [affiliate@m1.example] }
`;

test('the smallest valid configuration gets every default', async () => {
  const configuration = await read(LEAST);
  expect(configuration).toMatchObject({
    merchant: 'acme',
    heartland: { token: 'token-of-acme', in_flight: 4, per_page: 1000, lookback_minutes: 15 },
    warehouse: {},
    history: { restate_days: 35 },
    item_fields: { upc: 'public_id', class_code: 'custom@class_code' },
    locations: {},
  });
  expect(configuration.locally).toBeUndefined();
  expect(configuration.management_one).toBeUndefined();
});

test('a month-end file needs an e-mail or an upload', async () => {
  const noEmail = MANAGEMENT_ONE.replace(/ {2}email:.*\n/, '');
  const locations = 'locations:\n  "1": {}\n';
  expect(await messageOf(`${LEAST}${locations}${noEmail}`)).toContain(
    'expected email (smtp, from and to) or upload, so that the file is delivered',
  );
  const uploaded = await read(
    `${LEAST}${locations}${noEmail}  upload: { url: "https://m1.example/api", secret_field: p, secret: s }\n`,
  );
  expect(uploaded.management_one?.email).toBeUndefined();
});

test('a missing token says where to create one', async () => {
  expect(await messageOf(LEAST.replace(/ {2}token.*\n/, ''))).toBe(
    `tillstream.yaml:3 heartland.token is missing: expected an API token, as \${HEARTLAND_TOKEN}. Create it in Heartland under My Account › API Tokens.`,
  );
});

test('an unknown setting suggests the closest one', async () => {
  expect(await messageOf(`${LEAST}  in_fligth: 4\n`)).toBe(
    'tillstream.yaml:6 heartland.in_fligth is an unknown setting (did you mean "in_flight"?).',
  );
  expect(await messageOf(`${LEAST}managementOne: {}\n`)).toBe(
    'tillstream.yaml:6 managementOne is an unknown setting (did you mean "management_one"?).',
  );
});

test('an unknown setting like no other lists the known ones', async () => {
  expect(await messageOf(`${LEAST}warehouse: { bananas: 1 }\n`)).toBe(
    'tillstream.yaml:6 warehouse.bananas is an unknown setting. The settings here are url.',
  );
});

test.each([
  ['Chicago', 'America/Chicago'],
  ['CST', 'America/Chicago'],
  ['EST', 'America/New_York'],
  ['Pacific Time', 'America/Los_Angeles'],
  ['America/Chcago', 'America/Chicago'],
  ['America/New York', 'America/New_York'],
])('the time zone %s is refused, and %s is suggested', async (written, meant) => {
  expect(await messageOf(LEAST.replace('America/Chicago', written))).toBe(
    `tillstream.yaml:2 timezone found "${written}", expected an IANA time zone (did you mean ${meant}?).`,
  );
});

test('an address without encryption is refused, except on this machine', async () => {
  const http = LEAST.replace('https://acme', 'http://acme');
  expect(await messageOf(http)).toBe(
    'tillstream.yaml:4 heartland.base_url found "http://acme.retail.heartland.us/api", expected https:// (a token must not be sent unencrypted; http:// is for this machine only).',
  );
  for (const host of ['localhost:8080', '127.0.0.1:8080', '[::1]:8080']) {
    const local = LEAST.replace('https://acme.retail.heartland.us', `http://${host}`);
    expect((await read(local)).heartland.base_url).toBe(`http://${host}/api`);
  }
});

test.each(['localhost.evil.example', '127.0.0.1.evil.example'])(
  '%s is not this machine',
  async host => {
    const text = LEAST.replace('https://acme.retail.heartland.us', `http://${host}`);
    expect(await messageOf(text)).toContain('a token must not be sent unencrypted');
  },
);

test('an address without /api is refused', async () => {
  expect(await messageOf(LEAST.replace('/api', ''))).toBe(
    'tillstream.yaml:4 heartland.base_url found "https://acme.retail.heartland.us", expected an address that ends in /api, as https://acme.retail.heartland.us/api.',
  );
});

test('a wrong type or a number out of range is an error with the expected value', async () => {
  expect(await messageOf(`${LEAST}  in_flight: 99\n  per_page: many\n  max_retries:\n`)).toBe(
    [
      '3 mistakes',
      'tillstream.yaml:6 heartland.in_flight found 99, expected a whole number from 1 to 16.',
      'tillstream.yaml:7 heartland.per_page found "many", expected a whole number from 1 to 5000.',
      'tillstream.yaml:8 heartland.max_retries has no value, expected a whole number from 0 to 20.',
    ].join('\n'),
  );
  expect(await messageOf(`${LEAST}locations: [1, 2]\n`)).toBe(
    'tillstream.yaml:6 locations found a list, expected a section, with keys under it.',
  );
});

test('a class code that would lose its zero is refused, with the fix', async () => {
  const text = `${LEAST}${MANAGEMENT_ONE.replace('["110"', '[011')}locations: { 1: {} }\n`;
  expect(await messageOf(text)).toBe(
    'tillstream.yaml:8 management_one.class_codes[0] found 011, which without quotes is the number 11. Write "011", in quotes.',
  );
  const exponent = `${LEAST}${MANAGEMENT_ONE.replace('["110"', '[12E4')}locations: { 1: {} }\n`;
  expect(await messageOf(exponent)).toContain('Write "12E4", in quotes.');
});

test('numbers without quotes are read as text where text is expected', async () => {
  const { locations, management_one } = await read(
    `${LEAST}locations: { 1: { locally_id: 12345, management_one: 7 }, 02: {}, "O'Fallon, MO": }\n${MANAGEMENT_ONE.replace('"110"', '110')}`,
  );
  expect(locations).toEqual({
    1: { locally_id: '12345', management_one: '7' },
    '02': {},
    "O'Fallon, MO": {},
  });
  expect(management_one?.class_codes).toEqual(['110', 'UNCL']);
});

test.each(['Acme', '1shop', 'pg_acme', 'public', 'acme-east', 'a'.repeat(41), '../acme'])(
  'the merchant %s is refused',
  async name => {
    const message = await messageOf(LEAST.replace('acme', `"${name}"`));
    expect(message).toContain(`tillstream.yaml:1 merchant found "${name}", expected `);
  },
);

test.each(['../12345', '12345.csv', '12a'])('the Locally id %s is refused', async id => {
  expect(await messageOf(`${LEAST}locations: { "1": { locally_id: "${id}" } }\n`)).toBe(
    `tillstream.yaml:6 locations.1.locally_id found "${id}", expected the digits of the Locally store id, as "12345".`,
  );
});

test('a feed without any store is refused', async () => {
  expect(await messageOf(`${LEAST}locations: { "1": {}, "2": {} }\n${LOCALLY}`)).toBe(
    'tillstream.yaml:6 locations found a section, expected a locally_id on at least one location, because there is a section locally.',
  );
});

test('a shop with one location needs no Locally id', async () => {
  const { locally } = await read(`${LEAST}${LOCALLY}`);
  expect(locally?.layout.file_name).toBe('{locally_id}.csv');
});

test('safety stock is one number, or by store, class and item; the store must be in the feed', async () => {
  const shop = `${LEAST}locations: { "1": { locally_id: "5" } }\n${LOCALLY}`;
  expect((await read(`${shop}  safety_stock: 2\n`)).locally?.safety_stock).toEqual({
    default: 2,
    stores: {},
    classes: {},
    items: {},
  });
  expect(await messageOf(`${shop}  safety_stock: { stores: { "6": 1 } }\n`)).toBe(
    'tillstream.yaml:9 locally.safety_stock.stores.6 found 1, expected the locally_id of a location (5).',
  );
});

test('two locations with one Locally id are refused, unless sum_locations is set', async () => {
  const text = `${LEAST}${LOCALLY}locations:\n  "1": { locally_id: "5" }\n  "2": { locally_id: "5" }\n`;
  expect(await messageOf(text)).toBe(
    'tillstream.yaml:10 locations.2.locally_id found "5", expected a different id; location "1" has this one. If both are one store, set locally.sum_locations: true.',
  );
  const summed = text.replace('locally:', 'locally:\n  sum_locations: true');
  expect((await read(summed)).locally?.sum_locations).toBe(true);
});

test('a contradiction between sections is listed together with a mistake in another section', async () => {
  const text = `${LEAST}  in_flight: 0\n${LOCALLY}locations:\n  "1": { locally_id: "5" }\n  "2": { locally_id: "5" }\n`;
  expect((await messageOf(text)).split('\n')).toEqual([
    '2 mistakes',
    expect.stringContaining('tillstream.yaml:6 heartland.in_flight found 0'),
    expect.stringContaining('tillstream.yaml:11 locations.2.locally_id found "5"'),
  ]);
});

test('two locations with one number at Management One are refused, a default number included', async () => {
  const text = `${LEAST}${MANAGEMENT_ONE}locations:\n  "1": {}\n  "2": { management_one: "1" }\n`;
  expect(await messageOf(text)).toBe(
    'tillstream.yaml:12 locations.2.management_one found "1", expected a different number; location "1" has "1" at Management One.',
  );
});

test('the class for unclassified items must be one of class_codes', async () => {
  const text = `${LEAST}${MANAGEMENT_ONE.replace(', "UNCL"', '')}  problems: { no_class_code: unclassified }\nlocations: { "1": {} }\n`;
  expect(await messageOf(text)).toBe(
    'tillstream.yaml:6 management_one.unclassified_code is missing: expected one of class_codes (110), because unclassified items are counted under it.',
  );
});

test('the layout of a feed follows its settings, and a column may have another header', async () => {
  const shop = `${LEAST}locations: { "1": { locally_id: "5" } }\n`;
  const names = async (settings: string) => {
    const { locally } = await read(`${shop}${LOCALLY}${settings}`);
    return [locally?.layout.file_name, ...locally!.layout.columns.map(column => column.name)];
  };
  expect(await names('')).toEqual(['{locally_id}.csv', 'upc', 'qty', 'price']);
  expect(await names('  send_price: false\n')).toEqual(['{locally_id}.csv', 'upc', 'qty']);
  expect(await names('  files: combined\n')).toEqual([
    ...['{merchant}.csv', 'locally_id', 'upc', 'qty', 'price'],
  ]);
  expect(await names('  layout: { columns: [{ from: upc, name: barcode }, qty] }\n')).toEqual([
    '{locally_id}.csv',
    'barcode',
    'qty',
  ]);
  expect(await messageOf(`${shop}${LOCALLY}  layout: { columns: [upc, qty, prise] }\n`)).toBe(
    'tillstream.yaml:9 locally.layout.columns[2] found "prise", expected a column (did you mean price?) or { from: the column, name: its name in the file }. Columns are locally_id, upc, qty, price.',
  );
  expect(await messageOf(`${shop}${LOCALLY}  layout: { file_name: ../x.csv }\n`)).toContain(
    'locally.layout.file_name found "../x.csv", expected a file name without folder',
  );
});

test('the port follows the protocol', async () => {
  const shop = `${LEAST}locations: { "1": { locally_id: "5" } }\n${LOCALLY}`;
  expect((await read(shop)).locally?.deliver[0]).toMatchObject({ protocol: 'ftp', port: 21 });
  const implicit = await read(shop.replace('{ host', '{ protocol: ftps-implicit, host'));
  expect(implicit.locally?.deliver[0]).toMatchObject({ port: 990 });
  const sftp = await read(shop.replace('{ host', '{ protocol: sftp, host'));
  expect(sftp.locally?.deliver[0]).toMatchObject({ port: 22, directory: '.' });
});

test('a feed can have several destinations, and a mistake in one has its position', async () => {
  const shop = `${LEAST}locations: { "1": { locally_id: "5" } }\nlocally:\n`;
  const two = `${shop}  deliver:
    - { host: 127.0.0.1, user: u, password: p }
    - { protocol: email, smtp: smtp://127.0.0.1, from: a@b.example, to: { "5": c@d.example } }
`;
  expect((await read(two)).locally?.deliver.map(to => to.protocol)).toEqual(['ftp', 'email']);
  expect(await messageOf(two.replace('host:', 'hots:'))).toContain(
    'locally.deliver[0].hots is an unknown setting (did you mean "host"?).',
  );
  expect(
    await messageOf(`${shop}  deliver: { hots: 127.0.0.1, user: u, password: p }\n`),
  ).toContain(
    'tillstream.yaml:8 locally.deliver.hots is an unknown setting (did you mean "host"?).',
  );
  expect(await messageOf(two.replace('protocol: email', 'protocol: fax'))).toBe(
    'tillstream.yaml:10 locally.deliver[1].protocol found "fax", expected one of ftp, ftps, ftps-implicit, sftp, email.',
  );
  expect(await messageOf(`${shop}  deliver: { protocol: sftp, host: h, user: u }\n`)).toContain(
    'locally.deliver.password is missing: expected a password, or a private_key.',
  );
});

test('a feed can go to a destination by its name, which must be there', async () => {
  const shop = `${LEAST}locations: { "1": { locally_id: "5" } }\nlocally: { deliver: [archive] }\n`;
  const there = `${shop}destinations: { archive: { type: folder, path: feeds } }\n`;
  expect((await read(there)).locally?.deliver).toEqual([{ protocol: 'named', name: 'archive' }]);
  expect(await messageOf(there.replace('[archive]', '[archives]'))).toContain(
    'locally.deliver[0] found "archives", expected a destination with host, user and password, or the name of one in the section destinations (archive).',
  );
  expect(await messageOf(shop)).toContain('(there is none).');
});

test('two files of a feed with the same name are refused', async () => {
  const shop = `${LEAST}locations: { "1": { locally_id: "5" } }\n${LOCALLY}`;
  const further = (name: string) =>
    `${shop}  product_feed: { url: "https://a.example/{upc}" }\n  ship_to_store: { file_name: ${name} }\n`;
  expect((await read(further('ats.csv'))).locally?.product_feed?.file_name).toBe('products.csv');
  for (const name of ['5.csv', 'products.csv'])
    expect(await messageOf(further(name))).toContain(
      `locally.ship_to_store.file_name found "${name}", expected a file name that no other file of the feed has.`,
    );
});

test('a line break in an e-mail address or subject is refused', async () => {
  const shop = `${LEAST}locations: { "1": {} }\n${MANAGEMENT_ONE}`;
  const from = shop.replace('ops@acme.example', '"ops@acme.example\\r\\nBcc: x@evil.example"');
  expect(await messageOf(from)).toContain('management_one.email.from found');
  const subject = shop.replace('{ smtp', '{ subject: "month\\r\\nBcc: x@evil.example", smtp');
  expect(await messageOf(subject)).toContain('management_one.email.subject found');
});

test('a number may come from the environment', async () => {
  const { heartland } = await read(`${LEAST}  in_flight: \${IN_FLIGHT}\n`, {
    ...ENV,
    IN_FLIGHT: '8',
  });
  expect(heartland.in_flight).toBe(8);
});
