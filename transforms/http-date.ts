/** Dates and waits as HTTP writes them (RFC 9110, 5.6.7 and 10.2.3). */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TIME = '(\\d\\d):(\\d\\d):(\\d\\d)';
/** `Sun, 06 Nov 1994 08:49:37 GMT` */
const FIXED = new RegExp(`^[a-z]{3}, (\\d\\d) ([a-z]{3}) (\\d{4}) ${TIME} (?:gmt|utc)$`);
/** `Sunday, 06-Nov-94 08:49:37 GMT` (RFC 850) */
const TWO_DIGIT_YEAR = new RegExp(`^[a-z]{6,9}, (\\d\\d)-([a-z]{3})-(\\d\\d) ${TIME} (?:gmt|utc)$`);
/** `Sun Nov  6 08:49:37 1994` (asctime) */
const ASCTIME = new RegExp(`^[a-z]{3} ([a-z]{3}) ([ \\d]\\d) ${TIME} (\\d{4})$`);

/** No server means more than this, and no number of it overflows a timer. */
const LONGEST_MS = 366 * 86_400_000;

/**
 * Milliseconds since 1970 of an HTTP date in any of its three forms, or undefined where it is none.
 *
 * @param now for years of two digits, which mean the one that is at most 50 years ahead
 */
export function httpDate(text: string, now: number): number | undefined {
  const written = text.trim().toLowerCase();
  const fixed = FIXED.exec(written);
  if (fixed !== null) {
    const [, day, month, year, ...time] = fixed;
    return instant(Number(year), month!, day!, time);
  }
  const short = TWO_DIGIT_YEAR.exec(written);
  if (short !== null) {
    const [, day, month, year, ...time] = short;
    const thisYear = new Date(now).getUTCFullYear();
    const sameCentury = thisYear - (thisYear % 100) + Number(year);
    return instant(
      sameCentury > thisYear + 50 ? sameCentury - 100 : sameCentury,
      month!,
      day!,
      time,
    );
  }
  const asctime = ASCTIME.exec(written);
  if (asctime === null) return undefined;
  const [, month, day, hour, minute, second, year] = asctime;
  return instant(Number(year), month!, day!, [hour!, minute!, second!]);
}

function instant(
  year: number,
  monthName: string,
  dayText: string,
  time: readonly string[],
): number | undefined {
  const [month, day] = [MONTHS.indexOf(monthName), Number(dayText)];
  const [hour, minute, second] = time.map(Number) as [number, number, number];
  // Date.UTC would read a year below 100 as one of the last century.
  if (year < 1900 || month === -1 || hour > 23 || minute > 59 || second > 60) return undefined;
  const midnight = new Date(Date.UTC(year, month, day));
  if (midnight.getUTCMonth() !== month || midnight.getUTCDate() !== day) return undefined;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}

/** Headers of an answer that say when to come back. */
export interface WaitHeaders {
  readonly 'retry-after'?: string | readonly string[] | undefined;
  readonly date?: string | readonly string[] | undefined;
}

/**
 * The wait that `Retry-After` requests, in milliseconds; undefined if it is absent or invalid.
 *
 * Seconds may have a fraction, as some gateways write them. A date is measured against the answer's own `Date`, because
 * the two clocks may differ; against ours where it has none. What is negative or no number is as good as absent, and a
 * huge number is a year.
 */
export function retryAfterMs(headers: WaitHeaders, now: number): number | undefined {
  const written = first(headers['retry-after'])?.trim();
  if (written === undefined) return undefined;
  if (/^(?:\d+(?:\.\d*)?|\.\d+)$/.test(written))
    return Math.min(Math.ceil(Number(written) * 1000), LONGEST_MS);
  const at = httpDate(written, now);
  if (at === undefined) return undefined;
  const theirNow = httpDate(first(headers.date) ?? '', now) ?? now;
  return Math.min(Math.max(0, at - theirNow), LONGEST_MS);
}

function first(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}
