import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { JSON_SCHEMA_FILE, jsonSchema } from '../../app/configuration/json-schema.ts';
import { readConfiguration, readConfigurations } from '../../app/configuration/read.ts';
import { ENV, folderWith, LEAST, messageOf, read, refusal } from './file.ts';

test('a missing file says how to create one', async () => {
  const folder = await folderWith({});
  expect(await refusal(readConfiguration(join(folder, 'tillstream.yaml'), ENV), folder)).toBe(
    'The configuration file "tillstream.yaml" does not exist. Create it with: tillstream init. Or name another file with --config FILE.',
  );
});

test('an empty file is an error', async () => {
  expect(await messageOf('# nothing yet\n')).toBe('tillstream.yaml is empty.');
});

test('a file that is not UTF-8 is an error with the line', async () => {
  const unicode = Buffer.from(`\uFEFF${LEAST}`, 'utf16le');
  const isUtf16 = 'tillstream.yaml is UTF-16. Save it as UTF-8.';
  expect(await messageOf(unicode)).toBe(isUtf16);
  expect(await messageOf(unicode.subarray(2))).toBe(isUtf16);
  expect(await messageOf(Buffer.from(unicode).swap16())).toBe(isUtf16);
  expect(await messageOf(Buffer.from(`${LEAST}# caf\xe9\n`, 'latin1'))).toBe(
    'tillstream.yaml:6 contains a byte that is not UTF-8. Save the file as UTF-8.',
  );
  expect(await read(`\uFEFF${LEAST}# café 🧵\n`)).toMatchObject({ merchant: 'acme' });
});

test('a tab as indentation is an error that shows the line', async () => {
  expect(await messageOf('merchant: acme\nheartland:\n\tin_flight: 4\n')).toBe(
    'tillstream.yaml:3 column 1, in "→in_flight: 4": a tab is used as indentation. Use spaces.',
  );
});

test('a line that is not YAML is an error with its column', async () => {
  expect(await messageOf('merchant: acme: shop\n')).toBe(
    'tillstream.yaml:1 column 11, in "merchant: acme: shop": text with a colon and a space in it must be in quotes (or the next line is indented too far).',
  );
  expect(await messageOf('merchant: acme\n  timezone: x\n')).toContain('tillstream.yaml:');
});

test('a setting that is set twice is an error with both lines', async () => {
  expect(await messageOf(`${LEAST}merchant: other\n`)).toBe(
    'tillstream.yaml:6 merchant is set twice; the first is on line 1. Delete one of them.',
  );
});

test('characters with a meaning in YAML must be in quotes', async () => {
  for (const value of ['*abc', '&abc', '!abc x'])
    expect(await messageOf(LEAST.replace('merchant: acme', `merchant: ${value}`))).toContain(
      'tillstream.yaml:1 merchant begins with ',
    );
});

test('all mistakes are listed at once, in the order of the file', async () => {
  const message = await messageOf(`merchant: Acme\ntimezone: Chicago\nheartland:\n  tokn: x\n`);
  expect(message.split('\n').map(line => line.split(' ').slice(0, 2).join(' '))).toEqual([
    '5 mistakes',
    'tillstream.yaml:1 merchant',
    'tillstream.yaml:2 timezone',
    'tillstream.yaml:3 heartland.base_url',
    'tillstream.yaml:3 heartland.token',
    'tillstream.yaml:4 heartland.tokn',
  ]);
});

test('the data folder is relative to the configuration file, not to the current folder', async () => {
  const folder = await folderWith({ 'tillstream.yaml': LEAST });
  const configuration = await readConfiguration(join(folder, 'tillstream.yaml'), ENV);
  expect(configuration.data_folder).toBe(join(folder, '.tillstream'));
  expect((await read(`${LEAST}data_folder: /var/tillstream\n`)).data_folder).toBe(
    '/var/tillstream',
  );
});

test('a folder has a configuration file for each merchant', async () => {
  const folder = await folderWith({
    'b.yaml': LEAST.replace('acme', 'bravo'),
    'a.yaml': LEAST,
    '.hidden.yaml': 'x',
    'notes.txt': 'x',
  });
  const configurations = await readConfigurations(folder, ENV);
  expect(configurations.map(({ merchant }) => merchant)).toEqual(['acme', 'bravo']);
  const one = await readConfigurations(join(folder, 'b.yaml'), ENV);
  expect(one.map(({ merchant }) => merchant)).toEqual(['bravo']);
});

test('two files with the same merchant are refused', async () => {
  const folder = await folderWith({ 'a.yaml': LEAST, 'b.yaml': LEAST });
  expect(await refusal(readConfigurations(folder, ENV), folder)).toBe(
    'b.yaml merchant found "acme", which a.yaml uses too.',
  );
});

test('the mistakes in all files of a folder are listed at once', async () => {
  const folder = await folderWith({
    'a.yaml': LEAST.replace('acme', 'Acme'),
    'b.yaml': LEAST.replace('America/Chicago', 'Chicago'),
  });
  const message = await refusal(readConfigurations(folder, ENV), folder);
  expect(message).toMatch(/^a\.yaml:1 merchant .*\nb\.yaml:2 timezone .*\.$/);
});

test('a folder without a configuration is an error', async () => {
  const folder = await folderWith({ 'notes.txt': '' });
  expect(await refusal(readConfigurations(folder, ENV), folder)).toBe(
    'The folder "FOLDER" contains no configuration: expected at least one .yaml file. Create one for each merchant with: tillstream init --config FILE',
  );
});

test('the example in the documentation works', async () => {
  const env = {
    ...ENV,
    DATABASE_URL: 'postgres://u:p@127.0.0.1/acme',
    LOCALLY_PASSWORD: 'p',
  };
  const example = new URL('../../docs/tillstream.example.yaml', import.meta.url).pathname;
  const configuration = await readConfiguration(example, env);
  expect(configuration.locally?.filter).toEqual({
    active: true,
    'custom@sell_on_locally': 'true',
  });
  expect(configuration.locally?.deliver[0]).toMatchObject({ password: 'p' });
});

test('the JSON Schema for editors is up to date', async () => {
  const committed: unknown = JSON.parse(await readFile(JSON_SCHEMA_FILE, 'utf8'));
  expect(committed, 'run: node app/configuration/json-schema.ts').toEqual(JSON.parse(jsonSchema()));
});
