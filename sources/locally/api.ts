import { request } from 'undici';

export interface LocallyApi {
  /** As `https://www.locally.com`: the only place that is asked. */
  readonly baseUrl: string;
  readonly token: string;
  /** For the first byte and for each pause. Default 20 000. */
  readonly timeoutMs?: number;
}

/** Answers are small; more than this is something else. */
const MAX_BYTES = 2 << 20;

/**
 * One `GET` with the header `Locally-Api-Token`. A redirect is not followed.
 *
 * @throws Error with the status, or what the network said; never with the token
 */
export async function getFromLocally(
  { token, timeoutMs = 20_000 }: LocallyApi,
  url: URL,
  signal: AbortSignal,
): Promise<unknown> {
  const { statusCode, body } = await request(url, {
    headers: { 'locally-api-token': token, accept: 'application/json' },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    signal,
  });
  if (statusCode !== 200) {
    await body.dump();
    throw new Error(`status ${statusCode}`);
  }
  return JSON.parse(await limitedText(body));
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
