import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { lastValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import { destinationsByName, sinkNamed } from '../../pipelines/destinations/registry.ts';
import { retrying } from '../../sinks/compose.ts';
import { outgoingFile } from '../../sinks/spooled-sink.ts';
import { afterFile } from '../setup/after-file.ts';
import { startSmtp } from '../stand-ins/smtp/server.ts';
import { outgoing } from './outgoing.ts';

const mail = { type: 'email', from: 'a@acme.example', to: ['b@acme.example'], attempts: 1 };
const file = async () => outgoingFile(await outgoing('1.csv', 'a'));
const sinkOf = (settings: unknown) =>
  sinkNamed(destinationsByName.parse({ mail: settings }), 'mail');

test('a mail server that accepts only access tokens gets one', async () => {
  const asked: string[] = [];
  const tokens = createServer(async (request, response) => {
    let form = '';
    for await (const chunk of request) form += chunk;
    asked.push(form);
    const isRight = form.includes('client_secret=right');
    const answer = isRight ? { access_token: 'token-1' } : { error: 'invalid_client' };
    response.writeHead(isRight ? 200 : 401).end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  afterFile(() => new Promise(done => tokens.close(done)));
  await new Promise(done => tokens.once('listening', done));
  const { port } = tokens.address() as AddressInfo;
  const server = await startSmtp({ user: 'a', accessToken: 'token-1' });
  afterFile(() => server.close());
  const oauth = { token_url: `http://127.0.0.1:${port}/token`, client_id: 'acme' };
  const settings = { ...mail, smtp: `smtp://a@${server.host}:${server.port}` };

  const right = { ...settings, oauth: { ...oauth, client_secret: 'right' } };
  await lastValueFrom(sinkOf(right)([await file()]));
  expect(server.messages).toHaveLength(1);
  expect(asked[0]).toContain('grant_type=client_credentials');

  const wrong = { ...settings, oauth: { ...oauth, client_secret: 'wrong-secret' } };
  const refused = lastValueFrom(sinkOf(wrong)([await file()]));
  await expect(refused).rejects.toThrow(/401 invalid_client.*token_url/s);
  await expect(refused).rejects.not.toThrow('wrong-secret');
});

test('a greylisted message is sent again until it is accepted', async () => {
  const server = await startSmtp({ faults: { refuseForNow: 3 } });
  afterFile(() => server.close());
  const settings = { ...mail, smtp: `smtp://${server.host}:${server.port}` };
  const sink = retrying({ attempts: 5, backoffMs: 1 }, sinkOf(settings));
  expect(await lastValueFrom(sink([await file()]))).toMatchObject({ outcome: 'delivered' });
  expect(server.messages).toHaveLength(1);
});
