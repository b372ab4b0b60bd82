import { readFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { sendEmail } from '../../sinks/email.ts';
import type { EmailOptions } from '../../sinks/emailOptions.ts';
import { type SmtpServer, type SmtpServerOptions, startSmtp } from '../smtp/server.ts';
import { awkwardBytes, outgoing } from './outgoing.ts';

const quiet = () => new AbortController().signal;

async function smtp(options: SmtpServerOptions = {}): Promise<SmtpServer> {
  const server = await startSmtp(options);
  onTestFinished(() => server.close());
  return server;
}

function through(server: SmtpServer, more: Partial<EmailOptions> = {}): EmailOptions {
  return {
    smtp: server.url,
    from: 'Acme <ops@acme.example>',
    to: ['affiliate@m1.example'],
    backoffMs: 1,
    timeoutMs: 2000,
    ...more,
  };
}

test('the attachment arrives byte for byte', async () => {
  const server = await smtp({ user: 'shop', password: 'mail-s/cret' });
  const file = await outgoing('4321_202601.txt', awkwardBytes(100_000));
  const message = { subject: 'January', text: 'Here it is.', attachments: [file] };
  const receipt = await sendEmail(through(server), message, quiet());
  const [mail] = server.messages;
  expect(mail?.attachments[0]?.content).toEqual(await readFile(file.path));
  expect(mail?.attachments[0]?.filename).toBe('4321_202601.txt');
  expect(receipt.bytes).toBe(file.bytes);
});
