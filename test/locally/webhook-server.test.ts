import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { startWebhookServer } from '../../app/web/webhook-server.ts';
import { startLocallyApi } from '../stand-ins/locally/locally-api.ts';
import { scene } from './scene.ts';

const TOKEN = 'station-made-this-key';

test('a message over HTTP is answered at once, and its order is in the warehouse', async () => {
  const { api, send, server, query } = await listening();
  api.carts.set('QE3QL6', { hash: 'QE3QL6', items: [{ upc: '601842495575', qty: 2 }] });
  const body = { upc: '601842495575', order_id: 'QE3QL6', status: 'confirmed' };

  expect((await send(body)).status).toBe(200);
  expect((await send(body)).status).toBe(200);
  await server.settled();

  expect(await query('select order_id, upc, qty::int, phase from locally_order_lines')).toEqual([
    { order_id: 'QE3QL6', upc: '601842495575', qty: 2, phase: 'confirmed' },
  ]);
  expect(await query('select phase from locally_order_history')).toHaveLength(1);
});

test('other requests are refused: wrong path, method or key, an endless or incomplete body', async () => {
  const { send, server, query } = await listening();

  expect((await fetch(new URL('/', server.url))).status).toBe(404);
  expect((await fetch(server.url)).status).toBe(405);
  expect((await send({ order_id: 'A' }, 'wrong')).status).toBe(401);
  const large = await send({ order_id: 'A', text: 'x'.repeat(2 << 20) }).catch(() => undefined);
  expect(large?.status ?? 413).toBe(413);
  expect(
    await raw(server.url, 'GET // HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n'),
  ).toMatch(/^HTTP\/1.1 404/);
  const keyed = `locally-webhook-token: ${TOKEN}\r\ncontent-length: 99`;
  const incomplete = `POST /locally/webhook HTTP/1.1\r\nhost: here\r\n${keyed}\r\n\r\n{"order`;
  expect(await raw(server.url, incomplete, 'hang up')).toMatch(/^HTTP\/1.1 400/);
  expect(await query('select from _locally_events')).toEqual([]);
});

test('without the key no body is read, and with it memory stays bounded', async () => {
  const { server, query } = await listening();
  const head = (key: string, more: string) =>
    `POST /locally/webhook HTTP/1.1\r\nhost: here\r\nlocally-webhook-token: ${key}\r\n${more}\r\n\r\n`;

  // Answered while the body is still to come, and before it is requested.
  expect(await firstLine(server.url, head('wrong', 'content-length: 500000'))).toMatch(/ 401 /);
  const asking = 'expect: 100-continue\r\ncontent-length: 500000';
  expect(await firstLine(server.url, head('wrong', asking))).toMatch(/ 401 /);
  expect(await firstLine(server.url, head(TOKEN, asking))).toMatch(/ 100 /);
  expect(await firstLine(server.url, head(TOKEN, 'content-length: 99999999'))).toMatch(/ 413 /);
  expect(await firstLine(server.url, head(TOKEN, `x: ${'x'.repeat(20_000)}`))).toMatch(/ 431 /);

  // Endless bodies share one limit: the next sender gets a 503.
  const held = Array.from({ length: 20 }, () => connect(Number(new URL(server.url).port)));
  onTestFinished(() => held.forEach(socket => void socket.destroy()));
  const answers = held.map(socket => {
    socket.write(head(TOKEN, 'content-length: 1048576') + 'x'.repeat(1_000_000));
    return once(socket, 'data');
  });
  expect(String(await Promise.race(answers))).toMatch(/^HTTP\/1.1 503 [\s\S]*retry-after: 5/);
  expect(await query('select from _locally_events')).toEqual([]);
});

test('a sender that is slower than Locally would be is disconnected', async () => {
  const { server } = await listening();
  const socket = connect(Number(new URL(server.url).port));
  onTestFinished(() => void socket.destroy());
  // Headers that never end; Node looks only now and then, so that this takes a while.
  socket.write('POST /locally/webhook HTTP/1.1\r\nhost: here\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1.1 408/);
});

test('messages that arrive at the same time make one order', async () => {
  const { api, send, server, query } = await listening();
  api.carts.set('QE3QL6', { hash: 'QE3QL6', items: [{ upc: '601842495575', qty: 1 }] });
  const statuses = ['ordered', 'confirmed', 'ready', 'picked_up', 'ordered', 'confirmed'];

  const answers = await Promise.all(
    statuses.map(status => send({ upc: '601842495575', order_id: 'QE3QL6', status })),
  );
  await server.settled();

  expect(answers.map(answer => answer.status)).toEqual([200, 200, 200, 200, 200, 200]);
  expect(await query('select qty::int, phase from locally_order_lines')).toEqual([
    { qty: 1, phase: 'completed' },
  ]);
});

/** The first line of a server's answer, while the request is still being sent. */
async function firstLine(url: string, request: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(request);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return String(chunk).split('\r\n')[0]!;
}

/** The answer of a server to a raw request. */
async function raw(url: string, request: string, end?: 'hang up'): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(request);
  if (end === 'hang up') socket.end();
  return text(socket);
}

async function listening() {
  const api = await startLocallyApi();
  const orders = {
    webhook: { token: TOKEN },
    api: { token: api.token, base_url: api.baseUrl },
  };
  const { within } = await scene({ locally: { orders } });
  let end = () => {};
  const ended = new Promise<void>(resolve => {
    end = resolve;
  });
  const troubles: string[] = [];
  const started = Promise.withResolvers<Awaited<ReturnType<typeof startWebhookServer>>>();
  const query = Promise.withResolvers<(text: string) => Promise<object[]>>();
  const running = within({}, async work => {
    const { warehouse, configuration } = work;
    const server = await startWebhookServer({
      ...{ warehouse, configuration, port: 0 },
      onTrouble: text => troubles.push(text),
    });
    started.resolve(server);
    query.resolve(text => warehouse.query(text));
    await ended;
    await server.close();
  });
  onTestFinished(async () => {
    end();
    await running;
    await api.close();
    expect(troubles).toEqual([]);
  });
  const server = await started.promise;
  return {
    api,
    server,
    query: await query.promise,
    send: (body: object, token = TOKEN) =>
      fetch(server.url, {
        method: 'POST',
        headers: { 'locally-webhook-token': token, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}
