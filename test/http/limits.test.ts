import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { deliverByUpload } from '../../sinks/http/upload.ts';
import { fetchCart } from '../../sources/locally/cart.ts';
import { outgoing } from '../sinks/outgoing.ts';
import { smallAccount } from '../sync/small-account.ts';
import { readTable } from '../sync/truth.ts';
import { answering, before } from './servers.ts';

const { signal } = new AbortController();

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** Writes until the other side closes: as fast as possible, or at an interval. */
function forever(socket: Socket | ServerResponse, chunk: string | Buffer, everyMs?: number): void {
  if (everyMs === undefined) {
    const more = () => void (socket.destroyed || socket.write(chunk, () => setImmediate(more)));
    more();
    return;
  }
  const timer = setInterval(() => socket.write(chunk), everyMs);
  socket.once('close', () => clearInterval(timer));
}

type Misbehavior = (socket: Socket) => void;

const drips: Misbehavior = socket => {
  socket.write(`${HEAD}content-length: 100000\r\n\r\n`);
  forever(socket, ' ', 50);
};
const dripsHeaders: Misbehavior = socket => {
  socket.write(HEAD);
  forever(socket, 'x', 50);
};
const neverEnds: Misbehavior = socket => {
  socket.write(`${HEAD}\r\n[`);
  forever(socket, Buffer.alloc(1 << 20, ' '));
};
const isAnnouncedHuge: Misbehavior = socket => {
  socket.write(`${HEAD}content-length: 99999999999\r\n\r\n`);
};
const hasHugeHeaders: Misbehavior = socket => {
  socket.write(HEAD);
  forever(socket, `x-filler: ${'x'.repeat(1000)}\r\n`);
};
const saysContinueForever: Misbehavior = socket => {
  forever(socket, 'HTTP/1.1 100 Continue\r\n\r\n', 20);
};

/** A server that misbehaves at every request. */
async function misbehavingServer(misbehave: Misbehavior): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => misbehave(socket));
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A misbehavior for each stream, and the expected message. */
type Misbehaviors = Readonly<Record<string, readonly [Misbehavior, RegExp]>>;

const TOO_SLOW: Misbehaviors = {
  item_grids: [drips, /the response was not complete after 1.5 s/],
  items: [dripsHeaders, /the response was not complete after 1.5 s/],
  payment_types: [saysContinueForever, /the response was not complete after 1.5 s|bad response/],
};
const TOO_LARGE: Misbehaviors = {
  item_grids: [neverEnds, /the response has more than 64 MB/],
  items: [isAnnouncedHuge, /the response has more than 64 MB/],
  payment_types: [hasHugeHeaders, /the headers of the response have more than 16 kB/],
};

test.each([
  ['slow', TOO_SLOW, { timeout_ms: 5000, answer_timeout_ms: 1500 }],
  ['large', TOO_LARGE, {}],
] as const)(
  'a response of Heartland that is too %s fails its stream, and the others are loaded',
  async (_, misbehaviors, settings) => {
    const account = await smallAccount({ heartlandConfiguration: { ...settings, max_retries: 0 } });
    const through = await before(account.heartland.baseUrl, (request, response) => {
      const [misbehave] = misbehaviors[/^\/api\/(\w+)\?/.exec(request.url!)?.[1] ?? ''] ?? [];
      // As if the account itself did this.
      return misbehave === undefined ? false : misbehave(response.socket!);
    });
    const { failures } = await account.sync(
      [...Object.keys(misbehaviors), 'locations'],
      {},
      through,
    );
    expect(Object.keys(failures).toSorted()).toEqual(Object.keys(misbehaviors).toSorted());
    for (const [stream, [, message]] of Object.entries(misbehaviors)) {
      expect(failures[stream]).toMatch(/^HEARTLAND_FAILED: /);
      expect(failures[stream]).toMatch(message);
      expect(await readTable(account, stream)).toEqual([]);
    }
  },
);

test.each([
  ['byte by byte', drips, 200, /the response was not complete after 0.6 s/],
  ['without end', neverEnds, 5000, /the response has more than 2 MB/],
  [
    'with a huge content-length',
    isAnnouncedHuge,
    200,
    /the response was not complete|BODY_TIMEOUT/,
  ],
  [
    'with headers without end',
    hasHugeHeaders,
    5000,
    /the headers of the response have more than 16 kB/,
  ],
])('a response of Locally %s fails within a limit', async (_, misbehave, timeoutMs, message) => {
  const api = {
    baseUrl: await misbehavingServer(misbehave),
    token: 'canary',
    section: 'locally.orders.api',
  };
  const error = await fetchCart({ ...api, timeoutMs }, 'A1', undefined, signal).then(
    () => expect.unreachable('the cart should not be returned'),
    (reason: Error) => reason,
  );
  expect(error.message).toMatch(message);
  expect(error.message).toMatch(/\bagain\b/);
  expect(error.message).not.toContain('canary');
});

describe('an upload whose response never completes', () => {
  const upload = async (url: string) => {
    const form = { url, fileField: 'f', fields: {}, secrets: [], timeoutMs: 200 };
    return deliverByUpload(form)([await outgoing('1.txt', 'one')], signal);
  };

  test.each([
    ['byte by byte', 40],
    ['without end', undefined],
  ])('is reported by its status, with the part that was received: %s', async (_, everyMs) => {
    const url = await answering((request, response) => {
      request.resume().on('end', () => {
        response.write('Uploaded ');
        forever(response, '.', everyMs);
      });
    });
    const [receipt] = await upload(url);
    expect(receipt).toMatchObject({ file: '1.txt', detail: expect.stringMatching(/^Uploaded/) });
  });

  test('may have been accepted if not even a status was received', async () => {
    const url = await misbehavingServer(dripsHeaders);
    await expect(upload(url)).rejects.toMatchObject({ code: 'UPLOAD_MAYBE_TAKEN' });
  });

  test('was not accepted if a log-in page answers with status 200', async () => {
    const url = await answering((request, response) => {
      request
        .resume()
        .on('end', () =>
          response.end('<html><title>Sign in</title><input type="password"></html>'),
        );
    });
    await expect(upload(url)).rejects.toMatchObject({
      code: 'UPLOAD_REFUSED',
      message: expect.stringContaining('found "a web page titled "Sign in""'),
    });
  });
});
