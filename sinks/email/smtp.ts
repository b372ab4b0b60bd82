import { isIP } from 'node:net';
import { PassThrough } from 'node:stream';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Logger } from 'nodemailer/lib/shared';
import { ConfigurationError } from '../../transforms/errors.ts';
import { type MailFault, mailFault, noToken, notRecorded } from './fault.ts';
import { mailboxOf, withHiddenAddresses } from './hidden-address.ts';
import { accessTokenOf } from './oauth.ts';
import type { EmailOptions } from './options.ts';

const TIMEOUT_MS = 30_000;

/** Parsed form of an `smtp:` or `smtps:` URL. */
export interface SmtpServerAddress {
  readonly host: string;
  readonly port: number;
  readonly isTlsFromStart: boolean;
  readonly user: string;
  readonly password: string;
}

/** Parses the URL. A `ConfigurationError` does not show it, because it may contain a password. */
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

/** A failed attempt, with the outcome for the message. */
export class MailFailure extends Error {
  readonly fault: MailFault;

  constructor(fault: MailFault) {
    super(fault.reason);
    this.fault = fault;
  }
}

/** The server's answers for each recipient (bare addresses) and for the message. */
export interface Sent {
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
  readonly response: string;
}

/**
 * Sends one message to the server, once. Throws `MailFailure`.
 *
 * @param beforeHandover awaited before the end of the message is sent; if it fails, nothing is sent
 */
export async function sendOnce(
  server: SmtpServerAddress,
  options: EmailOptions,
  mail: SendMailOptions,
  beforeHandover: () => Promise<void> = async () => {},
): Promise<Sent> {
  let isHandedOver = false;
  let forbidden: { readonly because: unknown } | undefined;
  const accepted = Promise.withResolvers<void>();
  const token = await tokenOf(options);
  const transport = createTransport({
    ...connection(server, options, token),
    ...listening(line => {
      if (line.startsWith('354')) accepted.resolve();
    }),
  });
  transport.use('stream', ({ message }, next) => {
    // The end of this stream comes just before the final dot, so the outcome errs on the side of
    // "maybe sent". A short message is read whole before the server has accepted anything, so its
    // end waits for the server's 354.
    message.transform(
      () =>
        new PassThrough({
          flush: done => {
            accepted.promise.then(beforeHandover).then(
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
    const all = [server.password, ...secrets, ...(token === undefined ? [] : [token])];
    const fault =
      forbidden === undefined
        ? mailFault(error, isHandedOver, all)
        : notRecorded(forbidden.because, all);
    throw new MailFailure(hidesRecipients ? withoutAddresses(fault) : fault);
  } finally {
    transport.close();
  }
}

/** Passes each line of the server to `heard`; nodemailer shows them only to a logger. */
function listening(heard: (line: string) => void) {
  const ignore = () => {};
  const debug = ({ tnx }: { readonly tnx?: string }, line: unknown) => {
    if (tnx === 'server') heard(String(line));
  };
  const logger = { trace: ignore, info: ignore, warn: ignore, error: ignore, fatal: ignore };
  return { debug: true, logger: { ...logger, debug, level: ignore } as unknown as Logger };
}

function withoutAddresses(fault: MailFault): MailFault {
  const { reason, said } = fault;
  return { ...fault, reason: withHiddenAddresses(reason), said: withHiddenAddresses(said) };
}

/** Connects and logs in without sending anything. Throws `MailFailure`. */
export async function verifyLogin(
  server: SmtpServerAddress,
  options: ConnectionOptions,
): Promise<void> {
  const transport = createTransport(connection(server, options, await tokenOf(options)));
  try {
    await transport.verify();
  } catch (error) {
    throw new MailFailure(mailFault(error, false, [server.password]));
  } finally {
    transport.close();
  }
}

type ConnectionOptions = Pick<
  EmailOptions,
  'ca' | 'serverName' | 'requireTls' | 'timeoutMs' | 'oauth'
>;

/** The access token, if the log-in needs one. Throws `MailFailure`. */
async function tokenOf({ oauth, timeoutMs = TIMEOUT_MS }: ConnectionOptions) {
  if (oauth === undefined) return undefined;
  const { clientSecret, refreshToken = '' } = oauth;
  return accessTokenOf(oauth, timeoutMs).catch((error: unknown) => {
    throw new MailFailure(noToken(error, [clientSecret, refreshToken]));
  });
}

function connection(server: SmtpServerAddress, options: ConnectionOptions, token?: string) {
  const { host, port, isTlsFromStart, user, password } = server;
  const { timeoutMs = TIMEOUT_MS, ca, serverName } = options;
  const requireTLS =
    options.requireTls ?? ((password !== '' || token !== undefined) && !isThisMachine(host));
  // A mail server on this machine often has a self-signed certificate, and the alternative is no
  // encryption (`nodemailer/nodemailer#1750`). With a password the certificate is verified.
  const isUnverified =
    isThisMachine(host) && !isTlsFromStart && !requireTLS && password === '' && ca === undefined;
  const name = serverName ?? (isIP(host) === 0 ? host : undefined);
  return {
    host,
    port,
    secure: isTlsFromStart,
    requireTLS,
    // Without requireTLS, a server that offers STARTTLS and refuses it gets unencrypted mail.
    opportunisticTLS: !requireTLS,
    ...(user !== '' && { auth: loginOf(user, password, token), forceAuth: true }),
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

function loginOf(user: string, pass: string, accessToken: string | undefined) {
  return accessToken === undefined
    ? { user, pass }
    : { type: 'OAuth2' as const, user, accessToken };
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function wrongUrl(): ConfigurationError {
  return new ConfigurationError('SMTP_URL', {
    problem:
      'The address of the mail server cannot be read (it is not shown: it may contain a password)',
    expected: '"smtp://user:password@host:587" or "smtps://user:password@host:465"',
    next:
      'Correct it in the configuration; in user and password write @ as %40, / as %2F, % as ' +
      '%25.',
  });
}
