/** The section `heartland`: which account, with which token, and how hard it may be asked. */
import { z } from 'zod';
import { tls } from './tls.ts';
import { line, text, wholeNumber } from './value.ts';

const ADDRESS =
  'the https:// address of the account’s API, as https://acme.retail.heartland.us/api, without user, password or query';

const TOKEN = `an API token, as \${HEARTLAND_TOKEN}. It is made in Heartland under My Account › API Tokens`;

/** The section `heartland.oauth`: a registered app in place of an API token. */
const SERVER = 'https:// and a host alone, as https://retail.heartland.us';
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
      'Address that the app is registered with. On this machine (127.0.0.1 or localhost), tillstream connect listens there; else it asks for what the browser shows in the end. Default http://127.0.0.1:8917/callback.',
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
    .describe(
      'Where consent is asked for and codes are exchanged. Default https://retail.heartland.us.',
    ),
});

const section = z.strictObject({
  base_url: z
    .string(ADDRESS)
    .refine(isApiAddress, ADDRESS)
    .refine(isEncryptedOrLocal, {
      error: 'https:// (a token must not travel unencrypted; http:// is for this machine only)',
      when: payload => typeof payload.value === 'string' && isApiAddress(payload.value),
    })
    .refine(
      isWholeAddress,
      'the address with /api at its end, as https://acme.retail.heartland.us/api',
    )
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
    .describe('A registered app in place of a token; tillstream connect asks for consent.'),
  in_flight: wholeNumber(1, 16)
    .default(4)
    .describe(
      'Requests at a time at most, 1 to 16; default 4. Fewer are used by itself when Heartland asks.',
    ),
  per_page: wholeNumber(1, 5000)
    .default(1000)
    .describe('Rows asked for per page. The server may give fewer. Default 1000.'),
  timeout_ms: wholeNumber(1000, 600_000)
    .default(60_000)
    .describe(
      'Milliseconds to wait for the beginning of an answer, and for each pause in it. Default 60000.',
    ),
  answer_timeout_ms: wholeNumber(1000, 3_600_000)
    .optional()
    .describe(
      'Milliseconds that one whole answer may take, however slowly it comes. Default: five times timeout_ms.',
    ),
  max_retries: wholeNumber(0, 20)
    .default(6)
    .describe('How often one request is tried again before the run gives up. Default 6.'),
  max_wait_ms: wholeNumber(0, 3_600_000)
    .default(300_000)
    .describe(
      'Milliseconds that failed requests and the waits after them may hold a run up, all together. Default 300000.',
    ),
  ...tls,
  lookback_minutes: wholeNumber(0, 10_080)
    .default(15)
    .describe(
      'Minutes before the last cursor that are asked for again, for rows that appear late. Default 15.',
    ),
});

/** With a token, the account must be named; with a registered app, both come from `tillstream connect`. */
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

/** Accounts are at `https://{account}.retail.heartland.us/api`; what is at other hosts is not ours to say. */
function isWholeAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url?.hostname.endsWith('.retail.heartland.us') !== true) return true;
  return url.pathname.replace(/\/+$/, '') === '/api';
}

function isEncryptedOrLocal(text: string): boolean {
  const url = new URL(text);
  return url.protocol === 'https:' || isThisMachine(url);
}

/** Whether an address is on this machine, where nobody is between. */
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
