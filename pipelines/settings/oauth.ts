/** The section `heartland.oauth`: a registered app in place of an API token. */
import { z } from 'zod';
import { line, text } from './value.ts';

const SERVER = 'https:// and a host alone, as https://retail.heartland.us';
const REDIRECT =
  'the http:// or https:// address that the app is registered with, as http://127.0.0.1:8917/callback';

export const oauth = z.strictObject({
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
