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

/** How consent is requested and its answer received: by a browser on this machine, or pasted. */
export interface Consent {
  /** Shows the address to open. */
  ask(address: string): void;
  /**
   * The address that the browser was redirected to, or the code alone.
   *
   * A redirect to this machine counts only if it `isOurs`: any web page can send one.
   */
  answer(signal: AbortSignal, isOurs: (address: string) => boolean): Promise<string>;
}

export interface Connected extends Grant {
  readonly file: string;
}

/**
 * The registered app of a configuration.
 *
 * @throws UsageError if the configuration uses an API token
 */
export function appOf({ heartland }: Configuration): RegisteredApp & { file: string } {
  const { oauth } = heartland;
  if (oauth === undefined)
    throw new UsageError('NO_OAUTH', {
      problem: 'This configuration has no section heartland.oauth, so there is nothing to connect',
      next: 'With an API token you need not connect. For a registered app, replace token by oauth: { client_id, client_secret }.',
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
 * Connects a registered app to the merchant's account and saves the token.
 *
 * Requests consent with a fresh `state`, exchanges the code, and looks up the account's host.
 *
 * @param configuration as written, without the token of an earlier consent
 * @throws SourceError if consent is refused or forged, or the code cannot be exchanged
 * @throws ConfigurationError if consent is for a different account than the configured one
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
      problem: 'Consent was given for a different account than heartland.base_url',
      found: baseUrl,
      expected: wanted,
      next: 'Nothing was saved. Log in to the right account in the browser and connect again, or correct base_url.',
    });
  const grant = { base_url: baseUrl, token, connected_at: now.toISOString() };
  await writeGrant(app.file, grant);
  return { ...grant, file: app.file };
}

function codeIn(answer: string, app: RegisteredApp, state: string): string {
  const text = answer.trim();
  // The code alone was pasted by the user, so it needs no check of `state`.
  if (/^[\w.~+/=-]+$/.test(text) && !text.includes('://')) return text;
  const redirect = readRedirect(text, app.redirectUri, state);
  switch (redirect.kind) {
    case 'code':
      return redirect.code;
    case 'refused':
      throw new SourceError('CONSENT_REFUSED', {
        problem: `Consent was refused (${redirect.because})`,
        next: 'Run tillstream connect again and allow access in the browser.',
      });
    case 'foreign':
      throw new SourceError('CONSENT_FOREIGN', {
        problem: 'The answer does not belong to this request (its state differs)',
        next: 'Nothing was saved. Run tillstream connect again and open the address that it shows.',
      });
    case 'none':
      throw new UsageError('NO_CODE', {
        problem: 'The input contains no code',
        expected: `the whole address that the browser was redirected to, beginning with ${app.redirectUri}`,
        next: 'Run tillstream connect again.',
      });
  }
}
