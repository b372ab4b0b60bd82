/** An HTML page that was received instead of data. */
export interface WebPage {
  readonly title: string | undefined;
  /** The header `server`, such as `cloudflare`. */
  readonly server: string | undefined;
  /** Whether it has a password field. */
  readonly isLogIn: boolean;
}

/** Returns the web page in a response; undefined if it is something else. */
export function webPageIn({
  headers,
  body,
}: {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}): WebPage | undefined {
  // Checks the first bytes before decoding: nearly all responses are data.
  if (!startsWithTag(body)) return undefined;
  const text = new TextDecoder().decode(body.subarray(0, 1 << 16));
  if (!/^[\s\uFEFF]*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|meta|title)/is.test(text))
    return undefined;
  return {
    title: oneLine(/<title[^>]*>([^<]{1,200})/i.exec(text)?.[1]),
    server: oneLine([headers.server].flat()[0]),
    isLogIn: /<input[^>]{0,200}type\s*=\s*["']?password/i.test(text),
  };
}

/** Describes it, such as `a web page titled "Log in" from the server "nginx"`. */
export function webPageInWords({ title, server }: WebPage): string {
  const titled = title === undefined ? '' : ` titled "${title}"`;
  const from = server === undefined ? '' : ` from the server "${server}"`;
  return `a web page${titled}${from}`;
}

const TAG = '<'.charCodeAt(0);
/** White space, and the bytes of a UTF-8 byte order mark. */
const BEFORE = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

function startsWithTag(body: Uint8Array): boolean {
  const first = body.findIndex(byte => !BEFORE.has(byte));
  return body[first] === TAG;
}

/** Shortens a text to one line, without control characters. */
function oneLine(text: string | undefined): string | undefined {
  const line = text
    ?.replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 80);
  return line === '' ? undefined : line;
}
