import type { Heartland } from '../stand-ins/heartland/server.ts';

/** A record of an answer, as `JSON.parse` gives it. */
export type Row = Readonly<Record<string, unknown>>;
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Row & { readonly total: number; readonly pages: number; readonly results: Row[] };
}

/** Asks the stand-in one plain question, as the tests of the stand-in itself do. */
export async function ask(
  { baseUrl, token }: Heartland,
  path: string,
  params: readonly (readonly [string, string | number])[] = [],
): Promise<Answer> {
  const query = new URLSearchParams(
    params.map(([name, value]): [string, string] => [name, String(value)]),
  );
  const response = await fetch(`${baseUrl}/${path}?${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  };
}

/** Reads all pages of a collection, one after the other. */
export async function askAll(
  heartland: Heartland,
  path: string,
  params: readonly (readonly [string, string | number])[] = [],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1, pages = 1; page <= pages; page++) {
    const { body } = await ask(heartland, path, [...params, ['page', page], ['per_page', 1000]]);
    rows.push(...body.results);
    pages = body.pages;
  }
  return rows;
}
