import { createReadStream } from 'node:fs';
import { PassThrough, pipeline } from 'node:stream';
import { type Client, FTPError } from 'basic-ftp';

/**
 * Uploads a file, or what is missing of it after `from` bytes, and hears the server out when it cuts the data
 * connection: why it did, it says on the control connection.
 *
 * basic-ftp 6 closes both connections at the first reset of the data connection, and so loses the "552 disk full"
 * that follows whenever bytes were still under way. Here the data connection may break alone.
 */
export async function store(
  client: Client,
  path: string,
  name: string,
  from: number,
): Promise<void> {
  const prepare = client.prepareTransfer;
  const prepareToBreakAlone: Client['prepareTransfer'] = async ftp => {
    const answer = await prepare(ftp);
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
    if (client.closed || error instanceof FTPError) throw error;
    const reply: unknown = await client.ftp.handle(undefined, (said, task) => task.resolve(said));
    throw reply instanceof FTPError ? reply : error;
  } finally {
    // After the first transfer basic-ftp has put the mode that works with this server there; that one stays.
    if (client.prepareTransfer === prepareToBreakAlone) client.prepareTransfer = prepare;
  }
}

/**
 * The bytes of a file, in a stream that never emits an error: basic-ftp would close everything for one.
 *
 * The path itself is not given to basic-ftp 6, because it closes the file twice when an upload fails. By then its
 * number may belong to a new socket, of ours or of the warehouse, and that is what gets closed.
 */
function readQuietly(path: string, start: number): PassThrough {
  const source = new PassThrough({ destroy: (_error, done) => done(null) });
  return pipeline(createReadStream(path, { start }), source, () => {});
}
