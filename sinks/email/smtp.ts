import { isIP } from 'node:net';
import { PassThrough } from 'node:stream';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { ConfigurationError } from '../../transforms/errors.ts';
import { type MailFault, mailFault, notWrittenDown } from './fault.ts';
import { mailboxOf, withHiddenAddresses } from './hidden-address.ts';
import type { EmailOptions } from './options.ts';

const TIMEOUT_MS = 30_000;

/** The server an `smtp:` URL names, taken apart. */
export interface SmtpServerAddress {
  readonly host: string;
  readonly port: number;
  readonly isTlsFromStart: boolean;
  readonly user: string;
  readonly password: string;
}

/** Reads the URL. Throws a `ConfigurationError` that does not show it, because a password is in it. */
export function readSmtpUrl(smtp: string): SmtpServerAddress {
  const url = URL.canParse(smtp) ? new URL(smtp) : undefined;
  if (url === undefined || !/^smtps?:$/.test(url.protocol) || url.hostname === '') throw wrongUrl();
  const isTlsFromStart = url.protocol === 'smtps:';
  try {
    return {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? (isTlsFromStart ? 465 : 587) : Number(url.port),
      isTlsFromStart,
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
    };
  } catch {
    throw wrongUrl();
  }
}

/** A try that failed, with what is known of the message. */
export class MailFailure extends Error {
  readonly fault: MailFault;

  constructor(fault: MailFault) {
    super(fault.reason);
    this.fault = fault;
  }
}

/** What the server said of each recipient (bare addresses) and of the message. */
export interface Sent {
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
  readonly response: string;
}

/**
 * Hands one message to the server, once. Throws `MailFailure`.
 *
 * @param beforeHandover awaited before the message's end leaves; where it fails, the message is not sent
 */
export async function sendOnce(
  server: SmtpServerAddress,
  options: EmailOptions,
  mail: SendMailOptions,
  beforeHandover: () => Promise<void> = async () => {},
): Promise<Sent> {
  let isHandedOver = false;
  let forbidden: { readonly because: unknown } | undefined;
  const transport = createTransport(connection(server, options));
  transport.use('stream', ({ message }, next) => {
    // The end of this stream comes just before the final dot, so it errs on the side of "maybe sent".
    message.transform(
      () =>
        new PassThrough({
          flush: done => {
            beforeHandover().then(
              () => {
                isHandedOver = true;
                done();
              },
              error => {
                forbidden = { because: error };
                // Not the error itself: nodemailer writes codes of its own on what it gets.
                done(new Error('forbidden'));
              },
            );
          },
        }),
    );
    next();
  });
  try {
    const { accepted, rejected, response } = await transport.sendMail(mail);
    return { accepted, rejected, response };
  } catch (error) {
    const { hidesRecipients, to } = options;
    const secrets = hidesRecipients ? to.map(mailboxOf) : [];
    const all = [server.password, ...secrets];
    const fault =
      forbidden === undefined
        ? mailFault(error, isHandedOver, all)
        : notWrittenDown(forbidden.because, all);
    throw new MailFailure(hidesRecipients ? withoutAddresses(fault) : fault);
  } finally {
    transport.close();
  }
}

function withoutAddresses(fault: MailFault): MailFault {
  const { reason, said } = fault;
  return { ...fault, reason: withHiddenAddresses(reason), said: withHiddenAddresses(said) };
}

/** Connects and logs in, and sends nothing. Throws `MailFailure`. */
export async function greet(
  server: SmtpServerAddress,
  options: Pick<EmailOptions, 'ca' | 'serverName' | 'requireTls' | 'timeoutMs'>,
): Promise<void> {
  const transport = createTransport(connection(server, options));
  try {
    await transport.verify();
  } catch (error) {
    throw new MailFailure(mailFault(error, false, [server.password]));
  } finally {
    transport.close();
  }
}

function connection(
  server: SmtpServerAddress,
  options: Pick<EmailOptions, 'ca' | 'serverName' | 'requireTls' | 'timeoutMs'>,
) {
  const { host, port, isTlsFromStart, user, password } = server;
  const { timeoutMs = TIMEOUT_MS, ca, serverName } = options;
  const requireTLS = options.requireTls ?? (password !== '' && !isThisMachine(host));
  // A mail server on this machine often has a certificate that it signed itself, nobody is between, and without TLS the
  // mail would go there in the clear (`nodemailer/nodemailer#1750`). Where a password goes along, it is verified.
  const isUnverified =
    isThisMachine(host) && !isTlsFromStart && !requireTLS && password === '' && ca === undefined;
  const name = serverName ?? (isIP(host) === 0 ? host : undefined);
  return {
    host,
    port,
    secure: isTlsFromStart,
    requireTLS,
    // A server that offers STARTTLS and then refuses it is sent to without, where that is allowed at all.
    opportunisticTLS: !requireTLS,
    ...(user !== '' && { auth: { user, pass: password }, forceAuth: true }),
    tls: {
      ...(name !== undefined && { servername: name }),
      ...(ca !== undefined && { ca }),
      ...(isUnverified && { rejectUnauthorized: false }),
    },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableUrlAccess: true,
  };
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function wrongUrl(): ConfigurationError {
  return new ConfigurationError('SMTP_URL', {
    problem:
      'The address of the mail server cannot be read (it is not shown, because a password may be in it)',
    expected: '"smtp://user:password@host:587" or "smtps://user:password@host:465"',
    next: 'Mend it in the configuration; in user and password write @ as %40, / as %2F, % as %25.',
  });
}
