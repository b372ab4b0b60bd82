import { readFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { deliverByFtp } from '../../sinks/ftp.ts';
import type { FtpOptions } from '../../sinks/ftpOptions.ts';
import { DeliveryError, InterruptedError } from '../../transforms/errors.ts';
import { type FtpServer, type FtpServerOptions, startFtp } from '../ftp/server.ts';
import { makeCertificate } from '../tls/certificate.ts';
import { awkwardBytes, outgoing } from './outgoing.ts';

const quiet = () => new AbortController().signal;

async function ftp(options: FtpServerOptions = {}): Promise<FtpServer> {
  const server = await startFtp(options);
  onTestFinished(() => server.close());
  return server;
}

function to(server: FtpServer, more: Partial<FtpOptions> = {}): FtpOptions {
  const { host, port, user, password } = server;
  return { protocol: 'ftp', host, port, user, password, backoffMs: 1, timeoutMs: 2000, ...more };
}

test('the bytes on the server are the bytes of the file', async () => {
  const server = await ftp();
  const file = await outgoing('12345.csv', awkwardBytes(300_000));
  const receipts = await deliverByFtp(to(server))([file], quiet());
  expect(await server.read('12345.csv')).toEqual(await readFile(file.path));
  expect(await server.list()).toEqual(['12345.csv']);
  expect(receipts).toEqual([
    {
      file: '12345.csv',
      destination: `ftp://127.0.0.1:${server.port}/12345.csv`,
      bytes: file.bytes,
      detail: `transfer complete, ${file.bytes} bytes there`,
    },
  ]);
});
