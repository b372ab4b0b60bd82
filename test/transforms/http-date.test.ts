import { describe, expect, test } from 'vitest';
import { httpDate, retryAfterMs } from '../../transforms/http-date.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const YEAR_MS = 366 * 86_400_000;

describe('a date of HTTP', () => {
  test.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
    ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
    ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37.000Z'],
    ['Sun Nov 16 08:49:37 1994', '1994-11-16T08:49:37.000Z'],
    [' sat, 21 nov 2026 12:00:08 gmt ', '2026-11-21T12:00:08.000Z'],
    ['Saturday, 21-Nov-76 12:00:00 GMT', '2076-11-21T12:00:00.000Z'],
    ['Sunday, 21-Nov-77 12:00:00 GMT', '1977-11-21T12:00:00.000Z'],
    ['Tue, 29 Feb 2028 00:00:00 GMT', '2028-02-29T00:00:00.000Z'],
    ['Sat, 31 Dec 2016 23:59:60 GMT', '2017-01-01T00:00:00.000Z'],
  ])('%s', (written, instant) => {
    expect(new Date(httpDate(written, NOW)!).toISOString()).toBe(instant);
  });

  test.each([
    ...['', '8.5', '2026', '2001-08-05', '2026-11-21T12:00:00Z', 'tomorrow', '-1', '1e3'],
    ...['Sat, 30 Feb 2026 00:00:00 GMT', 'Sat, 00 Nov 2026 00:00:00 GMT'],
    ...['Sat, 21 Foo 2026 12:00:00 GMT', 'Sat, 21 Nov 2026 24:00:00 GMT'],
    ...['Sat, 21 Nov 0026 12:00:00 GMT', 'Sat, 21 Nov 2026 12:00:00 +0100', '21 Nov 2026'],
  ])('is not: "%s"', written => {
    expect(httpDate(written, NOW)).toBeUndefined();
  });
});

describe('how long Retry-After asks to wait', () => {
  test.each<[string, string | undefined, number | undefined]>([
    ['8', undefined, 8000],
    ['8.5', undefined, 8500],
    [' 8.5 ', undefined, 8500],
    ['.25', undefined, 250],
    ['0', undefined, 0],
    ['3600', undefined, 3_600_000],
    ['99999999999999999999', undefined, YEAR_MS],
    [`1${'0'.repeat(400)}`, undefined, YEAR_MS],
    // Measured against their clock, wherever ours is.
    ['Sat, 21 Nov 2026 14:00:30 GMT', 'Sat, 21 Nov 2026 14:00:00 GMT', 30_000],
    ['Saturday, 21-Nov-26 09:00:30 GMT', 'Sat, 21 Nov 2026 09:00:00 GMT', 30_000],
    ['Sat Nov 21 09:00:30 2026', 'Sat Nov 21 09:00:00 2026', 30_000],
    ['Sat, 21 Nov 2026 12:00:30 GMT', undefined, 30_000],
    ['Sat, 21 Nov 2026 12:00:30 GMT', 'nonsense', 30_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 'Sat, 21 Nov 2026 12:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', undefined, YEAR_MS],
    ['-5', undefined, undefined],
    ['+5', undefined, undefined],
    ['8,5', undefined, undefined],
    ['1e3', undefined, undefined],
    ['0x10', undefined, undefined],
    ['Infinity', undefined, undefined],
    ['8 seconds', undefined, undefined],
    ['soon', undefined, undefined],
    ['', undefined, undefined],
  ])('"%s", said at "%s"', (retryAfter, date, ms) => {
    expect(retryAfterMs({ 'retry-after': retryAfter, date }, NOW)).toBe(ms);
  });

  test('where it is absent, or comes twice', () => {
    expect(retryAfterMs({}, NOW)).toBeUndefined();
    expect(retryAfterMs({ 'retry-after': ['2.5', '9'] }, NOW)).toBe(2500);
  });
});
