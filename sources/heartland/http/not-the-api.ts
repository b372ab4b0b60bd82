import { webPageInWords } from '../../../network/web-page.ts';
import type { Explanation } from '../../../transforms/errors.ts';
import type { FailedRequest } from './answer.ts';

/** The token, an address that is not there, and a pace that is too fast are what they are, in any form. */
const SAYS_ENOUGH = new Set([401, 404, 408, 429]);

/**
 * What to say where something else than Heartland's API answered: a redirect, a firewall's page, a page to log in.
 * Undefined where it was the API.
 *
 * @param base the address, without a slash at its end
 * @param whenMoved what to do where the account has another address now; unless said, correct `heartland.base_url`
 */
export function notTheApi(
  failed: FailedRequest,
  base: string,
  whenMoved: string | undefined,
): Explanation | undefined {
  if (failed.location !== undefined) return redirected(failed, failed.location, base, whenMoved);
  const { status = 0, path, webPage } = failed;
  if (webPage === undefined || status >= 500 || SAYS_ENOUGH.has(status)) return undefined;
  const { host, origin } = new URL(base);
  const page = webPageInWords(webPage);
  if (status === 200)
    return {
      problem: `What answers at ${host} gave no good answer for ${path}, also when asked again: it sends ${page}, not data (200)`,
      next: `Open ${origin} in a browser on this machine: where a proxy or a network wants a log-in first, log in there; else check heartland.base_url.`,
    };
  return {
    problem: `Something before Heartland at ${host} refused the request for ${path}: it answered ${status} with ${page}, which Heartland’s API never does`,
    next: 'It is a firewall, a proxy or a content network, not the token. Ask whoever runs this machine’s network whether it may reach Heartland, or give Heartland’s support the public address of this machine.',
  };
}

function redirected(
  { status, path }: FailedRequest,
  location: string,
  base: string,
  whenMoved: string | undefined,
): Explanation {
  const { host } = new URL(base);
  const to = URL.parse(location, `${base}/${path}`);
  if (to === null || !['http:', 'https:'].includes(to.protocol))
    return {
      problem: `${host} sends whoever asks for ${path} elsewhere (${status}), to an address that cannot be read`,
      found: location,
      next: 'Check heartland.base_url.',
    };
  // Without a query, in which there may be anything.
  const address = `${to.origin}${to.pathname}`;
  const newBase = address.endsWith(`/${path}`) ? address.slice(0, -path.length - 1) : undefined;
  if (newBase !== undefined && newBase !== base)
    return {
      problem: `${host} answers that the account is at another address now (${status}, asked for ${path})`,
      found: address,
      next:
        whenMoved ??
        `If that is the account’s new name, write ${newBase} in heartland.base_url. The token was not sent there.`,
    };
  return {
    problem: `${host} sends whoever asks for ${path} to another page (${status}), and gives no data`,
    found: address,
    next: 'Open heartland.base_url in a browser on this machine: where a proxy or a network wants a log-in first, log in there; else correct heartland.base_url.',
  };
}
