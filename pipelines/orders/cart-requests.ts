import { fetchCart } from '../../sources/locally/cart.ts';
import { SourceError } from '../../transforms/errors.ts';
import { interrupted } from '../../transforms/interruption.ts';
import type { OrderMessage } from '../../transforms/locally/order-event.ts';
import type { OrdersConfiguration } from '../settings/locally-orders.ts';
import { trustOf } from '../settings/tls.ts';

/** The cart as Locally has it now, where its API is configured. */
export interface Fetched {
  readonly cart?: unknown;
  /** Why there is none. */
  readonly problem?: string;
  readonly isWorthAnother: boolean;
  /** Requests made: 0 or 1. */
  readonly requests: number;
}

/** After so many failures in a row Locally's API is down: the rest of a pass sends no requests. */
const FAILURES_IN_A_ROW = 3;

/** Requests carts one by one, until Locally's API is down. */
export class CartRequests {
  readonly #orders: OrdersConfiguration;
  readonly #signal: AbortSignal;
  #failures = 0;
  #lastProblem = '';

  constructor(orders: OrdersConfiguration, signal: AbortSignal) {
    this.#orders = orders;
    this.#signal = signal;
  }

  async cartOf({ orderId, orderUrl }: OrderMessage): Promise<Fetched> {
    const { api } = this.#orders;
    if (api === undefined) return { isWorthAnother: false, requests: 0 };
    if (this.#failures >= FAILURES_IN_A_ROW) {
      return { problem: this.#lastProblem, isWorthAnother: true, requests: 0 };
    }
    try {
      const section = 'locally.orders.api';
      const from = { baseUrl: api.base_url, token: api.token, section, ...trustOf(api) };
      const cart = await fetchCart(from, orderId, orderUrl, this.#signal);
      this.#failures = 0;
      return { cart, isWorthAnother: false, requests: 1 };
    } catch (error) {
      if (this.#signal.aborted) throw interrupted('Processing orders');
      if (!(error instanceof SourceError)) throw error;
      return this.#failed(error);
    }
  }

  #failed({ code, message }: SourceError): Fetched {
    if (code === 'LOCALLY_CART_ELSEWHERE') {
      return { problem: message, isWorthAnother: false, requests: 0 };
    }
    if (code === 'LOCALLY_CART') {
      this.#failures++;
      this.#lastProblem =
        `Locally’s API failed ${FAILURES_IN_A_ROW} times in a row, ` +
        `so this cart was not requested yet. ${message}`;
    }
    return { problem: message, isWorthAnother: true, requests: 1 };
  }
}

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** After this time a cart is no longer requested. Locally's own deadline for an order is hours. */
const GIVE_UP_AFTER_MS = 3 * 86_400_000;

/**
 * When to request a cart again after `attempts` requests: 5 s later, then twice as long each time,
 * an hour at most; undefined where it is given up.
 */
export function nextAttempt(attempts: number, receivedAt: Date, now: Date): Date | undefined {
  if (now.getTime() - receivedAt.getTime() >= GIVE_UP_AFTER_MS) return undefined;
  const doublings = Math.min(Math.max(attempts - 1, 0), 20);
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** doublings, LONGEST_PAUSE_MS);
  return new Date(now.getTime() + pauseMs);
}
