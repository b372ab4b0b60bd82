import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web service that keeps what is PUT, and forgets what is deleted. */
export interface FileStore {
  readonly url: string;
  readonly files: Map<string, Buffer>;
  /** Status of every answer while it is set. */
  refuseWith: number | undefined;
  close(): Promise<void>;
}

/** Starts it. Only requests with this token are accepted; a refusal echoes the token it got. */
export async function startFileStore(token: string): Promise<FileStore> {
  const files = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const name = decodeURIComponent(request.url!.split('/').at(-1)!);
    const given = request.headers.authorization;
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return;
    }
    const status = given === token ? store.refuseWith : 401;
    if (status !== undefined) return response.writeHead(status).end(`refused ${given}`);
    if (request.method === 'DELETE') files.delete(name);
    else files.set(name, Buffer.concat(chunks));
    response.writeHead(request.method === 'PUT' ? 201 : 204).end();
  }).listen(0, '127.0.0.1');
  await new Promise(done => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  const store: FileStore = {
    url: `http://127.0.0.1:${port}/files`,
    files,
    refuseWith: undefined,
    close: async () => {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    },
  };
  return store;
}
