/** Whether what a delivery needs is there: connects, logs in, enters the folder, and hands nothing over. */
import { DeliveryError } from '../transforms/errors.ts';
import type { EmailOptions } from './email/options.ts';
import { MailFailure, readSmtpUrl, verifyLogin } from './email/smtp.ts';
import { FtpConnection } from './ftp/connection.ts';
import { FtpFailure } from './ftp/fault.ts';
import { type FtpOptions, ftpAddress } from './ftp/options.ts';
import { SftpFailure } from './sftp/fault.ts';
import { type SftpOptions, sftpAddress } from './sftp/options.ts';
import { SftpSession } from './sftp/session.ts';

/** @throws DeliveryError with what the server said, and what to do */
export async function reachFtp(options: FtpOptions, signal: AbortSignal): Promise<string> {
  const connection = new FtpConnection(options, signal);
  try {
    await connection.client();
    return ftpAddress(options);
  } catch (error) {
    if (error instanceof FtpFailure) throw unreachable(ftpAddress(options), error.fault);
    throw error;
  } finally {
    connection.close();
  }
}

/** @throws DeliveryError with what the server said, and what to do */
export async function reachSftp(options: SftpOptions, signal: AbortSignal): Promise<string> {
  let session: SftpSession | undefined;
  try {
    session = await SftpSession.open(options, signal);
    return sftpAddress(options);
  } catch (error) {
    if (error instanceof SftpFailure) throw unreachable(sftpAddress(options), error.fault);
    throw error;
  } finally {
    session?.close();
  }
}

/** @throws DeliveryError with what the server said, and what to do */
export async function reachSmtp(
  options: Pick<EmailOptions, 'smtp' | 'ca' | 'serverName'>,
): Promise<string> {
  const server = readSmtpUrl(options.smtp);
  const address = `${server.isTlsFromStart ? 'smtps' : 'smtp'}://${server.host}:${server.port}`;
  try {
    await verifyLogin(server, { ...options, timeoutMs: 15_000 });
    return address;
  } catch (error) {
    if (error instanceof MailFailure)
      throw unreachable(address, { code: 'MAIL_SERVER', ...error.fault });
    throw error;
  }
}

function unreachable(
  address: string,
  fault: {
    readonly code: string;
    readonly reason: string;
    readonly said: string;
    readonly next: string;
  },
): DeliveryError {
  return new DeliveryError(fault.code, {
    problem: `${address} cannot be used: ${fault.reason}`,
    found: fault.said,
    next: fault.next,
  });
}
