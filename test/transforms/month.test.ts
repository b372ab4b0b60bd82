import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, daysBetween, daysOf, isDay, localDate, parseDay } from '../../transforms/day.ts';
import { ConfigurationError, UsageError } from '../../transforms/errors.ts';
import { monthBefore, monthOf, parseMonth } from '../../transforms/month.ts';

describe('a month', () => {
  it.each([
    ['2026-10', '2026-10-01', '2026-10-31'],
    ['2026-02', '2026-02-01', '2026-02-28'],
    ['2028-02', '2028-02-01', '2028-02-29'],
    ['2100-02', '2100-02-01', '2100-02-28'],
    ['2026-12', '2026-12-01', '2026-12-31'],
  ])('%s is %s to %s', (label, start, end) => {
    expect(parseMonth(label)).toEqual({ label, start, end });
  });

  it.each([
    '2026-13',
    '2026-00',
    '2026-1',
    'octobre',
    '',
    '202610',
    '2026-10-01',
    ' 2026-10',
    '0026-10',
  ])('that cannot be read is explained: %j', text => {
    const read = () => parseMonth(text);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(
      `found "${text}", expected YYYY-MM with a month from 01 to 12. For example: --month 2026-10.`,
    );
  });

  it('that starts on another day is named after the month it starts in', () => {
    const options = { startDay: 5 };
    expect(parseMonth('2026-10', options)).toEqual({
      label: '2026-10',
      start: '2026-10-05',
      end: '2026-11-04',
    });
    expect(parseMonth('2026-12', options).end).toBe('2027-01-04');
    expect(monthOf('2027-01-04', options).label).toBe('2026-12');
    expect(monthOf('2027-01-05', options).label).toBe('2027-01');
  });

  it('may start on any day that every month has', () => {
    for (const startDay of [1, 28])
      expect(parseMonth('2026-10', { startDay }).start).toBe(
        `2026-10-${String(startDay).padStart(2, '0')}`,
      );
  });

  it.each([0, 29, 1.5, Number.NaN])('cannot start on day %s', startDay => {
    expect(() => parseMonth('2026-10', { startDay })).toThrow(ConfigurationError);
  });

  it.each([
    ['2026-11-01', 1, '2026-10'],
    ['2026-11-30', 1, '2026-10'],
    ['2026-01-01', 1, '2025-12'],
    ['2026-11-04', 5, '2026-09'],
    ['2026-11-05', 5, '2026-10'],
  ])('before %s with start day %i is %s', (today, startDay, label) => {
    expect(monthBefore(today, { startDay }).label).toBe(label);
  });
});

const day = fc.integer({ min: -20_000, max: 80_000 }).map(count => addDays('1970-01-01', count));

it('months follow each other without a gap and without a day in two', () => {
  fc.assert(
    fc.property(day, fc.integer({ min: 1, max: 28 }), (today, startDay) => {
      const month = monthOf(today, { startDay });
      expect(month.start <= today && today <= month.end).toBe(true);
      expect(addDays(monthBefore(today, { startDay }).end, 1)).toBe(month.start);
      expect(parseMonth(month.label, { startDay })).toEqual(month);
    }),
  );
});

describe('days', () => {
  it('are counted by the calendar, over a change of summer time too', () => {
    expect(daysOf({ start: '2026-10-31', end: '2026-11-02' })).toEqual([
      '2026-10-31',
      '2026-11-01',
      '2026-11-02',
    ]);
    expect(daysOf({ start: '2026-11-02', end: '2026-11-01' })).toEqual([]);
    expect(daysBetween('2028-02-28', '2028-03-01')).toBe(2);
    fc.assert(
      fc.property(day, fc.integer({ min: -1000, max: 1000 }), (from, count) => {
        expect(isDay(from)).toBe(true);
        expect(daysBetween(from, addDays(from, count))).toBe(count);
      }),
    );
  });

  it.each(['2026-02-30', '2026-2-3', '2026-13-01', 'today', '2026-10-31T00:00', '20266-10-01'])(
    'that do not exist are explained: %j',
    text => {
      expect(() => parseDay(text, '--from')).toThrow(UsageError);
      expect(() => parseDay(text, '--from')).toThrow(`--from is not a day: found "${text}"`);
    },
  );

  it.each([
    ['2026-11-01T04:59:59Z', 'America/Chicago', '2026-10-31'],
    ['2026-11-01T05:00:00Z', 'America/Chicago', '2026-11-01'],
    ['2026-12-01T05:30:00Z', 'America/Chicago', '2026-11-30'],
    ['2026-12-31T13:00:00Z', 'Pacific/Auckland', '2027-01-01'],
  ])('%s in %s is %s', (instant, zone, date) => {
    expect(localDate(new Date(instant), zone)).toBe(date);
  });

  it('in a time zone that does not exist are a mistake in the configuration', () => {
    expect(() => localDate(new Date(0), 'America/Chigaco')).toThrow(ConfigurationError);
    expect(() => localDate(new Date(0), 'America/Chigaco')).toThrow('found "America/Chigaco"');
  });
});
