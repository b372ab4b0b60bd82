/** The section `heartland`: the account, its token, and the limits of requests. */
import { z } from 'zod';
import { tls } from './tls.ts';
import { line, text, wholeNumber } from './value.ts';

const ADDRESS =
  'the https:// address of the account’s API, as https://acme.retail.heartland.us/api, without user, password or query';

const TOKEN = `an API token, as \${HEARTLAND_TOKEN}. Create it in Heartland under My Account › API Tokens`;

/** The section `heartland.oauth`: a registered app in place of an API token. */
const SERVER = 'https:// and a host, as https://retail.heartland.us';
const REDIRECT =
  'the http:// or https:// address that the app is registered with, as http://127.0.0.1:8917/callback';

const oauth = z.strictObject({
  client_id: text(line('the client id that Heartland gave when the app was registered')).describe(
    'Client id that Heartland gave when the app was registered.',
  ),
  client_secret: text(
    line(
      `the client secret that Heartland gave when the app was registered, as \${HEARTLAND_CLIENT_SECRET}`,
    ),
  ).describe(`Client secret of the app, as \${HEARTLAND_CLIENT_SECRET}.`),
  redirect_uri: z
    .string(REDIRECT)
    .refine(isRedirect, REDIRECT)
    .default('http://127.0.0.1:8917/callback')
    .describe(
      'Address that the app is registered with. If it is on this machine (127.0.0.1 or localhost), tillstream connect listens there; otherwise it asks for the address that the browser ends at. Default http://127.0.0.1:8917/callback.',
    ),
  token_file: line('a file, as .tillstream/acme.token.json')
    .optional()
    .describe(
      'File for the token that tillstream connect gets, beside the configuration file unless it is absolute. Default: {merchant}.token.json in data_folder.',
    ),
  server: z
    .string(SERVER)
    .refine(isServer, SERVER)
    .transform(url => url.replace(/\/+$/, ''))
    .default('https://retail.heartland.us')
    .describe('Server for consent and for exchanging codes. Default https://retail.heartland.us.'),
});

const section = z.strictObject({
  base_url: z
    .string(ADDRESS)
    .refine(isApiAddress, ADDRESS)
    .refine(isEncryptedOrLocal, {
      error: 'https:// (a token must not be sent unencrypted; http:// is for this machine only)',
      when: payload => typeof payload.value === 'string' && isApiAddress(payload.value),
    })
    .refine(isWholeAddress, 'an address that ends in /api, as https://acme.retail.heartland.us/api')
    .transform(url => url.replace(/\/+$/, ''))
    .optional()
    .describe(
      'Address of the account’s API, as https://acme.retail.heartland.us/api. May be left out with oauth, which looks it up.',
    ),
  token: text(line(TOKEN))
    .optional()
    .describe(`API token, as \${HEARTLAND_TOKEN}. It sees what the user who made it may see.`),
  oauth: oauth
    .optional()
    .describe('A registered app instead of a token; tillstream connect asks for consent.'),
  in_flight: wholeNumber(1, 16)
    .default(4)
    .describe(
      'Maximum number of concurrent requests, 1 to 16; default 4. Reduced automatically when Heartland asks for it.',
    ),
  per_page: wholeNumber(1, 5000)
    .default(1000)
    .describe('Rows requested per page; the server may return fewer. Default 1000.'),
  timeout_ms: wholeNumber(1000, 600_000)
    .default(60_000)
    .describe(
      'Milliseconds to wait for the start of an answer, and for each pause in it. Default 60000.',
    ),
  answer_timeout_ms: wholeNumber(1000, 3_600_000)
    .optional()
    .describe('Milliseconds that a whole answer may take. Default: five times timeout_ms.'),
  max_retries: wholeNumber(0, 20)
    .default(6)
    .describe('Maximum number of retries of a request. Default 6.'),
  max_wait_ms: wholeNumber(0, 3_600_000)
    .default(300_000)
    .describe(
      'Milliseconds that failed requests and waits may cost a run in total. Default 300000.',
    ),
  ...tls,
  lookback_minutes: wholeNumber(0, 10_080)
    .default(15)
    .describe(
      'Minutes before the last cursor that are read again, for rows that appear late. Default 15.',
    ),
});

/** A token needs an address; for a registered app `tillstream connect` finds both. */
export const heartland = section.superRefine(
  ({ base_url: baseUrl, token, oauth: app }, context) => {
    const isWrong = (key: string) => context.issues.some(issue => issue.path?.[0] === key);
    const report = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (app !== undefined && token !== undefined)
      report('token', 'either token or oauth, not both');
    if (app !== undefined || isWrong('oauth')) return;
    if (baseUrl === undefined && !isWrong('base_url')) report('base_url', ADDRESS);
    if (token === undefined && !isWrong('token')) report('token', TOKEN);
  },
  { when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value) },
);

function isApiAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

/** Accounts are at `https://{account}.retail.heartland.us/api`; other hosts may have any path. */
function isWholeAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url?.hostname.endsWith('.retail.heartland.us') !== true) return true;
  return url.pathname.replace(/\/+$/, '') === '/api';
}

function isEncryptedOrLocal(text: string): boolean {
  const url = new URL(text);
  return url.protocol === 'https:' || isThisMachine(url);
}

/** Whether an address is on this machine, so that it needs no encryption. */
export function isThisMachine({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

function isServer(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url));
}

function isRedirect(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url));
}
