import { statement } from '../../sinks/postgres/statement.ts';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import { localTime } from '../../transforms/day.ts';
import type { Problem } from '../../transforms/findings.ts';
import type { OrdersConfiguration } from '../settings/locally-orders.ts';
import type { Configuration } from '../settings/schema.ts';
import { oldestOpen } from './orders.ts';

/** When the next cart is due to be asked for again; undefined where none is. */
export async function nextDue(warehouse: Warehouse): Promise<Date | undefined> {
  const [row] = await warehouse.query<{ due: Date | null }>(
    'select min(try_after) as due from _locally_events where processed_at is null',
  );
  return row?.due ?? undefined;
}

interface MessageRow {
  readonly event_id: string;
  readonly order_id: string | null;
  readonly received_at: Date;
  readonly problem: string;
  readonly attempts: number;
  readonly state: 'waiting' | 'given_up' | 'set_aside';
  readonly total: number;
}

/** Messages that are listed one by one; the rest is counted. */
const LISTED = 100;

/**
 * The messages of Locally's from which not everything is known, so that the feed may hold back too few units or none:
 * those set aside, and those whose cart could not be fetched.
 */
export async function messageProblems(
  warehouse: Warehouse,
  { timezone }: Configuration,
  orders: OrdersConfiguration,
  now: Date,
): Promise<readonly Problem[]> {
  const rows = await warehouse.query<MessageRow>(statement('orders/messages-to-look-at'), [
    oldestOpen(orders, now),
    LISTED,
  ]);
  const more = (rows[0]?.total ?? 0) - rows.length;
  const problems = rows.map(row => problemOf(row, timezone));
  if (more <= 0) return problems;
  const rest = `${more.toLocaleString('en-US')} earlier messages from Locally with such a problem`;
  return [...problems, problem('order_message_set_aside', rest, undefined, ANSWER)];
}

const ANSWER = 'Look at the orders of these days at Locally, and answer them there.';

function problemOf(row: MessageRow, timezone: string): Problem {
  const { event_id, order_id, received_at, attempts, state } = row;
  const order = order_id === null ? 'an order that is not known' : `order ${order_id}`;
  const came = localTime(received_at, timezone);
  if (state === 'set_aside') {
    const what = `Message ${event_id} from Locally of ${came} about ${order} could not be used`;
    return problem(
      'order_message_set_aside',
      `${what}: what it says holds no units back`,
      row.problem,
      `Look at ${order_id === null ? 'the orders of that time' : order} at Locally, and answer it there.`,
    );
  }
  const asked = `asked for ${attempts} ${attempts === 1 ? 'time' : 'times'} since ${came}`;
  const known = 'so its messages alone count, one unit of each UPC they name';
  return problem(
    state === 'waiting' ? 'order_cart_waiting' : 'order_cart_given_up',
    state === 'waiting'
      ? `The cart of ${order} is not known yet, ${known} (${asked})`
      : `The cart of ${order} could not be fetched and was given up, ${known} (${asked})`,
    row.problem,
    state === 'waiting'
      ? `Nothing: it is asked for again. If it stays so, look at ${order} at Locally.`
      : `Look at ${order} at Locally, and ring it up by hand. A new message about it asks again.`,
  );
}

function problem(
  kind: string,
  description: string,
  found: string | undefined,
  fix: string,
): Problem {
  return {
    kind,
    treatment: 'noted',
    itemNumber: undefined,
    description,
    locationNumber: undefined,
    found,
    atStake: {},
    fix,
  };
}
