import { httpDispatcher } from '../../network/dispatcher.ts';

/** How to get an access token (RFC 6749): with a refresh token if there is one, else as the client. */
export interface MailOAuth {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** As `https://outlook.office365.com/.default`. */
  readonly scope?: string;
  readonly refreshToken?: string;
}

/** Gets an access token for the log-in. Throws an error that says what the service answered. */
export async function accessTokenOf(oauth: MailOAuth, timeoutMs: number): Promise<string> {
  const { tokenUrl, clientId, clientSecret, scope, refreshToken } = oauth;
  const form = new URLSearchParams({
    client_id: clientId,
    client_secret: clientSecret,
    ...(scope !== undefined && { scope }),
    ...(refreshToken === undefined
      ? { grant_type: 'client_credentials' }
      : { grant_type: 'refresh_token', refresh_token: refreshToken }),
  });
  const dispatcher = await httpDispatcher({ timeoutMs });
  const { request } = await import('undici');
  try {
    const { statusCode, body } = await request(tokenUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      dispatcher,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = (await body.json().catch(() => ({}))) as Readonly<Record<string, unknown>>;
    if (statusCode === 200 && typeof answer.access_token === 'string') return answer.access_token;
    const { error = '', error_description: about = '' } = answer;
    throw new Error(`${statusCode} ${error} ${about}`.trim());
  } finally {
    await dispatcher.destroy();
  }
}
