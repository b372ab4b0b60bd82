import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FtpServer, startFtp } from '../../test/stand-ins/ftp/server.ts';
import { type Heartland, startHeartland } from '../../test/stand-ins/heartland/server.ts';
import { type SmtpServer, startSmtp } from '../../test/stand-ins/smtp/server.ts';

/** The servers of the demo, all on this machine; the tests use the same ones. */
export interface StandIns {
  readonly heartland: Heartland;
  readonly ftp: FtpServer;
  readonly smtp: SmtpServer;
  /** Folder of the FTP server: the files that Locally received. */
  readonly locallyInbox: string;
  close(): Promise<void>;
}

/**
 * Starts a sample Heartland account, an FTP server and a mail server on free ports.
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

/** A received e-mail, saved to files. */
export interface SavedMail {
  readonly to: string;
  readonly subject: string;
  /** File with its text, as a web page. */
  readonly page: string;
  readonly attachments: readonly string[];
}

/** Saves every received e-mail with its attachments. */
export async function saveMail(smtp: SmtpServer, folder: string): Promise<readonly SavedMail[]> {
  await mkdir(folder, { recursive: true });
  const save = async (name: string, content: string | Buffer) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  const saved: SavedMail[] = [];
  for (const message of smtp.messages) {
    const to = [message.to ?? []]
      .flat()
      .map(({ text }) => text)
      .join(', ');
    const page = await save(`to-${to.replaceAll(/[^\w@.-]+/g, '-')}.html`, message.html || '');
    const attachments: string[] = [];
    for (const { filename, content } of message.attachments)
      attachments.push(await save(filename ?? 'attachment', content));
    saved.push({ to, subject: message.subject ?? '', page, attachments });
  }
  return saved;
}
