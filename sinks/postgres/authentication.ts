import pg from 'pg';
import { refused } from './address-parameters.ts';

/** How a server may ask who we are (libpq, `require_auth` and `channel_binding`). */
export interface AuthenticationRule {
  /** Whether a way to log in is allowed; `none` is a server that asks nothing. */
  readonly allows: (method: Method) => boolean;
  /** `require`: the password is only good on this very TLS connection. */
  readonly channelBinding: 'disable' | 'prefer' | 'require';
}

const METHODS = ['none', 'password', 'md5', 'scram-sha-256'] as const;
type Method = (typeof METHODS)[number];

/** Ways that libpq knows besides; a server that asks for them gets no answer from us. */
const OTHER = ['gss', 'sspi', 'oauth'];

/** Reads libpq's `require_auth` (`scram-sha-256`, `!password,!md5`) and `channel_binding`. */
export function authenticationRule(
  required: string | undefined,
  binding: string | undefined,
): AuthenticationRule {
  const channelBinding =
    binding === 'require' || binding === 'disable' ? binding : ('prefer' as const);
  const words = (required ?? '').split(',').filter(word => word !== '');
  const methods = words.map(word => word.replace(/^!/, ''));
  const unknown = methods.find(
    method => !(METHODS as readonly string[]).includes(method) && !OTHER.includes(method),
  );
  if (unknown !== undefined)
    throw refused(`has require_auth=${required}`, `methods of ${METHODS.join(', ')}`);
  const forbids = words.filter(word => word.startsWith('!'));
  if (forbids.length > 0 && forbids.length < words.length)
    throw refused(`has require_auth=${required}`, 'all of them with ! or none');
  const allows = (method: Method) => {
    if (channelBinding === 'require' && method !== 'scram-sha-256') return false;
    if (words.length === 0) return true;
    return forbids.length > 0 ? !methods.includes(method) : methods.includes(method);
  };
  return { allows, channelBinding };
}

/** What a server says while it asks who we are, as `pg`'s connection tells it. */
interface Talk {
  on(event: string, listener: (message: { mechanisms?: string[] }) => void): unknown;
  emit(event: 'error', error: Error): unknown;
  readonly stream: { destroy(): unknown };
}

/**
 * `pg.Client`, made so that it answers only what the rule allows.
 *
 * With SCRAM the password never leaves us, and the server has to prove that it knows it too; but a server may ask for
 * it in plain text instead, and `pg` would send it to whoever happens to listen there.
 */
export function clientWith(
  { allows, channelBinding }: AuthenticationRule,
  Base: typeof pg.Client = pg.Client,
): typeof pg.Client {
  return class extends Base {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      // What `pg` takes and its types do not know. A copy of the settings would lack the password, which a pool hides.
      Object.assign(this, { enableChannelBinding: channelBinding !== 'disable' });
      const talk = (this as unknown as { connection: Talk }).connection;
      let hasProved = false;
      let hasAsked = false;
      const refuse = (method: string) => {
        // Read when it comes to answering, which is later: there is no answer then.
        Object.assign(this, {
          password: () => Promise.reject(new ServerNotTrusted(method)),
        });
        talk.emit('error', new ServerNotTrusted(method));
        talk.stream.destroy();
      };
      talk.on('authenticationCleartextPassword', () => {
        hasAsked = true;
        if (!allows('password')) refuse('the password in plain text');
      });
      talk.on('authenticationMD5Password', () => {
        hasAsked = true;
        if (!allows('md5')) refuse('an MD5 digest of the password');
      });
      talk.on('authenticationSASL', ({ mechanisms = [] }) => {
        hasAsked = true;
        if (!allows('scram-sha-256')) refuse('SCRAM');
        else if (channelBinding === 'require' && !mechanisms.includes('SCRAM-SHA-256-PLUS'))
          refuse('SCRAM without channel binding');
      });
      talk.on('authenticationSASLFinal', () => {
        hasProved = true;
      });
      talk.on('authenticationOk', () => {
        if (!hasAsked && !allows('none')) refuse('no password at all');
        else if (hasAsked && !hasProved && !allows('password') && !allows('md5'))
          refuse('no proof');
      });
    }
  };
}

/** A server asked for another way to log in than the address allows: it is not the one that is meant. */
export class ServerNotTrusted extends Error {
  constructor(method: string) {
    super(`the server wants ${method}, which require_auth or channel_binding do not allow`);
    this.name = 'ServerNotTrusted';
  }
}
