import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FtpServer, startFtp } from '../../test/ftp/server.ts';
import { type Heartland, startHeartland } from '../../test/heartland/server.ts';
import { type SmtpServer, startSmtp } from '../../test/smtp/server.ts';

/** The peers that the demo plays with, all on this machine: they are the ones that the tests use. */
export interface StandIns {
  readonly heartland: Heartland;
  readonly ftp: FtpServer;
  readonly smtp: SmtpServer;
  /** Folder that the FTP server serves: what Locally would have. */
  readonly locallyInbox: string;
  close(): Promise<void>;
}

/**
 * Starts a Heartland account with a year of trade, an FTP server and a mail server, on free ports.
 *
 * @param today the account's date, `YYYY-MM-DD`
 */
export async function startStandIns(folder: string, today: string): Promise<StandIns> {
  const locallyInbox = join(folder, 'locally-inbox');
  await mkdir(locallyInbox, { recursive: true });
  const heartland = await startHeartland({ size: 'demo', asOf: today });
  const ftp = await startFtp({ root: locallyInbox });
  const smtp = await startSmtp();
  return {
    heartland,
    ftp,
    smtp,
    locallyInbox,
    close: async () => {
      await Promise.all([heartland.close(), ftp.close(), smtp.close()]);
    },
  };
}

/** Saves the attachments of every message that arrived; answers their paths. */
export async function saveAttachments(
  smtp: SmtpServer,
  folder: string,
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const { filename, content } of smtp.messages.flatMap(message => message.attachments)) {
    const path = join(folder, filename ?? 'attachment');
    await writeFile(path, content);
    paths.push(path);
  }
  return paths;
}
