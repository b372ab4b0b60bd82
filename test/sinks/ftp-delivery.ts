import { expect, onTestFinished } from 'vitest';
import type { OutgoingFile } from '../../sinks/delivery.ts';
import { deliverByFtp } from '../../sinks/ftp/ftp.ts';
import type { FtpOptions } from '../../sinks/ftp/options.ts';
import { type FtpServer, type FtpServerOptions, startFtp } from '../stand-ins/ftp/server.ts';
import { outgoing } from './outgoing.ts';

/** Yesterday's file. */
export const OLD = 'upc,qty,price\n727602259178,1,10.99\n';
export const quiet = () => new AbortController().signal;

/** A server for one test. */
export async function ftp(options: FtpServerOptions = {}): Promise<FtpServer> {
  const server = await startFtp(options);
  onTestFinished(() => server.close());
  return server;
}

/** A server that already holds yesterday's file. */
export async function ftpWithOldFile(options: FtpServerOptions = {}): Promise<FtpServer> {
  const server = await ftp(options);
  await deliverByFtp(to(server))([await outgoing('12345.csv', OLD)], quiet());
  return server;
}

/** Options for a server, with short waits. */
export function to(server: FtpServer, more: Partial<FtpOptions> = {}): FtpOptions {
  const { host, port, user, password } = server;
  return { protocol: 'ftp', host, port, user, password, backoffMs: 1, timeoutMs: 2000, ...more };
}

/** Returns the error of a delivery; checks that no part of it contains the password. */
export async function failure(
  options: FtpOptions,
  files: readonly OutgoingFile[],
  signal = quiet(),
): Promise<Error> {
  const error = await deliverByFtp(options)(files, signal).then(
    () => expect.unreachable('the delivery should have failed'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  expect(JSON.stringify([String(error), error])).not.toContain(options.password);
  expect(String((error as Error).cause ?? '')).not.toContain(options.password);
  return error as Error;
}

export async function expectOldFileAlone(server: FtpServer): Promise<void> {
  expect(String(await server.read('12345.csv'))).toBe(OLD);
  expect(await server.list()).toEqual(['12345.csv']);
}
