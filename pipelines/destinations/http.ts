import { z } from 'zod';
import type { UploadOptions } from '../../sinks/http/upload.ts';
import { tls, trustOf } from '../settings/tls.ts';
import { line, oneOf, text, wholeNumber } from '../settings/value.ts';
import { COMMON, destinationType } from './destination.ts';

const ADDRESS = 'an https:// address without user and password';
const NAME = 'the name of a form field or header, as file';
const name = z.string(NAME).regex(/^[A-Za-z0-9_.[\]-]{1,60}$/, NAME);
const pairs = z.record(name, text(line('one line of text')));

const schema = z.strictObject({
  type: z.literal('http').describe('A web service.'),
  url: z
    .string(ADDRESS)
    .refine(isSafe, ADDRESS)
    .describe('Address of the form; with method: PUT, of the folder of the files.'),
  method: oneOf(['PUT', 'POST'])
    .default('PUT')
    .describe('PUT: the bytes of each file; POST: a form with the file. Default PUT.'),
  headers: pairs.default({}).describe(`Headers, as Authorization: "\${SERVICE_TOKEN}".`),
  file_field: name.default('file').describe('Form field for the file. Default file.'),
  fields: pairs.default({}).describe('Other form fields; their values are never shown.'),
  ...tls,
  timeout_ms: wholeNumber(1000, 600_000)
    .default(60_000)
    .describe('Milliseconds without any response before the upload fails. Default 60000.'),
  ...COMMON,
});

function isSafe(written: string): boolean {
  const url = URL.parse(written);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}

function optionsOf(to: z.infer<typeof schema>): UploadOptions {
  return {
    url: to.url,
    section: 'destinations',
    method: to.method,
    headers: to.headers,
    isAny2xxAccepted: true,
    fileField: to.file_field,
    fields: to.fields,
    secrets: [...Object.values(to.headers), ...Object.values(to.fields)],
    timeoutMs: to.timeout_ms,
    ...trustOf(to),
  };
}

/** A web service that takes files by PUT, or as a form by POST. */
export const http = destinationType({
  schema,
  open: async to => (await import('../../sinks/http/upload.ts')).deliverByUpload(optionsOf(to)),
  test: async (to, signal) => {
    if (to.method === 'POST')
      return { says: 'Not tested: a form that is sent cannot be taken back.', isClean: true };
    const { testUpload } = await import('../../sinks/http/upload.ts');
    const { withTestFile } = await import('../../sinks/connection-test.ts');
    return withTestFile(signal, file => testUpload(optionsOf(to), file, signal));
  },
});
