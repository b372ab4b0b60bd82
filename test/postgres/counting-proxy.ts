import { type AddressInfo, connect, createServer } from 'node:net';
import { onTestFinished } from 'vitest';

/** A way to a Postgres server that counts what the server says. Gone when the test ends. */
export async function countingProxy(
  postgresUrl: string,
): Promise<{ readonly url: string; readonly received: () => number }> {
  const target = new URL(postgresUrl);
  let bytes = 0;
  const server = createServer(client => {
    const postgres = connect(Number(target.port || 5432), target.hostname);
    postgres.on('data', data => {
      bytes += data.length;
    });
    client.on('error', () => postgres.destroy()).pipe(postgres);
    postgres.on('error', () => client.destroy()).pipe(client);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = new URL(postgresUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: url.href, received: () => bytes };
}
