/** A time zone by its IANA name, as America/Chicago. */
import { distance } from 'fastest-levenshtein';
import { IANAZone } from 'luxon';
import { z } from 'zod';

/**
 * Common names of US time zones. EST and the like are IANA names too, but without daylight saving
 * time: business dates would be wrong in summer.
 */
const MEANT: Readonly<Record<string, string>> = {
  est: 'America/New_York',
  edt: 'America/New_York',
  eastern: 'America/New_York',
  cst: 'America/Chicago',
  cdt: 'America/Chicago',
  central: 'America/Chicago',
  mst: 'America/Denver',
  mdt: 'America/Denver',
  mountain: 'America/Denver',
  pst: 'America/Los_Angeles',
  pdt: 'America/Los_Angeles',
  pacific: 'America/Los_Angeles',
  hst: 'Pacific/Honolulu',
};

export const timezone = z.string('an IANA time zone, as America/Chicago').refine(isTimezone, {
  error: issue => `an IANA time zone (did you mean ${closestTimezone(String(issue.input))}?)`,
});

/** Whether a name is an IANA time zone with an area, or UTC. */
export function isTimezone(name: string): boolean {
  return name === 'UTC' || (/^[A-Za-z_]+\//.test(name) && IANAZone.isValidZone(name));
}

/** The closest time zone: by common name, city, or spelling. */
export function closestTimezone(name: string): string {
  const written = name.trim().toLowerCase().replaceAll(' ', '_');
  const meant = MEANT[written.replace(/^us\//, '').replace(/_(standard_)?time$/, '')];
  if (meant !== undefined) return meant;
  const farFrom = (zone: string): number => {
    const lower = zone.toLowerCase();
    const city = lower.slice(lower.lastIndexOf('/') + 1);
    return Math.min(distance(written, lower), distance(written, city));
  };
  return Intl.supportedValuesOf('timeZone').reduce((best, zone) =>
    farFrom(zone) < farFrom(best) ? zone : best,
  );
}
