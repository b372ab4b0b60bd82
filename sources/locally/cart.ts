import { SourceError } from '../../transforms/errors.ts';
import { getFromLocally, type LocallyApi, LocallyFault } from './api.ts';

/**
 * Fetches the cart of a message (webhooks reference: `order_url`, header `Locally-Api-Token`).
 *
 * The URL is used only if it is on Locally's own host, under `/api/`. Redirects are not followed.
 *
 * @param orderUrl from the message; if missing, the documented address of the order
 * @throws SourceError `LOCALLY_CART_ELSEWHERE` when the URL is on another host,
 *   `LOCALLY_CART_MISSING` when Locally has no such cart, `LOCALLY_CART` when its API failed
 */
export async function fetchCart(
  api: LocallyApi,
  orderId: string,
  orderUrl: string | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  const url = cartUrl(api, orderId, orderUrl);
  try {
    return await getFromLocally(api, url, signal);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new SourceError(
      /^status 4(04|10)$/.test(words) ? 'LOCALLY_CART_MISSING' : 'LOCALLY_CART',
      {
        problem: `The cart of order ${orderId} could not be fetched from ${url.host}`,
        found: words,
        next: `${nextOf(cause)}It is requested again; until then only the message counts.`,
      },
      cause,
    );
  }
}

function nextOf(cause: unknown): string {
  const next = cause instanceof LocallyFault ? cause.next : undefined;
  return next === undefined ? '' : `${next} `;
}

function cartUrl({ baseUrl }: LocallyApi, orderId: string, orderUrl: string | undefined): URL {
  const base = new URL(baseUrl);
  const url = URL.parse(orderUrl ?? `/api/v2/cart/${orderId}`, base.href);
  const isOurs =
    url !== null &&
    url.origin === base.origin &&
    url.username === '' &&
    url.password === '' &&
    url.pathname.startsWith('/api/');
  if (isOurs) return url;
  throw new SourceError('LOCALLY_CART_ELSEWHERE', {
    problem: `A message about order ${orderId} has a cart address on another host than Locally's`,
    found: orderUrl,
    expected: `an address that starts with ${base.origin}/api/`,
    next:
      'The cart was not fetched. Check who can send to your webhook; ' +
      'if others than Locally can, generate a new key in Station.',
  });
}
