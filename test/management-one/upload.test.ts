import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { managementOne } from '../../pipelines/exports/management-one/management-one.ts';
import { deliverByUpload } from '../../sinks/http/upload.ts';
import { listExports } from '../../sinks/postgres/exports.ts';
import { parseMonth } from '../../transforms/month.ts';
import { outgoing } from '../sinks/outgoing.ts';
import { keptFile, LENIENT, retailer } from './month.ts';

const SECRET = 'upload-canary/&';

interface Taken {
  readonly fields: Readonly<Record<string, string>>;
  readonly name: string;
  readonly bytes: Buffer;
}

/** A web service that takes forms, and answers as it is told: with a status, or by hanging up. */
async function service(answers: readonly (number | 'hang up')[] = []) {
  const taken: Taken[] = [];
  const left = [...answers];
  const server: Server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = new Response(Buffer.concat(parts), {
      headers: { 'content-type': request.headers['content-type'] ?? '' },
    });
    const form = await body.formData();
    const file = form.get('f') as File;
    const fields = Object.fromEntries(
      [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
    const answer = left.shift() ?? 200;
    if (answer === 'hang up') {
      request.socket.destroy();
      return;
    }
    if (answer === 200)
      taken.push({ fields, name: file.name, bytes: Buffer.from(await file.arrayBuffer()) });
    response.statusCode = answer;
    response.end(answer === 200 ? 'Uploaded' : `Class 999 unknown for password ${fields.p}`);
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/upload`;
  return { url, taken };
}

const section = (url: string) => ({
  ...LENIENT,
  upload: { url, secret_field: 'p', secret: SECRET },
});

test('with upload the file goes to the web service as a form, and not by e-mail', async () => {
  const { url, taken } = await service();
  const { run, smtp, fresh } = await retailer({ section: section(url) });
  const result = await run();
  expect(result).toMatchObject({
    status: 'delivered',
    receipts: [{ destination: url, detail: 'Uploaded' }],
  });
  expect(smtp.messages).toEqual([]);
  const [form] = taken;
  expect(form).toMatchObject({ name: '4321_202610.txt', fields: { u: '4321', p: SECRET } });
  const kept = await keptFile(fresh.work.warehouse, result.exportId!, '4321_202610.txt');
  expect(form?.bytes.equals(kept)).toBe(true);
  await expect(run()).rejects.toMatchObject({ code: 'ALREADY_SENT' });
});

test('with upload and no e-mail at all the file goes to the web service', async () => {
  const { url, taken } = await service();
  const { fresh } = await retailer({ section: section(url) });
  const { management_one: settings, ...configuration } = fresh.work.configuration;
  const { email: _, ...withoutEmail } = settings!;
  const work = { ...fresh.work, configuration: { ...configuration, management_one: withoutEmail } };
  const result = await managementOne(
    work,
    { month: parseMonth('2026-10') },
    new AbortController().signal,
  );
  expect(result.status).toBe('delivered');
  expect(taken).toHaveLength(1);
});

test('with upload the list of issues still goes to the retailer by e-mail', async () => {
  const { url } = await service();
  const { run, smtp } = await retailer({
    section: { ...section(url), email: { errors_to: ['ops@acme.example'] } },
  });
  await run();
  const [list, ...others] = smtp.messages;
  expect(list?.to).toMatchObject({ text: 'ops@acme.example' });
  expect(list?.text).toContain('Issues to fix (');
  expect(list?.text).toContain(`Sent to ${url}: 4321_202610.txt`);
  expect(others).toEqual([]);
});

test('a 500 shows the reason without the secret; the next run sends the file again', async () => {
  const { url, taken } = await service([500]);
  const { run, fresh } = await retailer({ section: section(url) });
  const error: Error = await run().then(
    () => expect.unreachable(),
    (reason: Error) => reason,
  );
  expect(error).toMatchObject({ code: 'UPLOAD_REFUSED', exitCode: 5 });
  expect(error.message).toContain('it answered 500');
  expect(error.message).toContain('Class 999 unknown for password ***');
  expect(error.message).not.toContain('canary');
  await run();
  expect(taken).toHaveLength(1);
  const kept = await listExports(fresh.work.warehouse, 'management_one');
  expect(kept.map(({ status }) => status)).toEqual(['delivered', 'failed']);
  expect(JSON.stringify(kept)).not.toContain('canary');
});

test('an upload that ends without an answer is not repeated automatically', async () => {
  const { url, taken } = await service(['hang up']);
  const { run } = await retailer({ section: section(url) });
  await expect(run()).rejects.toMatchObject({ code: 'UPLOAD_MAYBE_TAKEN', exitCode: 5 });
  await expect(run()).rejects.toMatchObject({ code: 'MAYBE_SENT', exitCode: 4 });
  expect(taken).toEqual([]);
});

test('the files that were accepted are named; without a server none was', async () => {
  const { url } = await service([200, 500]);
  const files = [await outgoing('1.txt', 'one'), await outgoing('2.txt', 'two')];
  const options = {
    url,
    fileField: 'f',
    fields: { p: SECRET },
    secrets: [SECRET],
    timeoutMs: 2000,
  };
  const { signal } = new AbortController();
  await expect(deliverByUpload(options)(files, signal)).rejects.toMatchObject({
    code: 'UPLOAD_PARTLY',
    message: expect.stringContaining('Only "1.txt" of the files were accepted.'),
  });
  await expect(
    deliverByUpload({ ...options, url: 'http://127.0.0.1:1/' })(files, signal),
  ).rejects.toMatchObject({ code: 'UPLOAD_REFUSED' });
});
