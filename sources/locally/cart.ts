import { SourceError } from '../../transforms/errors.ts';
import { getFromLocally, type LocallyApi, LocallyFault } from './api.ts';

/**
 * Fetches the cart that a message names (webhooks reference: `order_url`, header `Locally-Api-Token`).
 *
 * The URL in a message is followed only where it leads to Locally itself, under `/api/`; a redirect is not followed.
 *
 * @param orderUrl as the message says; left out, the documented place of the order
 * @throws SourceError when the URL leads elsewhere, or no cart could be fetched
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
    throw new SourceError(
      'LOCALLY_CART',
      {
        problem: `The cart of order ${orderId} could not be fetched from ${url.host}`,
        found: cause instanceof Error ? cause.message : String(cause),
        next: `${nextOf(cause)}It is tried again with the next feed; until then the message alone counts.`,
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
    problem: `A message about order ${orderId} names a cart that is not at Locally; it was not fetched`,
    found: orderUrl,
    expected: `an address that begins with ${base.origin}/api/`,
    next: 'Check who can send to your webhook, and make a new key in Station if it is not only Locally.',
  });
}
