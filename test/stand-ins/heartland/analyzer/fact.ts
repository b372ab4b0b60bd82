import type { Json } from '../decimal.ts';
import type { Account } from '../ledger/account.ts';
import { type Day, formatDay, type Instant, localHour, partsOf } from '../ledger/calendar.ts';
import type { Customer, Item, Location } from '../ledger/documents.ts';

/** One thing that counts in a report, with all a report can group it by. */
export interface Fact {
  readonly location: Location;
  readonly item?: Item;
  readonly customer?: Customer | undefined;
  /** The business date at the location. */
  readonly day?: Day;
  readonly at?: Instant;
  readonly paymentType?: string;
  readonly salesRep?: string;
}

/** What facts can be told apart by; each family of metrics knows some of these. */
export type Dimension =
  | 'item'
  | 'vendor'
  | 'location'
  | 'customer'
  | 'date'
  | 'time'
  | 'payment'
  | 'user';

export interface Group {
  readonly name: string;
  readonly dimension: Dimension;
  readonly value: (fact: Fact) => Json;
}

const MONTHS =
  'January February March April May June July August September October November December';
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday';

/** Documented groups (Heartland API, Reporting › Groups), and two that the web application uses. */
const PLAIN: Readonly<Record<string, [Dimension, (fact: Fact, account: Account) => Json]>> = {
  'item.public_id': ['item', fact => fact.item?.publicId ?? null],
  'item.description': ['item', fact => fact.item?.description ?? null],
  'vendor.name': [
    'vendor',
    (fact, account) =>
      account.vendors.find(({ id }) => id === fact.item?.primaryVendorId)?.name ?? null,
  ],
  'customer.public_id': ['customer', fact => fact.customer?.publicId ?? null],
  'customer.first_name': ['customer', fact => fact.customer?.firstName ?? null],
  'customer.last_name': ['customer', fact => fact.customer?.lastName ?? null],
  'customer.email': ['customer', fact => fact.customer?.email ?? null],
  'location.public_id': ['location', fact => fact.location.publicId],
  'location.name': ['location', fact => fact.location.name],
  'date.date': ['date', fact => formatDay(fact.day!)],
  'date.year': ['date', fact => partsOf(fact.day!).year],
  'date.month_of_year': ['date', fact => partsOf(fact.day!).month],
  'date.month_of_year_name': ['date', fact => MONTHS.split(' ')[partsOf(fact.day!).month - 1]!],
  'date.week_of_year': ['date', fact => weekOf(fact.day!)],
  'date.week_of_year_name': ['date', fact => `Week ${weekOf(fact.day!)}`],
  'date.day_of_week': ['date', fact => partsOf(fact.day!).weekday],
  'date.day_of_week_name': ['date', fact => WEEKDAYS.split(' ')[partsOf(fact.day!).weekday]!],
  'time.hour': ['time', fact => localHour(fact.location.zone, fact.at!)],
  'time.time': [
    'time',
    fact => `${String(localHour(fact.location.zone, fact.at!)).padStart(2, '0')}:00`,
  ],
  'payment.type': ['payment', fact => fact.paymentType ?? null],
  // Who sold it, as `GET users` names them; undocumented, the web application has it (M-H).
  'user.full_name': [
    'user',
    fact => (fact.salesRep === undefined ? null : `${fact.salesRep} Staff`),
  ],
};

/** Finds a group by its name; undefined when the API has none of that name. */
export function groupNamed(name: string, account: Account): Group | undefined {
  const item = /^item\.custom@(.+)$/.exec(name);
  if (item !== null)
    return { name, dimension: 'item', value: fact => fact.item?.custom[item[1]!] ?? null };
  if (/^customer\.custom@./.test(name)) return { name, dimension: 'customer', value: () => null };
  const plain = PLAIN[name];
  if (plain === undefined) return undefined;
  const [dimension, read] = plain;
  return { name, dimension, value: fact => read(fact, account) };
}

export const GROUP_NAMES: readonly string[] = [...Object.keys(PLAIN), 'item.custom@key'];

/** The week of the year as ISO 8601 counts. */
function weekOf(day: Day): number {
  const { weekday } = partsOf(day);
  const thursday = day - ((weekday + 6) % 7) + 3;
  const { year } = partsOf(thursday);
  return Math.floor((thursday - Date.UTC(year, 0, 1) / 86_400_000) / 7) + 1;
}
