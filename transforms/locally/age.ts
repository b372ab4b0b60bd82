/**
 * How Locally treats a feed by its age.
 *
 * PushCart page: an update at least every 24 hours, orders are suspended after 72. Store help pages:
 * after 96 hours the stock is hidden until a new file is processed.
 */
export type FeedAge = 'fresh' | 'late' | 'orders_suspended' | 'stock_hidden' | 'never_sent';

const HOUR_MS = 3_600_000;

const MEANING: Readonly<Record<FeedAge, string>> = {
  fresh: 'sent within 24 hours',
  late: 'older than 24 hours: Locally wants one a day',
  orders_suspended: 'older than 72 hours: orders are suspended',
  stock_hidden: 'older than 96 hours: the stock is hidden from shoppers',
  never_sent: 'no feed was delivered yet',
};

/** The age of a feed in hours, with one decimal, and what it means at Locally. */
export function feedAge(
  deliveredAt: Date | undefined,
  now: Date,
): { readonly hours: number | undefined; readonly age: FeedAge; readonly meaning: string } {
  if (deliveredAt === undefined) {
    return { hours: undefined, age: 'never_sent', meaning: MEANING.never_sent };
  }
  const exactHours = Math.max(0, now.getTime() - deliveredAt.getTime()) / HOUR_MS;
  const age = ageOf(exactHours);
  return { hours: Math.round(exactHours * 10) / 10, age, meaning: MEANING[age] };
}

function ageOf(hours: number): FeedAge {
  if (hours > 96) return 'stock_hidden';
  if (hours > 72) return 'orders_suspended';
  return hours > 24 ? 'late' : 'fresh';
}
