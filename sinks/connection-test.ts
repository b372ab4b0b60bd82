/** Connection tests: each tries what a delivery does, and says what it tried. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeliveryError } from '../transforms/errors.ts';
import { interrupted } from '../transforms/interruption.ts';
import { AtomicUpload, noLimits, removed } from './atomic-upload.ts';
import type { SpooledFile } from './delivery.ts';
import type { EmailOptions } from './email/options.ts';
import { MailFailure, readSmtpUrl, verifyLogin } from './email/smtp.ts';
import {
  DEFAULT_TIMEOUT_MS,
  RemoteFailure,
  type RemoteFault,
  type RemoteFolder,
  type RemoteOptions,
  type RemoteServer,
} from './remote-folder.ts';
import { spoolFile } from './spool.ts';

/** The same name each time, so that a server that does not delete holds one of them at most. */
const TEST_FILE = 'tillstream-connection-test.txt';

/** What a connection test found. */
export interface ConnectionTest {
  /** What was tried and what happened, as a sentence. */
  readonly says: string;
  /** Whether nothing of the test was left behind. */
  readonly isClean: boolean;
}

/** Runs a test with a small file, which is removed afterwards. */
export async function withTestFile(
  signal: AbortSignal,
  run: (file: SpooledFile) => Promise<ConnectionTest>,
): Promise<ConnectionTest> {
  const local = await mkdtemp(join(tmpdir(), 'tillstream-test-'));
  try {
    const chunk = { data: 'Connection test of Tillstream. You can delete this file.\n', rows: 1 };
    return await run(await spoolFile(local, TEST_FILE, [chunk], signal));
  } finally {
    await rm(local, { recursive: true, force: true });
  }
}

/** Uploads a small file as a delivery does, and deletes it. Throws `DeliveryError`. */
export async function testServer(
  server: RemoteServer,
  { timeoutMs = DEFAULT_TIMEOUT_MS, viaTemporaryName = true }: RemoteOptions,
  signal: AbortSignal,
): Promise<ConnectionTest> {
  return withTestFile(signal, file =>
    testUpload(server, file, timeoutMs, viaTemporaryName, signal),
  );
}

async function testUpload(
  server: RemoteServer,
  file: SpooledFile,
  timeoutMs: number,
  isRenamed: boolean,
  signal: AbortSignal,
): Promise<ConnectionTest> {
  let folder: RemoteFolder | undefined;
  let upload: AtomicUpload | undefined;
  try {
    folder = await server.open(signal, timeoutMs);
    upload = new AtomicUpload(server, file, { isRenamed, limits: noLimits() });
    const { detail: summary } = await upload.upload(folder);
    const isClean = await removed(folder, TEST_FILE);
    const end = isClean ? 'deleted' : 'not deleted: the server refused to delete it';
    return {
      says: `Login OK at ${server.addressOf()}. Test file "${TEST_FILE}": ${summary}; ${end}.`,
      isClean,
    };
  } catch (error) {
    if (upload?.abandon() && folder?.isOpen) await upload.cleanUp(folder).catch(() => {});
    if (signal.aborted) throw interrupted(`Testing ${server.addressOf()}`);
    if (error instanceof RemoteFailure) throw testFailed(server.addressOf(), error.fault);
    throw error;
  } finally {
    folder?.close();
  }
}

/** Logs in to the mail server; no e-mail is sent. Throws `DeliveryError`. */
export async function testMailServer(
  options: Pick<EmailOptions, 'smtp' | 'ca' | 'serverName' | 'oauth'>,
): Promise<ConnectionTest> {
  const server = readSmtpUrl(options.smtp);
  const address = `${server.isTlsFromStart ? 'smtps' : 'smtp'}://${server.host}:${server.port}`;
  try {
    await verifyLogin(server, { ...options, timeoutMs: 15_000 });
    const tried = server.user === '' ? 'Connected to' : 'Login OK at';
    return { says: `${tried} ${address}. No test e-mail was sent.`, isClean: true };
  } catch (error) {
    if (error instanceof MailFailure)
      throw testFailed(address, { code: 'MAIL_SERVER', ...error.fault });
    throw error;
  }
}

function testFailed(
  address: string,
  { code, reason, said, next }: Pick<RemoteFault, 'code' | 'reason' | 'said' | 'next'>,
): DeliveryError {
  return new DeliveryError(code, {
    problem: `The connection test of ${address} failed: ${reason}`,
    found: said,
    next,
  });
}
