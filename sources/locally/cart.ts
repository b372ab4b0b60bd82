import { request } from 'undici';
import { SourceError } from '../../transforms/errors.ts';

export interface LocallyApi {
  /** As `https://www.locally.com`: the only place a cart is fetched from. */
  readonly baseUrl: string;
  readonly token: string;
  /** For the first byte and for each pause. Default 20 000. */
  readonly timeoutMs?: number;
}

/** A cart is small; more than this is something else. */
const MAX_BYTES = 2 << 20;

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
    const timeoutMs = api.timeoutMs ?? 20_000;
    const { statusCode, body } = await request(url, {
      headers: { 'locally-api-token': api.token, accept: 'application/json' },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal,
    });
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`status ${statusCode}`);
    }
    return JSON.parse(await limitedText(body));
  } catch (cause) {
    throw new SourceError(
      'LOCALLY_CART',
      {
        problem: `The cart of order ${orderId} could not be fetched from ${url.host}`,
        found: cause instanceof Error ? cause.message : String(cause),
        next: 'It is tried again with the next feed; until then the message alone counts.',
      },
      cause,
    );
  }
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

async function limitedText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
