import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { managementOne } from '../../pipelines/exports/management-one/management-one.ts';
import { configurationSchema } from '../../pipelines/settings/schema.ts';
import { listExports } from '../../sinks/postgres/exports.ts';
import { InterruptedError } from '../../transforms/errors.ts';
import { parseMonth } from '../../transforms/month.ts';
import { type SmtpServerOptions, startSmtp } from '../stand-ins/smtp/server.ts';
import { makeCertificate } from '../stand-ins/tls/certificate.ts';
import { LENIENT, type Retailer, retailer } from './month.ts';

const PASSWORD = 'mail-canary/&';

/** Sends October through another mail server than the usual one. */
async function through(shop: Retailer, options: SmtpServerOptions) {
  const server = await startSmtp(options);
  onTestFinished(() => server.close());
  const { work } = shop.fresh;
  const section = work.configuration.management_one!;
  const configuration = {
    ...work.configuration,
    management_one: { ...section, email: { ...section.email!, smtp: server.url } },
  };
  const send = () =>
    managementOne(
      { ...work, configuration },
      { month: parseMonth('2026-10') },
      new AbortController().signal,
    );
  return { server, send };
}

test('a mail server that refuses the log-in leaves the month unsent, and its password is nowhere', async () => {
  const shop = await retailer({ section: LENIENT });
  const logIn = { user: 'shop', password: PASSWORD };
  const { server, send } = await through(shop, { ...logIn, faults: { echoPassword: true } });
  const error = await send().then(
    () => expect.unreachable(),
    (reason: Error) => reason,
  );
  expect(error).toMatchObject({ code: 'MAIL_NOT_SENT', exitCode: 5 });
  expect(error.message).not.toContain('canary');
  const [kept] = await listExports(shop.fresh.work.warehouse, 'management_one');
  expect(kept?.status).toBe('failed');
  expect(JSON.stringify(kept)).not.toContain('canary');

  server.faults.echoPassword = false;
  expect((await send()).status).toBe('delivered');
  expect(server.messages).toHaveLength(1);
});

test('a mail server with an untrusted certificate gets nothing', async () => {
  const shop = await retailer({ section: LENIENT });
  const { server, send } = await through(shop, {
    user: 'shop',
    password: PASSWORD,
    tls: { ...(await makeCertificate()), isImplicit: true },
  });
  await expect(send()).rejects.toMatchObject({
    code: 'MAIL_NOT_SENT',
    message: expect.stringContaining('certificate of the mail server is not trusted'),
  });
  expect(server.messages).toEqual([]);
});

test('after an abort while pulling nothing is exported, and the next run sends the month', async () => {
  const shop = await retailer({ section: LENIENT });
  const { work } = shop.fresh;
  const stop = new AbortController();
  const stopping = {
    ...work,
    report: (event: Parameters<typeof work.report>[0]) => {
      if (event.kind === 'slice' && event.record.stream === 'sales_daily') stop.abort();
    },
  };
  await expect(
    managementOne(stopping, { month: parseMonth('2026-10') }, stop.signal),
  ).rejects.toBeInstanceOf(InterruptedError);
  expect(await listExports(work.warehouse, 'management_one')).toEqual([]);
  expect((await shop.run()).status).toBe('delivered');
});

test('without a folder for the file nothing is exported, and the folder is named', async () => {
  const shop = await retailer({ section: LENIENT });
  const { work } = shop.fresh;
  const file = join(shop.folder, 'notes.txt');
  await writeFile(file, 'mine');
  const configuration = { ...work.configuration, data_folder: file };
  const { signal } = new AbortController();
  await expect(
    managementOne({ ...work, configuration }, { month: parseMonth('2026-10') }, signal),
  ).rejects.toMatchObject({
    code: 'FILE_NOT_WRITTEN',
    message: expect.stringContaining(join(file, 'spool')),
  });
  expect(await listExports(work.warehouse, 'management_one')).toEqual([]);
});

test('the configuration in the guide is valid', async () => {
  const guide = await readFile(new URL('../../docs/management-one.md', import.meta.url), 'utf8');
  const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) =>
    parse(
      text!.replace(/\$\{SMTP_URL\}/, 'smtp://127.0.0.1:25').replaceAll('…', 'https://m1.example'),
    ),
  );
  const [first, layout, upload] = blocks;
  const least = {
    merchant: 'acme',
    timezone: 'America/Chicago',
    heartland: { base_url: 'https://acme.retail.heartland.us/api', token: 't' },
    ...first,
  };
  const configured = configurationSchema.parse({
    ...least,
    management_one: {
      ...first.management_one,
      ...layout.management_one,
      upload: { url: 'https://m1.example/api', secret_field: 'p', secret: 's' },
    },
  });
  expect(configured.management_one?.layout.columns[2]).toMatchObject({
    from: 'EndRetail',
    name: 'EOM',
  });
  expect(Object.keys(upload.management_one.upload)).toEqual(['url', 'secret_field', 'secret']);
});
