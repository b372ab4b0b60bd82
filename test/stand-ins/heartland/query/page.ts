/** The slice of an answer that was asked for. */
export interface Paging {
  readonly page: number;
  readonly perPage: number;
}

/** Without `per_page`, so many. */
const DEFAULT_PER_PAGE = 20;
/** `per_page=all` gives no more than this at once. */
const ALL = 2000;

/** Reads `page` and `per_page`; more than the cap is cut down without a word. */
export function pagingOf(query: URLSearchParams, cap: number): Paging {
  const asked = query.get('per_page');
  const wanted = asked === 'all' ? ALL : Math.min(whole(asked) ?? DEFAULT_PER_PAGE, cap);
  return { page: whole(query.get('page')) ?? 1, perPage: wanted };
}

function whole(text: string | null): number | undefined {
  const number = Number(text ?? '');
  return Number.isInteger(number) && number >= 1 ? number : undefined;
}

/** The envelope of every collection. */
export interface Page<T> {
  readonly total: number;
  readonly pages: number;
  readonly results: readonly T[];
}

/** How far the rows have moved by the time this page is read, and whether the total moves with them. */
export interface Drift {
  readonly rows: number;
  readonly countsIn: boolean;
}

/** Cuts a page out of rows that are asked for by place. With a drift, places are off by so many, round and round. */
export function cutPage<T>(
  count: number,
  { page, perPage }: Paging,
  drift: Drift,
  at: (place: number) => T,
): Page<T> {
  const total = drift.countsIn ? Math.max(count - drift.rows, 0) : count;
  const results: T[] = [];
  const from = (page - 1) * perPage;
  for (let place = from; place < Math.min(from + perPage, total); place++)
    results.push(at((((place + drift.rows) % count) + count) % count));
  return { total, pages: Math.ceil(total / perPage), results };
}
