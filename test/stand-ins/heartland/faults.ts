import type { Json } from './decimal.ts';

/** What goes wrong. */
export type Failure =
  | { readonly kind: 'rateLimited'; readonly retryAfter?: string }
  /** 401, as for a token that was revoked. */
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'internalError' }
  | { readonly kind: 'badGateway' }
  /** The connection is destroyed: before any answer, or in the middle of the body. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'midway' }
  /** Answers so much later; what waits is answered at once when the fault is switched off. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Its `Date` header is so much later than the machine's clock; earlier, below zero. */
  | { readonly kind: 'dated'; readonly byMs: number }
  | { readonly kind: 'emptyBody' }
  | { readonly kind: 'htmlPage' }
  | { readonly kind: 'truncated' }
  /** The page lacks its last rows, while `total` and `pages` stay. */
  | { readonly kind: 'shortPage'; readonly rows: number }
  /** `total` is off by so many; with a list, by the nth of it on the nth firing (the last one goes on). */
  | { readonly kind: 'lyingTotal'; readonly by: number | readonly number[] }
  /**
   * Rows move while somebody pages: page n is cut from a list that has moved by (n - 1) x `rows`. Forward (1), rows vanish
   * from the front, so that paging by number misses some; backward (-1), rows are put in, so that some come twice.
   * `total` moves with them, or (`keepsTotal`) gives nothing away.
   */
  | { readonly kind: 'movingRows'; readonly rows: number; readonly keepsTotal: boolean }
  | { readonly kind: 'transform'; readonly body: (body: Json, path: string) => Json };

/** A failure, and the requests that meet it. */
export type Fault = Failure & {
  /** Path prefix below `/api/`, as `items` or `inventory/values`; every path when left out. */
  readonly path?: string;
  /** Only requests whose query this accepts. */
  readonly query?: (query: URLSearchParams) => boolean;
  /** Only a request that finds at least so many others in the server: a limit on how many there may be at once. */
  readonly whenInside?: number;
  /** Let so many matching requests pass first. */
  readonly after?: number;
  /** Then fail so many, and no more; without it, as long as the fault is on. */
  readonly times?: number;
};

/** A fault that was switched on. */
export interface Switch {
  /** How often it has fired. */
  readonly fired: number;
  off(): void;
}

/** The faults of the server, switched on and off by tests. Several may fire on one request, in the order they were added. */
export class Faults {
  readonly #on = new Map<Fault, { seen: number; fired: number; readonly isOff: AbortSignal }>();

  add(fault: Fault): Switch {
    const lifetime = new AbortController();
    const counts = { seen: 0, fired: 0, isOff: lifetime.signal };
    this.#on.set(fault, counts);
    return {
      get fired() {
        return counts.fired;
      },
      off: () => {
        this.#on.delete(fault);
        lifetime.abort();
      },
    };
  }

  clear(): void {
    this.#on.clear();
  }

  /**
   * The failures that a request meets, each with how often it has fired before, and a signal for when it is switched off.
   * Asking counts.
   *
   * @param inside how many other requests are in the server
   */
  meet(
    path: string,
    query: URLSearchParams,
    inside = 0,
  ): { readonly fault: Fault; readonly before: number; readonly isOff: AbortSignal }[] {
    const met: { fault: Fault; before: number; isOff: AbortSignal }[] = [];
    for (const [fault, counts] of this.#on) {
      const { path: prefix = '', query: accepts = () => true, after = 0, times = Infinity } = fault;
      const isUnder = prefix === '' || path === prefix || path.startsWith(`${prefix}/`);
      if (!isUnder || inside < (fault.whenInside ?? 0) || !accepts(query)) continue;
      if (counts.seen++ < after || counts.fired >= times) continue;
      met.push({ fault, before: counts.fired++, isOff: counts.isOff });
    }
    return met;
  }
}
