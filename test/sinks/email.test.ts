import { readFile } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sendEmail } from '../../sinks/email/email.ts';
import type { EmailMessage, EmailOptions } from '../../sinks/email/options.ts';
import { DeliveryError, InterruptedError, LocalFileError } from '../../transforms/errors.ts';
import { type SmtpServer, type SmtpServerOptions, startSmtp } from '../stand-ins/smtp/server.ts';
import { makeCertificate } from '../stand-ins/tls/certificate.ts';
import { awkwardBytes, outgoing } from './outgoing.ts';

const PASSWORD = 'mail-canary/&';
const LOG_IN = { user: 'shop', password: PASSWORD };
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

async function january(more: Partial<EmailMessage> = {}): Promise<EmailMessage> {
  const attachments = [await outgoing('4321_202601.txt', 'ClientID|PeriodStart\r\n')];
  return { subject: 'January', text: 'Here it is.', attachments, ...more };
}

async function failure(
  options: EmailOptions,
  message: EmailMessage,
  signal = quiet(),
): Promise<Error> {
  const error = await sendEmail(options, message, signal).then(
    () => expect.unreachable('the e-mail should have failed'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  expect(String(error)).not.toContain('canary');
  expect(JSON.stringify([error, String((error as Error).cause ?? '')])).not.toContain('canary');
  return error as Error;
}

describe('the hook that records a message before it may have arrived', () => {
  test('is awaited before the message ends', async () => {
    const server = await smtp();
    let sentMeanwhile = -1;
    const message = await january({
      beforeHandover: async () => {
        await new Promise(resolve => setImmediate(resolve));
        sentMeanwhile = server.messages.length;
      },
    });
    await sendEmail(through(server), message, quiet());
    expect(sentMeanwhile).toBe(0);
    expect(server.messages).toHaveLength(1);
  });

  test('prevents the message from being sent if it fails', async () => {
    const server = await smtp();
    const message = await january({
      beforeHandover: () => Promise.reject(new Error('The warehouse is down.')),
    });
    expect(await failure(through(server), message)).toMatchObject({ code: 'MAIL_NOT_SENT' });
    expect(server.messages).toHaveLength(0);
  });
});

describe('an e-mail', () => {
  test('carries the attachment byte for byte', async () => {
    const server = await smtp(LOG_IN);
    const file = await outgoing('4321_202601.txt', awkwardBytes(100_000));
    const message = await january({ attachments: [file], messageId: '<run-7@acme.example>' });
    const receipt = await sendEmail(through(server), message, quiet());
    const [mail] = server.messages;
    expect(mail?.attachments[0]?.content).toEqual(await readFile(file.path));
    expect(mail?.attachments[0]?.filename).toBe('4321_202601.txt');
    expect(mail?.subject).toBe('January');
    expect(mail?.from?.text).toBe('"Acme" <ops@acme.example>');
    expect(mail?.text).toContain('Here it is.');
    expect(receipt).toEqual({
      file: '4321_202601.txt',
      destination: `smtp://127.0.0.1:${server.port} to affiliate@m1.example`,
      bytes: file.bytes,
      detail: '250 Message taken (Message-ID <run-7@acme.example>)',
      recipients: ['affiliate@m1.example'],
    });
  });

  test('uses the given Message-ID, so that a duplicate is recognizable', async () => {
    const server = await smtp();
    const message = await january({ messageId: '<acme-2026-01@acme.example>' });
    await sendEmail(through(server), message, quiet());
    await sendEmail(through(server), message, quiet());
    expect(server.messages.map(mail => mail.messageId)).toEqual(
      Array(2).fill('<acme-2026-01@acme.example>'),
    );
  });

  test('goes to several people, with copies and another address for replies', async () => {
    const server = await smtp();
    const options = through(server, {
      to: ['Ann <a@m1.example>', 'b@m1.example'],
      cc: ['c@acme.example'],
      replyTo: 'owner@acme.example',
    });
    const receipt = await sendEmail(options, await january({ subject: 'Jänner ☃' }), quiet());
    expect(receipt.destination).toContain('to a@m1.example, b@m1.example, c@acme.example');
    expect(server.messages[0]?.subject).toBe('Jänner ☃');
    expect(server.messages[0]?.replyTo?.text).toBe('owner@acme.example');
  });

  test.for([
    { kind: 'STARTTLS', isImplicit: false },
    { kind: 'TLS from the start', isImplicit: true },
  ])('is encrypted by $kind', async ({ isImplicit }) => {
    const tls = { ...(await makeCertificate()), isImplicit };
    const server = await smtp({ ...LOG_IN, tls });
    const options = through(server, { ca: tls.cert, requireTls: true });
    await sendEmail(options, await january(), quiet());
    expect(server.messages).toHaveLength(1);
  });

  test.each([
    ['for localhost', async () => makeCertificate()],
    ['for another name', async () => makeCertificate('mail.acme.example')],
  ])(
    'is sent by STARTTLS to a server on this machine with a self-signed certificate %s',
    async (_, made) => {
      const server = await smtp({ tls: await made() });
      await sendEmail(through(server), await january(), quiet());
      expect(server.messages).toHaveLength(1);
      expect(server.secured).toBe(1);
    },
  );

  test('is sent to a server with a certificate for another name if server_name is set', async () => {
    const tls = { ...(await makeCertificate('mail.acme.example')), isImplicit: true };
    const server = await smtp({ ...LOG_IN, tls });
    const trust = { ca: tls.cert, serverName: 'mail.acme.example' };
    await sendEmail(through(server, trust), await january(), quiet());
    expect(server.messages).toHaveLength(1);
    await failure(through(server, { ca: tls.cert }), await january());
  });

  test('is retried while the server refuses temporarily, and arrives once', async () => {
    const server = await smtp({ faults: { refuseForNow: 2 } });
    await sendEmail(through(server), await january(), quiet());
    expect(server.connections()).toBe(3);
    expect(server.messages).toHaveLength(1);
  });
});

describe('an e-mail that was not sent fails with the reason', () => {
  test('when the log-in is refused: after one try, without showing the password', async () => {
    const server = await smtp({ ...LOG_IN, faults: { refuseLogin: true } });
    const error = await failure(through(server), await january());
    expect(error).toBeInstanceOf(DeliveryError);
    expect(error).toMatchObject({ code: 'MAIL_NOT_SENT', exitCode: 5 });
    expect(error.message).toBe(
      `The e-mail "January" was not sent through smtp://127.0.0.1:${server.port}: the mail server refused the ` +
        'log-in: found "Invalid login: 535 Bad user or password". ' +
        'Check user and password of the mail server in the configuration.',
    );
    expect(server.connections()).toBe(1);
  });

  test('when the server repeats the password in its answer, without repeating it', async () => {
    const server = await smtp({ ...LOG_IN, faults: { echoPassword: true } });
    const error = await failure(through(server), await january());
    expect(error.message).toContain('Bad password: ***');
  });

  test('when no recipient is accepted', async () => {
    const server = await smtp({ faults: { refuseRecipients: ['affiliate@m1.example'] } });
    const error = await failure(through(server), await january());
    expect(error).toMatchObject({ code: 'MAIL_NOT_SENT' });
    expect(error.message).toContain('accepts none of the recipients: affiliate@m1.example');
  });

  test('when the server refuses the message', async () => {
    const server = await smtp({ faults: { refuseMessage: true } });
    const error = await failure(through(server), await january());
    expect(error).toMatchObject({ code: 'MAIL_NOT_SENT' });
    expect(error.message).toContain('554 Message refused');
    expect(server.connections()).toBe(1);
  });

  test('when the server refuses temporarily each time', async () => {
    const server = await smtp({ faults: { refuseForNow: 99 } });
    const error = await failure(through(server, { attempts: 2 }), await january());
    expect(error).toMatchObject({ code: 'MAIL_NOT_SENT' });
    expect(error.message).toContain('451 Try again later');
    expect(server.connections()).toBe(2);
  });

  test('when nothing listens there', async () => {
    const server = await startSmtp();
    await server.close();
    const error = await failure(through(server, { attempts: 2 }), await january());
    expect(error).toMatchObject({ code: 'MAIL_NOT_SENT' });
    expect(error.message).toContain(`127.0.0.1:${server.port}: nothing answers at that host`);
  });

  test('when the server never greets', async () => {
    const server = await smtp({ faults: { stallAt: 'greeting' } });
    const options = through(server, { attempts: 1, timeoutMs: 200 });
    const error = await failure(options, await january());
    expect(error).toMatchObject({ code: 'MAIL_NOT_SENT' });
    expect(error.message).toContain('the mail server stopped answering');
  });

  test('when the connection breaks in the middle of the message', async () => {
    const server = await smtp({ faults: { dropAt: 'during data' } });
    const attachments = [await outgoing('big.txt', awkwardBytes(8_000_000))];
    const error = await failure(through(server, { attempts: 2 }), await january({ attachments }));
    expect(error).toMatchObject({ code: 'MAIL_NOT_SENT' });
    expect(server.connections()).toBe(2);
  });

  test('when the certificate is not trusted', async () => {
    const server = await smtp({ ...LOG_IN, tls: await makeCertificate() });
    const error = await failure(through(server), await january());
    expect(error).toMatchObject({ code: 'MAIL_NOT_SENT' });
    expect(error.message).toContain('the certificate of the mail server is not trusted');
    expect(error.message).toContain('set `ca` to a file');
    expect(server.messages).toHaveLength(0);
  });

  test('when encryption is required and the server has none', async () => {
    const server = await smtp(LOG_IN);
    const error = await failure(through(server, { requireTls: true }), await january());
    expect(error).toMatchObject({ code: 'MAIL_NOT_SENT' });
    expect(error.message).toContain('no encrypted connection could be made');
  });

  test('when the attachment no longer exists', async () => {
    const server = await smtp();
    const file = await outgoing('1.txt', 'x');
    const message = await january({ attachments: [{ ...file, path: '/nowhere/1.txt' }] });
    expect(await failure(through(server), message)).toBeInstanceOf(LocalFileError);
    expect(server.connections()).toBe(0);
  });
});

describe('an e-mail that may have been sent is reported as such, and not sent again', () => {
  test('when the connection breaks after the whole message, before the answer', async () => {
    const server = await smtp({ faults: { dropAt: 'after data' } });
    const error = await failure(through(server), await january());
    expect(error).toMatchObject({ code: 'MAIL_MAYBE_SENT', exitCode: 5 });
    expect(error.message).toContain('Ask a recipient whether it arrived before you send it again.');
    expect(server.connections()).toBe(1);
  });

  test('when the server falls silent after the whole message', async () => {
    const server = await smtp({ faults: { stallAt: 'data' } });
    const error = await failure(through(server, { timeoutMs: 200 }), await january());
    expect(error).toMatchObject({ code: 'MAIL_MAYBE_SENT' });
    expect(server.connections()).toBe(1);
  });

  test('when only some recipients were refused: the message names both groups', async () => {
    const server = await smtp({ faults: { refuseRecipients: ['gone@m1.example'] } });
    const options = through(server, { to: ['affiliate@m1.example', 'gone@m1.example'] });
    const error = await failure(options, await january());
    expect(error).toMatchObject({ code: 'MAIL_PARTLY_SENT', exitCode: 5 });
    expect(error.message).toContain(
      'refused some recipients of the e-mail "January": gone@m1.example',
    );
    expect(error.message).toContain('these have it: affiliate@m1.example');
    expect(server.messages).toHaveLength(1);
  });
});

describe('Ctrl-C while an e-mail is being sent', () => {
  test('before the message was sent: it was not sent', async () => {
    const server = await smtp({ faults: { stallAt: 'greeting' } });
    const pressed = new AbortController();
    void server.stalled().then(() => pressed.abort());
    const error = await failure(through(server), await january(), pressed.signal);
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error).toMatchObject({ code: 'INTERRUPTED' });
    expect(error.message).toContain('It was not sent.');
  });

  test('after the message was sent: it may have arrived', async () => {
    const server = await smtp({ faults: { stallAt: 'data' } });
    const pressed = new AbortController();
    void server.stalled().then(() => pressed.abort());
    const error = await failure(through(server), await january(), pressed.signal);
    expect(error).toBeInstanceOf(InterruptedError);
    expect(error).toMatchObject({ code: 'MAIL_MAYBE_SENT' });
  });
});

describe('an injection attempt in an e-mail is rejected', () => {
  test.for<[string, Partial<EmailOptions>, Partial<EmailMessage>]>([
    ['a subject with a header behind it', {}, { subject: 'January\r\nBcc: spy@evil.example' }],
    ['a Message-ID with a header behind it', {}, { messageId: '<a@b>\nBcc: spy@evil.example' }],
    ['a recipient with a header behind it', { to: ['a@m1.example\r\nBcc: s@evil.example'] }, {}],
    ['a recipient that is two', { to: ['a@m1.example, spy@evil.example'] }, {}],
    ['a recipient without a domain', { to: ['affiliate'] }, {}],
    ['no recipient', { to: [] }, {}],
    ['a sender with a header behind it', { from: 'Acme\nBcc: s@evil.example <o@a.example>' }, {}],
    ['a reply address with a header behind it', { replyTo: 'o@a.example\rX: y' }, {}],
    ['a mail server with another protocol', { smtp: 'http://shop:canary@127.0.0.1:25' }, {}],
    ['a mail server that cannot be read', { smtp: 'smtp://shop:%canary@127.0.0.1:25' }, {}],
  ])('%s is a configuration error', async ([, options, message]) => {
    const server = await smtp();
    const error = await failure(through(server, options), await january(message));
    expect(error).toMatchObject({ name: 'ConfigurationError', exitCode: 2 });
    expect(server.connections()).toBe(0);
  });
});
