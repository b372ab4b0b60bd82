import { createReadStream } from 'node:fs';
import { PassThrough, pipeline } from 'node:stream';
import { type Client, FTPError } from 'basic-ftp';

/**
 * Uploads a file from byte `from` on, and reads the server's reply if the data connection is cut.
 *
 * basic-ftp 6 closes both connections at the first reset of the data connection, and so loses the
 * "552 disk full" that follows when bytes were still being sent. Here the data connection may break
 * alone.
 */
export async function store(
  client: Client,
  path: string,
  name: string,
  from: number,
): Promise<void> {
  const prepare = client.prepareTransfer;
  let isConnected = false;
  const prepareToBreakAlone: Client['prepareTransfer'] = async ftp => {
    const answer = await prepare(ftp);
    isConnected = true;
    ftp.dataSocket
      ?.removeAllListeners('error')
      .removeAllListeners('close')
      .on('error', () => {});
    return answer;
  };
  client.prepareTransfer = prepareToBreakAlone;
  try {
    if (from === 0) await client.uploadFrom(readQuietly(path, from), name);
    else await client.appendFrom(readQuietly(path, from), name);
  } catch (error) {
    if (client.closed || error instanceof FTPError || !isConnected) throw error;
    const reply: unknown = await client.ftp.handle(undefined, (said, task) => task.resolve(said));
    throw reply instanceof FTPError ? reply : error;
  } finally {
    client.prepareTransfer = prepare;
  }
}

/**
 * Streams a file without ever emitting an error, because basic-ftp would close both connections.
 *
 * basic-ftp 6 does not get the path itself: it closes the file twice when an upload fails. By then
 * its descriptor may belong to a new socket, which would be closed instead.
 */
function readQuietly(path: string, start: number): PassThrough {
  const source = new PassThrough({ destroy: (_error, done) => done(null) });
  return pipeline(createReadStream(path, { start }), source, () => {});
}
