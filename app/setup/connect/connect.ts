import { randomBytes } from 'node:crypto';
import type { Configuration } from '../../../pipelines/settings/schema.ts';
import { trustOf } from '../../../pipelines/settings/tls.ts';
import { scopesFor } from '../../../pipelines/sync/permissions.ts';
import {
  consentAddress,
  exchangeCode,
  lookUpAccount,
  type RegisteredApp,
  readRedirect,
} from '../../../sources/heartland/http/oauth.ts';
import { ConfigurationError, SourceError, UsageError } from '../../../transforms/errors.ts';
import { type Grant, writeGrant } from '../../configuration/token-file.ts';

/** How the end of the consent comes back: through a receiver on this machine, or by hand. */
export interface Consent {
  /** Shows the address to open. */
  ask(address: string): void;
  /**
   * The address that the browser was sent to in the end, or the bare code, whichever comes first. An address that a browser
   * brings by itself counts only when it `isOurs`: any page may send a browser to this machine.
   */
  answer(signal: AbortSignal, isOurs: (address: string) => boolean): Promise<string>;
}

export interface Connected extends Grant {
  readonly file: string;
}

/** @throws UsageError where the configuration has a token of its own */
export function appOf({ heartland }: Configuration): RegisteredApp & { file: string } {
  const { oauth } = heartland;
  if (oauth === undefined)
    throw new UsageError('NO_OAUTH', {
      problem: 'This configuration has no section heartland.oauth, so there is nothing to connect',
      next: 'With an API token none is needed. For a registered app, put oauth: { client_id, client_secret } in the place of token.',
    });
  return {
    server: oauth.server,
    clientId: oauth.client_id,
    clientSecret: oauth.client_secret,
    redirectUri: oauth.redirect_uri,
    file: oauth.token_file!,
    ...trustOf(heartland),
  };
}

/**
 * Connects a registered app to the merchant's account: consent with a `state` of its own, code, token, the account's
 * host; then keeps the token in a file for its owner alone.
 *
 * @param configuration as it is written, without the token of an earlier consent
 * @throws SourceError when consent was refused, came from elsewhere, or was not exchanged
 * @throws ConfigurationError when consent was given for another account than the configured one
 */
export async function connect(
  configuration: Configuration,
  consent: Consent,
  now: Date,
  signal: AbortSignal,
): Promise<Connected> {
  const app = appOf(configuration);
  const state = randomBytes(24).toString('base64url');
  consent.ask(consentAddress(app, scopesFor(configuration), state));
  const isOurs = (address: string) => {
    const { kind } = readRedirect(address, app.redirectUri, state);
    return kind === 'code' || kind === 'refused';
  };
  const code = codeIn(await consent.answer(signal, isOurs), app, state);
  const token = await exchangeCode(app, code, signal);
  const baseUrl = await lookUpAccount(app, token, signal);
  const wanted = configuration.heartland.base_url;
  if (wanted !== undefined && wanted !== baseUrl)
    throw new ConfigurationError('ANOTHER_ACCOUNT', {
      problem: 'Consent was given for another account than heartland.base_url',
      found: baseUrl,
      expected: wanted,
      next: 'Log in to the right account in the browser and connect again, or correct base_url. Nothing was kept.',
    });
  const kept = { base_url: baseUrl, token, connected_at: now.toISOString() };
  await writeGrant(app.file, kept);
  return { ...kept, file: app.file };
}

function codeIn(answer: string, app: RegisteredApp, state: string): string {
  const text = answer.trim();
  // A bare code was copied out of the address by hand: whoever did that was not sent here by a stranger.
  if (/^[\w.~+/=-]+$/.test(text) && !text.includes('://')) return text;
  const redirect = readRedirect(text, app.redirectUri, state);
  switch (redirect.kind) {
    case 'code':
      return redirect.code;
    case 'refused':
      throw new SourceError('CONSENT_REFUSED', {
        problem: `Consent was not given (${redirect.because})`,
        next: 'Run tillstream connect again and allow access in the browser.',
      });
    case 'foreign':
      throw new SourceError('CONSENT_FOREIGN', {
        problem: 'The answer that came back does not belong to this request (its state is another)',
        next: 'Nothing was kept. Run tillstream connect again and use the address that it shows, once.',
      });
    case 'none':
      throw new UsageError('NO_CODE', {
        problem: 'There is no code in what was given',
        expected: `the whole address that the browser was sent to in the end, beginning with ${app.redirectUri}`,
        next: 'Run tillstream connect again.',
      });
  }
}
