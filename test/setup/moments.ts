/** A moment at which tests are run, and the zone of the machine then. */
export interface Moment {
  readonly name: string;
  /** ISO 8601, with the offset of the place it is about. */
  readonly at: string;
  readonly zone: string;
}

const UTC = 'UTC';
const LOS_ANGELES = 'America/Los_Angeles';
const KOLKATA = 'Asia/Kolkata';
const AUCKLAND = 'Pacific/Auckland';

/**
 * Moments at which calendars turn, most of them in Chicago, where the sample shops are. Where a name says "before", the
 * turn comes while the tests run.
 */
export const MOMENTS: readonly Moment[] = [
  { name: 'first of a month', at: '2027-03-01T00:05:00-06:00', zone: LOS_ANGELES },
  { name: 'last of a month', at: '2027-04-30T22:10:00-05:00', zone: UTC },
  { name: 'leap day', at: '2028-02-29T12:00:00-06:00', zone: KOLKATA },
  { name: 'evening of a leap day', at: '2028-02-29T21:00:00-06:00', zone: LOS_ANGELES },
  { name: 'before clocks go forward', at: '2027-03-14T01:59:30-06:00', zone: LOS_ANGELES },
  { name: 'day after clocks went forward', at: '2027-03-15T09:00:00-05:00', zone: UTC },
  { name: 'before clocks go back', at: '2027-11-07T01:59:30-05:00', zone: AUCKLAND },
  { name: 'day after clocks went back', at: '2027-11-08T09:00:00-06:00', zone: KOLKATA },
  { name: 'before New Year', at: '2026-12-31T23:59:30-06:00', zone: UTC },
  { name: 'New Year in UTC only', at: '2027-01-01T00:05:00Z', zone: LOS_ANGELES },
  { name: 'evening that is tomorrow in UTC', at: '2027-06-15T20:30:00-05:00', zone: AUCKLAND },
  { name: 'Monday in 2027', at: '2027-08-16T10:00:00-05:00', zone: KOLKATA },
  { name: 'January 31, 2030', at: '2030-01-31T12:00:00-06:00', zone: AUCKLAND },
  { name: 'before a month begins in 2030', at: '2030-06-30T23:59:30-05:00', zone: UTC },
];
