import type { ServerResponse } from 'node:http';
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { expect, test } from 'vitest';
import { smallAccount } from '../sync/small-account.ts';
import { differences, readAll, readTable } from '../sync/truth.ts';
import { before } from './servers.ts';

type Encode = (body: Buffer) => Buffer;
/** Encoding of the responses of each stream, and the content-encoding header. */
type Encodings = Readonly<Record<string, readonly [Encode, string | undefined]>>;

/** An account whose responses pass through a server that encodes those of some streams. */
async function encoded(encodings: Encodings, times = Number.POSITIVE_INFINITY) {
  const account = await smallAccount({ heartlandConfiguration: { max_retries: 1 } });
  const { origin } = new URL(account.heartland.baseUrl);
  let left = times;
  const through = await before(account.heartland.baseUrl, (request, response) => {
    const coding = encodings[/^\/api\/(\w+)\?/.exec(request.url!)?.[1] ?? ''];
    if (coding === undefined || left-- <= 0) return false;
    const [encode, header] = coding;
    const authorization = request.headers.authorization ?? '';
    return fetch(`${origin}${request.url}`, { headers: { authorization } }).then(async answer => {
      const body = encode(Buffer.from(await answer.arrayBuffer()));
      send(response, answer.status, body, header);
    });
  });
  return { account, through };
}

function send(response: ServerResponse, status: number, body: Buffer, header?: string): void {
  const encoding = header === undefined ? {} : { 'content-encoding': header };
  response.writeHead(status, { 'content-type': 'application/json', ...encoding }).end(body);
}

test('compressed responses that were not requested are read', async () => {
  const encodings: Encodings = {
    locations: [gzipSync, 'X-GZip'],
    custom_fields: [brotliCompressSync, 'br'],
    items: [zstdCompressSync, 'zstd'],
    item_grids: [deflateSync, 'deflate'],
    payments: [deflateRawSync, 'deflate'],
    payment_types: [gzipSync, 'gzip'],
    permissions: [body => gzipSync(brotliCompressSync(body)), 'br, gzip'],
    roles: [gzipSync, undefined],
    users: [body => body, 'identity'],
  };
  const { account, through } = await encoded(encodings);
  const streams = Object.keys(encodings);
  expect((await account.sync(streams, {}, through)).failures).toEqual({});
  for (const stream of ['locations', 'custom_fields', 'items', 'item_grids']) {
    const documents = await readAll(account.heartland, stream);
    expect(documents.length).toBeGreaterThan(0);
    expect(differences(stream, documents, await readTable(account, stream), ['id'])).toEqual([]);
  }
});

test('a response that cannot be decoded fails with its encoding, without showing its bytes', async () => {
  const four = (body: Buffer) => gzipSync(gzipSync(gzipSync(gzipSync(body))));
  const { account, through } = await encoded({
    item_grids: [() => Buffer.from([0x1f, 0x9d, 0x90, 0x00, 0xff]), 'compress'],
    custom_fields: [body => gzipSync(body).subarray(0, 60), 'gzip'],
    items: [() => Buffer.from([0x00, 0x01, 0xfe, 0xff, 0x1b]), undefined],
    payments: [() => zstdCompressSync(Buffer.alloc(80 << 20)), 'zstd'],
    payment_types: [four, 'gzip, gzip, gzip, gzip'],
  });
  const streams = ['item_grids', 'custom_fields', 'items', 'payments', 'payment_types'];
  const { failures } = await account.sync(streams, {}, through);
  const expected: Record<string, RegExp> = {
    item_grids: /the response is encoded as "compress"; supported are gzip, br, deflate and zstd/,
    custom_fields: /the response is cut off or damaged: it is not valid gzip \(Z_BUF_ERROR\)/,
    items: /the answer is not JSON \(it is not text: 5 bytes that begin with 0001feff\)/,
    payments: /the response has more than 64 MB after its zstd is decoded/,
    payment_types: /the response is encoded as "gzip, gzip, gzip, gzip"; supported are/,
  };
  for (const stream of streams) {
    expect(failures[stream]).toMatch(expected[stream]!);
    expect(failures[stream]).not.toMatch(/[\p{Cc}\uFFFD]/u);
    expect(await readTable(account, stream)).toEqual([]);
  }
});

test('a truncated response is requested again; an error response is reported by its status', async () => {
  const { account, through } = await encoded(
    { items: [body => gzipSync(body).subarray(0, 60), 'gzip'] },
    1,
  );
  const { failures, events } = await account.sync(['items'], {}, through);
  expect(failures).toEqual({});
  expect(events.filter(({ kind }) => kind === 'waiting')).toHaveLength(1);

  const refusing = await before(account.heartland.baseUrl, (request, response) =>
    request.url!.startsWith('/api/vendors') || request.url!.startsWith('/api/purchasing/vendors')
      ? send(response, 400, Buffer.from('no gzip'), 'gzip')
      : false,
  );
  const refused = await account.sync(['vendors'], {}, refusing);
  expect(refused.failures.vendors).toMatch(/^HEARTLAND_REFUSED: .*\(400 with an empty body\)/);
});
