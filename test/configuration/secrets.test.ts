import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { secretsOf } from '../../app/configuration/secrets.ts';
import { ENV, folderWith, LEAST, messageOf, read } from './file.ts';

const CANARY = 'canary-7f3a';

test('an environment variable that is not set is an error with the setting and what to type', async () => {
  expect(await messageOf(LEAST, {})).toBe(
    'tillstream.yaml:5 heartland.token refers to the environment variable HEARTLAND_TOKEN, which is not set. Set it with: export HEARTLAND_TOKEN=… (or name a file that holds it: export HEARTLAND_TOKEN_FILE=…).',
  );
  expect(await messageOf(LEAST, { HEARTLAND_TOKEN: '' })).toContain('which is empty.');
});

test('a value is read from the file that NAME_FILE names', async () => {
  const folder = await folderWith({});
  const file = join(folder, 'token');
  await writeFile(file, 'from-a-file\n');
  expect((await read(LEAST, { HEARTLAND_TOKEN_FILE: file })).heartland.token).toBe('from-a-file');
  expect(await messageOf(LEAST, { HEARTLAND_TOKEN_FILE: `${file}-gone` })).toContain(
    'to be read from HEARTLAND_TOKEN_FILE, but the file',
  );
  await writeFile(file, '\uFEFFfrom-a-file\r\n', 'utf16le');
  expect(await messageOf(LEAST, { HEARTLAND_TOKEN_FILE: file })).toContain(
    `but the file "${file}" is UTF-16. Save it as UTF-8.`,
  );
});

test.each([
  ['to\nken', 'it contains a line break, perhaps from pasting'],
  ['token\r\n', 'it begins or ends with a line break, perhaps from pasting'],
  ['\ntoken', 'it begins or ends with a line break, perhaps from pasting'],
  [' ', 'only spaces or line breaks'],
])('a token that was pasted as %j is an error that says what is wrong', async (token, says) => {
  expect(await messageOf(LEAST, { HEARTLAND_TOKEN: token })).toMatch(
    `tillstream.yaml:5 heartland.token has an invalid value (not shown): ${says}, expected an API token`,
  );
});

test('the content of a secret never changes the structure', async () => {
  for (const token of ['a, merchant: evil }', 'x: {y', '# no', '*a', '"', "'", `\${HOME}`, '011'])
    expect(await read(LEAST, { HEARTLAND_TOKEN: token })).toMatchObject({
      merchant: 'acme',
      heartland: { token },
    });
  expect(await messageOf(LEAST, { HEARTLAND_TOKEN: 'a\nmerchant: evil' })).toMatch(
    /^tillstream.yaml:5 heartland.token has an invalid value \(not shown\)/,
  );
});

test('a reference works between braces and inside a text, and can be escaped', async () => {
  const configuration = await read(
    `${LEAST}warehouse: { url: postgres://u:\${PASSWORD}@\${HOST}/acme }\nlocally: { filter: { a: "$\${X}" }, deliver: { host: h, user: u, password: \${PASSWORD} } }\nlocations: { 1: { locally_id: 5 } }\n`,
    { ...ENV, PASSWORD: 'pw', HOST: 'db.acme.example' },
  );
  expect(configuration.warehouse.url).toBe('postgres://u:pw@db.acme.example/acme');
  expect(configuration.locally?.deliver[0]).toMatchObject({ password: 'pw' });
  expect(configuration.locally?.filter).toEqual({ a: `\${X}` });
});

test('a malformed reference is refused', async () => {
  expect(await messageOf(LEAST.replace('HEARTLAND_TOKEN', 'HEARTLAND-TOKEN'))).toBe(
    `tillstream.yaml:5 heartland.token contains \${, which begins a reference: expected \${NAME}, with a name of letters, digits and _. For the two characters themselves write $\${.`,
  );
});

describe('a secret is in no error', () => {
  const inFile: Readonly<Record<string, string>> = {
    'a file that is only a token': CANARY,
    'a misspelled setting': LEAST.replace(/token: .*/, `tokn: ${CANARY}`),
    'a list in place of a token': LEAST.replace(/token: .*/, `token: [${CANARY}]`),
    'a section in place of a token': LEAST.replace(/token: .*/, `token: { ${CANARY}: 1 }`),
    'a token of two lines': LEAST.replace(/token: .*/, `token: "${CANARY}\\n${CANARY}"`),
    'a token that YAML cannot read': LEAST.replace(/token: .*/, `token: @${CANARY}`),
    'a token with a colon': LEAST.replace(/token: .*/, `token: ${CANARY}: x`),
    'a token as an alias': LEAST.replace(/token: .*/, `token: *${CANARY}`),
    'a token as a tag': LEAST.replace(/token: .*/, `token: !${CANARY} x`),
    'a token with an open quote': LEAST.replace(/token: .*/, `token: "${CANARY}`),
    'a token with a wrong escape': LEAST.replace(/token: .*/, `token: "${CANARY}\\q"`),
    'a token on the next line': LEAST.replace(/token: .*/, `token:\n  ${CANARY}: x: y`),
    'a token of many lines': LEAST.replace(/token: .*/, `token: |\n   ab\n  ${CANARY}\n c: {`),
    'a token under a wrong indentation': LEAST.replace(/ {2}token: .*/, `   token: ${CANARY}`),
    'a password in the address of the account': LEAST.replace('https://', `https://u:${CANARY}@`),
    'a warehouse that is not Postgres': `${LEAST}warehouse: { url: "mysql://u:${CANARY}@h/d" }\n`,
    'a warehouse that is not an address': `${LEAST}warehouse: { url: "u:${CANARY}@h" }\n`,
    'a section of another kind': `${LEAST}locally: ["${CANARY}"]\n`,
    'a mail server of another kind': `${LEAST}management_one: { email: { smtp: "http://u:${CANARY}@h" } }\n`,
  };
  test.each(Object.entries(inFile))('%s', async (_, text) => {
    expect(await messageOf(text)).not.toContain(CANARY);
  });

  test.each([
    ...['merchant', 'timezone', 'data_folder: 1\nlocations', 'locally', 'management_one'],
    ...['warehouse', 'item_fields', 'history', 'unknown'],
  ])('a value of the environment under %s', async key => {
    const text = `${LEAST.replace(new RegExp(`^${key}: .*\n`, 'm'), '')}${key}: \${SECRET}\n`;
    expect(await messageOf(text, { ...ENV, SECRET: CANARY })).not.toContain(CANARY);
  });
});

test('all secrets of a configuration are masked, in each form they are written in', async () => {
  const configuration = await read(
    `${LEAST}warehouse: { url: "postgres://u:p%40ss@db.acme.example/acme?password=second" }
locations: { "1": { locally_id: "5" } }
locally: { deliver: { host: h, user: u, password: 'ftp "pass"' } }
management_one:
  client_id: "4321"
  class_codes: ["110"]
  email: { smtp: "smtp://u:mail@secret@mail.acme.example", from: a@acme.example, to: [b@m1.example] }
`,
  );
  const secrets = secretsOf(configuration);
  expect(secrets).toEqual(
    expect.arrayContaining([
      ...['token-of-acme', 'p@ss', 'p%40ss', 'second', 'ftp "pass"', 'ftp \\"pass\\"'],
      ...['ftp%20%22pass%22', 'mail@secret', 'mail%40secret'],
    ]),
  );
  expect(secrets).not.toContain('db.acme.example');
  expect(secrets.map(secret => secret.length)).toEqual(
    secrets.map(secret => secret.length).toSorted((a, b) => b - a),
  );
});
