import { EventEmitter, once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { noFaults, type SmtpFaults } from './faults.ts';

export interface SmtpServerOptions {
  /** Required log-in; left out, no log-in is needed. */
  readonly user?: string;
  readonly password?: string;
  /** Accept only this access token, by XOAUTH2, and no password. */
  readonly accessToken?: string;
  /** Offers TLS: by STARTTLS, or from the first byte when `isImplicit`. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly isImplicit?: boolean };
  readonly faults?: Partial<SmtpFaults>;
}

/** A running SMTP server on 127.0.0.1. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** `smtp://user:password@host:port`, ready for the sink. */
  readonly url: string;
  /** Accepted messages, in order, parsed; attachments are in `attachments[].content`. */
  readonly messages: readonly ParsedMail[];
  /** How many of them were sent encrypted. */
  readonly secured: number;
  /** Change its fields at any time. */
  readonly faults: SmtpFaults;
  /** Connections made so far. */
  connections(): number;
  /** Resolves when the next connection stalls because of `stallAt`. */
  stalled(): Promise<void>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Starts an SMTP server (smtp-server) on a free port, for tests and for the demo. It relays nothing. */
export async function startSmtp(options: SmtpServerOptions = {}): Promise<SmtpServer> {
  const { user, password = '', tls } = options;
  const faults = { ...noFaults(), ...options.faults };
  const messages: ParsedMail[] = [];
  const events = new EventEmitter();
  const sockets = new Set<Socket>();
  let connections = 0;
  let secured = 0;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };

  const server = new SMTPServer({
    logger: false,
    disableReverseLookup: true,
    secure: tls?.isImplicit ?? false,
    ...(tls && { key: tls.key, cert: tls.cert }),
    // smtp-server would offer it with its own untrusted certificate.
    disabledCommands: tls === undefined ? ['STARTTLS'] : [],
    authOptional: user === undefined,
    allowInsecureAuth: true,
    ...(options.accessToken !== undefined && { authMethods: ['XOAUTH2'] }),
    onConnect(_session, accept) {
      if (faults.stallAt === 'greeting') events.emit('stalled');
      else accept();
    },
    onAuth(login, _session, answer) {
      if (faults.echoPassword) return answer(refusal(535, `Bad password: ${login.password}`));
      const isRight =
        login.username === user &&
        (options.accessToken === undefined
          ? login.password === password
          : login.accessToken === options.accessToken);
      if (faults.refuseLogin || !isRight) return answer(refusal(535, 'Bad user or password'));
      answer(null, { user: login.username });
    },
    onRcptTo({ address }, _session, answer) {
      if (faults.stallAt === 'recipients') return void events.emit('stalled');
      if (faults.refuseRecipients.includes(address)) {
        const mailbox = address.slice(0, address.lastIndexOf('@'));
        return answer(refusal(550, `No such user here: ${mailbox} <${address}>`));
      }
      if (faults.deferRecipients.includes(address)) return answer(refusal(450, 'Greylisted'));
      answer();
    },
    onData(data, { secure }, answer) {
      if (faults.dropAt === 'during data') return cut();
      parseMessage(data).then(
        message => {
          if (faults.dropAt === 'after data') return cut();
          if (faults.stallAt === 'data') return events.emit('stalled');
          if (faults.refuseForNow-- > 0) return answer(refusal(451, 'Try again later'));
          if (faults.refuseMessage) return answer(refusal(554, 'Message refused'));
          messages.push(message);
          if (secure) secured++;
          answer(null, 'Message taken');
        },
        error => answer(error),
      );
    },
  });
  server.server.on('connection', socket => {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  // Tests disconnect on purpose.
  server.on('error', () => {});
  await new Promise<void>(listening => server.listen(0, HOST, listening));

  const { port } = server.server.address() as AddressInfo;
  const credentials = user === undefined ? '' : `${user}:${encodeURIComponent(password)}@`;
  return {
    host: HOST,
    port,
    url: `${tls?.isImplicit ? 'smtps' : 'smtp'}://${credentials}${HOST}:${port}`,
    messages,
    get secured() {
      return secured;
    },
    faults,
    connections: () => connections,
    stalled: async () => {
      await once(events, 'stalled');
    },
    close: async () => {
      const closed = new Promise<void>(done => server.close(() => done()));
      cut();
      await closed;
    },
  };
}

/** Reads and parses a message. */
async function parseMessage(data: SMTPServerDataStream): Promise<ParsedMail> {
  return simpleParser(data, { skipTextToHtml: true });
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}
