import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// @ts-expect-error s3rver has no types.
import S3rver from 's3rver';

/** The one key that s3rver knows. */
const KEY = 'S3RVER';

/** An S3 server with one bucket, `feeds`. */
export interface S3Server {
  readonly endpoint: string;
  readonly key: string;
  /** Content of an object; undefined if there is none. */
  read(key: string): Promise<Buffer | undefined>;
  list(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Starts s3rver on a free port of this machine. */
export async function startS3(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'tillstream-s3-'));
  const configureBuckets = [{ name: 'feeds' }];
  const s3 = new S3rver({ directory, silent: true, configureBuckets, address: '127.0.0.1' });
  await s3.configureBuckets();
  const server: Server = createServer(s3.getMiddleware()).listen(0, '127.0.0.1');
  await new Promise(done => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  const bucket = join(directory, 'feeds');
  return {
    endpoint: `http://127.0.0.1:${port}`,
    key: KEY,
    read: key => readFile(join(bucket, `${key}._S3rver_object`)).catch(() => undefined),
    list: async () => {
      const found = await readdir(bucket).catch(() => []);
      const end = '._S3rver_object';
      return found.filter(name => name.endsWith(end)).map(name => name.slice(0, -end.length));
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
