import { webPageInWords } from '../../../network/web-page.ts';
import type { Explanation } from '../../../transforms/errors.ts';
import type { FailedRequest } from './answer.ts';

/** Statuses that mean the same with a web page: token, address, timeout, too many requests. */
const SAYS_ENOUGH = new Set([401, 404, 408, 429]);

/**
 * Explains an answer that did not come from Heartland's API: a redirect, a firewall's page, a login page.
 *
 * @param base the address, without a slash at its end
 * @param whenMoved advice if the account has another address now; default: correct `heartland.base_url`
 * @returns undefined if the answer came from the API
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
      problem: `The server at ${host} answered the request for ${path} with ${page} instead of data (200), despite retries`,
      next: `Open ${origin} in a browser on this machine: if a proxy or a network asks for a login, log in there; else check heartland.base_url.`,
    };
  return {
    problem: `A firewall or proxy in front of Heartland at ${host} refused the request for ${path}: it answered ${status} with ${page}, which Heartland’s API never does`,
    next: 'The token is not the cause. Ask your network administrator whether this machine may reach Heartland, or give Heartland’s support the public address of this machine.',
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
      problem: `${host} redirects requests for ${path} (${status}) to an invalid address`,
      found: location,
      next: 'Check heartland.base_url.',
    };
  // Without the query, which may contain anything.
  const address = `${to.origin}${to.pathname}`;
  const newBase = address.endsWith(`/${path}`) ? address.slice(0, -path.length - 1) : undefined;
  if (newBase !== undefined && newBase !== base)
    return {
      problem: `${host} answers that the account has another address now (${status}, for ${path})`,
      found: address,
      next:
        whenMoved ??
        `If that is the account’s new address, write ${newBase} in heartland.base_url. The token was not sent there.`,
    };
  return {
    problem: `${host} redirects requests for ${path} to another page (${status})`,
    found: address,
    next: 'Open heartland.base_url in a browser on this machine: if a proxy or a network asks for a login, log in there; else correct heartland.base_url.',
  };
}
