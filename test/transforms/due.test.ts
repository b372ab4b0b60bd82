import { expect, test } from 'vitest';
import { type Attempt, dueExports, dueInWords, nextExports } from '../../transforms/due.ts';

const day = (period: string, status: string, message: string | null = null): Attempt => ({
  ...{ period, status, message },
  delivered: status === 'delivered',
});
const feed = (since: string, ...attempts: Attempt[]) =>
  [{ kind: 'locally', since, attempts }] as const;

test('a feed is due each day, and today’s makes up for the days without one', () => {
  const on = (today: string, ...attempts: Attempt[]) =>
    dueExports(feed('2026-03-05', ...attempts), { today });
  expect(on('2026-03-05')).toMatchObject([{ state: 'due', daysLate: 0 }]);
  expect(on('2026-03-05', day('2026-03-05', 'delivered'))).toEqual([]);
  expect(on('2026-03-06', day('2026-03-05', 'delivered'))).toMatchObject([{ state: 'due' }]);
  // Across the change to summer time, a day is still a day.
  const late = on('2026-03-09', day('2026-03-06', 'delivered'));
  expect(late).toMatchObject([{ period: '2026-03-09', state: 'overdue', missedDays: 2 }]);
  expect(dueInWords(late[0]!)).toBe(
    'The Locally feed of 2026-03-09: overdue, 2 days late. No feed was delivered on 2 days before; the next one makes up for them.',
  );
});

test('a feed that was held or failed is not merely due', () => {
  const on = (...attempts: Attempt[]) =>
    dueExports(feed('2026-03-05', ...attempts), { today: '2026-03-07' });
  const yesterday = day('2026-03-06', 'delivered');
  expect(on(yesterday, day('2026-03-07', 'held', 'Half of it is missing.'))).toMatchObject([
    { state: 'held', daysLate: 0, because: 'Half of it is missing.' },
  ]);
  expect(on(yesterday, day('2026-03-07', 'failed'))).toMatchObject([{ state: 'failed' }]);
  expect(on(yesterday, day('2026-03-07', 'sending'))).toMatchObject([{ state: 'interrupted' }]);
  expect(on(day('2026-03-06', 'held', 'why'))).toMatchObject([{ state: 'held', daysLate: 2 }]);
});

test('months start on the day that the merchant chose', () => {
  const history = { kind: 'management_one', since: '2026-02-03', attempts: [] } as const;
  const options = { startDay: 5 };
  expect(dueExports([history], { ...options, today: '2026-02-04' })).toEqual([]);
  expect(dueExports([history], { ...options, today: '2026-02-05' })).toMatchObject([
    { period: '2026-01', state: 'due' },
  ]);
  expect(nextExports([history], { ...options, today: '2026-02-05' })).toEqual([
    { kind: 'management_one', period: '2026-02', on: '2026-03-05' },
  ]);
});
