import { startHeartland } from '../../stand-ins/heartland/server.ts';

type Row = Readonly<Record<string, unknown>>;

/** One answer as a client sees it. */
export interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly text: string;
  /** The JSON of the body; throws where there is none, as clients do. */
  readonly body: Row & { total: number; pages: number; results: readonly Row[] };
}

/** Sends requests letter by letter as they are given: the query is not encoded anew. */
export interface Wire {
  send(method: string, path: string, body?: unknown, headers?: object): Promise<Answer>;
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  readonly heartland: Awaited<ReturnType<typeof startHeartland>>;
}

/** A small account and the wire to it. */
export async function openWire(): Promise<Wire> {
  const heartland = await startHeartland({ asOf: '2026-11-12', months: 0 });
  const origin = heartland.baseUrl.replace(/\/api$/, '');
  const send: Wire['send'] = async (method, path, body, headers = {}) => {
    const url = path.startsWith('/') ? `${origin}${path}` : `${heartland.baseUrl}/${path}`;
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${heartland.token}`,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      location: response.headers.get('location'),
      text,
      get body() {
        return JSON.parse(text) as Answer['body'];
      },
    };
  };
  return {
    heartland,
    send,
    get: path => send('GET', path),
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
  };
}

/** The id at the end of a Location. */
export function idIn({ location }: Answer): number {
  return Number(/\/(\d+)$/.exec(location ?? '')?.[1]);
}
