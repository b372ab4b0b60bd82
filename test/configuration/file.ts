/** A configuration file in a folder of its own, for one test. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readConfiguration } from '../../app/configuration/read.ts';
import type { Configuration } from '../../pipelines/settings/schema.ts';
import { ConfigurationError } from '../../transforms/errors.ts';

/** The smallest valid configuration. */
export const LEAST = `merchant: acme
timezone: America/Chicago
heartland:
  base_url: https://acme.retail.heartland.us/api
  token: \${HEARTLAND_TOKEN}
`;

export const ENV = { HEARTLAND_TOKEN: 'token-of-acme' };

/** Makes a folder that is removed when the test is over. */
export async function folderWith(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'configuration-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

export async function read(
  text: string,
  env: Readonly<Record<string, string>> = ENV,
): Promise<Configuration> {
  const folder = await folderWith({ 'tillstream.yaml': text });
  return readConfiguration(join(folder, 'tillstream.yaml'), env);
}

/** The error message for a file, without the folder's name. */
export async function messageOf(
  text: string | Uint8Array,
  env: Readonly<Record<string, string>> = ENV,
): Promise<string> {
  const folder = await folderWith({ 'tillstream.yaml': text });
  return refusal(readConfiguration(join(folder, 'tillstream.yaml'), env), folder);
}

export async function refusal(reading: Promise<unknown>, folder: string): Promise<string> {
  const error = await reading.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(error instanceof ConfigurationError)) throw error ?? new Error('there was no error');
  return error.message.replaceAll(`${folder}/`, '').replaceAll(folder, 'FOLDER');
}
