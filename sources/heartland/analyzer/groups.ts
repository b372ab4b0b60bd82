import type { PersonalData } from '../streams/stream.ts';

/** The kind of record or time that a group belongs to. */
export type Dimension =
  | 'item'
  | 'vendor'
  | 'location'
  | 'customer'
  | 'user'
  | 'date'
  | 'time'
  | 'payment'
  | 'credit_card_payment';

/** A group of a report. */
export interface Group {
  /** As the API names it: `item.custom@brand`. */
  readonly name: string;
  readonly dimension: Dimension;
  readonly kind: 'text' | 'number' | 'date';
  /** Column in the warehouse. */
  readonly column: string;
  readonly about: string;
  /** The personal data it reveals, and its column. */
  readonly personal?: { readonly kind: PersonalData; readonly column: string };
}

type Plain = readonly [about: string, column?: string, kind?: Group['kind']];

/** Heartland API, Reporting › Groups; those of vendor and user are not documented, but in use. */
const PLAIN: Readonly<Record<string, Plain>> = {
  'item.public_id': ['Item number', 'item_number'],
  'item.description': ['Description of the item'],
  'vendor.name': ['Name of the vendor'],
  'customer.public_id': ['Customer number', 'customer_number'],
  'customer.first_name': ['First name of the customer'],
  'customer.last_name': ['Last name of the customer'],
  'customer.email': ['E-mail address of the customer'],
  'user.full_name': ['Who sold it'],
  'location.public_id': ['Location number', 'location_number'],
  'location.name': ['Name of the location'],
  'date.date': ['The store’s own day', 'date', 'date'],
  'date.year': ['Year', 'year', 'number'],
  'date.month_of_year': ['Month of the year', 'month_of_year', 'number'],
  'date.month_of_year_name': ['Name of the month', 'month_of_year_name'],
  'date.week_of_year': ['Week of the year', 'week_of_year', 'number'],
  'date.week_of_year_name': ['Name of the week', 'week_of_year_name'],
  'date.day_of_week': ['Day of the week', 'day_of_week', 'number'],
  'date.day_of_week_name': ['Name of the day', 'day_of_week_name'],
  'time.time': ['Time of the day', 'time'],
  'time.hour': ['Hour of the day', 'hour', 'number'],
  'payment.type': ['Way of payment'],
  'credit_card_payment.type': ['Kind of credit card'],
};

/** Names to suggest; a custom field may have any key. */
export const GROUP_NAMES: readonly string[] = [
  ...Object.keys(PLAIN),
  'item.custom@key',
  'customer.custom@key',
];

/** Finds a group by its name; undefined if the API has none of that name. */
export function groupNamed(name: string): Group | undefined {
  const dot = name.indexOf('.');
  const dimension = name.slice(0, dot) as Dimension;
  const custom = /^(item|customer)\.custom@([^\s{}[\]@]+)$/.exec(name);
  if (custom !== null) {
    const about = `Custom field ${custom[2]} of the ${custom[1]}; (none) where it is not set`;
    return {
      name,
      dimension,
      kind: 'text',
      column: columnName(name),
      about,
      ...personal('custom'),
    };
  }
  const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
  if (plain === undefined) return undefined;
  const [about, column = columnName(name), kind = 'text'] = plain;
  return { name, dimension, kind, column, about, ...personal(name.slice(dot + 1)) };

  function personal(field: string): Pick<Group, 'personal'> {
    if (dimension === 'customer') return { personal: { kind: 'customers', column: field } };
    return dimension === 'user' ? { personal: { kind: 'users', column: 'name' } } : {};
  }
}

/** `item.custom@Sub-class` → `item_custom_sub_class`. */
function columnName(name: string): string {
  // Postgres truncates names at 63 bytes.
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 60);
}

/** The permissions that a group needs, as Heartland's list of scopes names them. */
export function permissionOf({ dimension }: Group): readonly string[] {
  if (dimension === 'user') return [];
  const name = dimension === 'credit_card_payment' ? 'payment' : dimension;
  return [`reporting.read.group.${name}`];
}
