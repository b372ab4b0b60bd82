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

/** Writes again and again while the other side is there: as fast as it takes it, or every so often. */
function forever(socket: Socket | ServerResponse, piece: string | Buffer, everyMs?: number): void {
  if (everyMs === undefined) {
    const more = () => void (socket.destroyed || socket.write(piece, () => setImmediate(more)));
    more();
    return;
  }
  const timer = setInterval(() => socket.write(piece), everyMs);
  socket.once('close', () => clearInterval(timer));
}

type Trick = (socket: Socket) => void;

const drips: Trick = socket => {
  socket.write(`${HEAD}content-length: 100000\r\n\r\n`);
  forever(socket, ' ', 50);
};
const dripsHeaders: Trick = socket => {
  socket.write(HEAD);
  forever(socket, 'x', 50);
};
const neverEnds: Trick = socket => {
  socket.write(`${HEAD}\r\n[`);
  forever(socket, Buffer.alloc(1 << 20, ' '));
};
const isAnnouncedHuge: Trick = socket => {
  socket.write(`${HEAD}content-length: 99999999999\r\n\r\n`);
};
const hasHugeHeaders: Trick = socket => {
  socket.write(HEAD);
  forever(socket, `x-filler: ${'x'.repeat(1000)}\r\n`);
};
const saysContinueForever: Trick = socket => {
  forever(socket, 'HTTP/1.1 100 Continue\r\n\r\n', 20);
};

/** A server that plays a trick on everybody who asks. */
async function trickster(trick: Trick): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => trick(socket));
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A trick for each of these streams, and what its failure says. */
type Tricks = Readonly<Record<string, readonly [Trick, RegExp]>>;

const TOO_SLOW: Tricks = {
  item_grids: [drips, /the answer was not whole after 1.5 s/],
  items: [dripsHeaders, /the answer was not whole after 1.5 s/],
  payment_types: [saysContinueForever, /the answer was not whole after 1.5 s|bad response/],
};
const TOO_LARGE: Tricks = {
  item_grids: [neverEnds, /the answer has more than 64 MB/],
  items: [isAnnouncedHuge, /the answer has more than 64 MB/],
  payment_types: [hasHugeHeaders, /the headers of the answer have more than 16 kB/],
};

test.each([
  ['slow', TOO_SLOW, { timeout_ms: 5000, answer_timeout_ms: 1500 }],
  ['large', TOO_LARGE, {}],
] as const)(
  'an answer of Heartland that is too %s is given up, and the others come in',
  async (_, tricks, settings) => {
    const account = await smallAccount({ heartlandConfiguration: { ...settings, max_retries: 0 } });
    const through = await before(account.heartland.baseUrl, (request, response) => {
      const [trick] = tricks[/^\/api\/(\w+)\?/.exec(request.url!)?.[1] ?? ''] ?? [];
      // As if the account itself did it.
      return trick === undefined ? false : trick(response.socket!);
    });
    const { failures } = await account.sync([...Object.keys(tricks), 'locations'], {}, through);
    expect(Object.keys(failures).toSorted()).toEqual(Object.keys(tricks).toSorted());
    for (const [stream, [, told]] of Object.entries(tricks)) {
      expect(failures[stream]).toMatch(/^HEARTLAND_FAILED: /);
      expect(failures[stream]).toMatch(told);
      expect(await readTable(account, stream)).toEqual([]);
    }
  },
);

test.each([
  ['byte by byte', drips, 200, /the answer was not whole after 0.6 s/],
  ['without end', neverEnds, 5000, /the answer has more than 2 MB/],
  ['that is announced as huge', isAnnouncedHuge, 200, /the answer was not whole|BODY_TIMEOUT/],
  [
    'with headers without end',
    hasHugeHeaders,
    5000,
    /the headers of the answer have more than 16 kB/,
  ],
])('an answer of Locally %s is given up within a bound', async (_, trick, timeoutMs, told) => {
  const api = { baseUrl: await trickster(trick), token: 'canary', section: 'locally.orders.api' };
  const error = await fetchCart({ ...api, timeoutMs }, 'A1', undefined, signal).then(
    () => expect.unreachable('the cart should not have come'),
    (reason: Error) => reason,
  );
  expect(error.message).toMatch(told);
  expect(error.message).toContain('It is tried again with the next feed');
  expect(error.message).not.toContain('canary');
});

describe('an upload whose answer never becomes whole', () => {
  const upload = async (url: string) => {
    const form = { url, fileField: 'f', fields: {}, secrets: [], timeoutMs: 200 };
    return deliverByUpload(form)([await outgoing('1.txt', 'one')], signal);
  };

  test.each([
    ['byte by byte', 40],
    ['without end', undefined],
  ])('counts by its status, with as much as was said: %s', async (_, everyMs) => {
    const url = await answering((request, response) => {
      request.resume().on('end', () => {
        response.write('Uploaded ');
        forever(response, '.', everyMs);
      });
    });
    const [receipt] = await upload(url);
    expect(receipt).toMatchObject({ file: '1.txt', detail: expect.stringMatching(/^Uploaded/) });
  });

  test('may have been taken where not even its status came', async () => {
    const url = await trickster(dripsHeaders);
    await expect(upload(url)).rejects.toMatchObject({ code: 'UPLOAD_MAYBE_TAKEN' });
  });

  test('was not taken where a page to log in answers 200', async () => {
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
