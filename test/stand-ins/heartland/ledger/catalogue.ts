import { CLASSES, type Dirt } from '../catalogue-facts.ts';
import { FIRST_ID } from './account.ts';
import { type Day, startOfDay } from './calendar.ts';
import { dirtAt, spoil } from './dirt.ts';
import type { Customer, CustomField, Item, Location, Vendor } from './documents.ts';
import { Random } from './random.ts';
import { nthUpc } from './upc.ts';

const CHICAGO = 'America/Chicago';
const NAMES = [
  'Downtown',
  'Lakeside',
  'Harbor Mall',
  "O'Fallon, MO",
  'Loop',
  'Airport',
  'Mill Street',
];
const BRANDS = ['Acorn', 'Bluebird', 'Carrel', 'Dune', 'Ember & Oak', 'Fjord', 'Gale'];
const COLORS = ['Black', 'Ivory', 'Navy', 'Rust', 'Sage'];
const SIZES = ['XS', 'S', 'M', 'L', 'XL'];
const FIELDS = [
  ['upc', 'UPC'],
  ['class_code', 'Class Code'],
  ['class_name', 'Class Name'],
  ['brand', 'Brand'],
  ['category', 'Category'],
  ['color', 'Color'],
  ['size', 'Size'],
  ['season', 'Season'],
  ['sell_on_locally', 'Sell on Locally'],
] as const;

/** Stores 1, 2, 3…, the third of them in New York time, and last a channel that sells and holds no stock. */
export function locations(stores: number, opened: Day): Location[] {
  return Array.from({ length: stores + 1 }, (_, n) => {
    const isChannel = n === stores;
    const isEastern = n === 2;
    const at = startOfDay(CHICAGO, opened - 100);
    return {
      id: FIRST_ID + n,
      publicId: String(n + 1),
      name: isChannel ? 'Online' : (NAMES[n] ?? `Store ${n + 1}`),
      zone: isEastern ? 'America/New_York' : CHICAGO,
      timezoneIdentifierId: isEastern ? 6 : 7,
      isChannel,
      isActive: true,
      stationId: FIRST_ID + n,
      createdAt: at,
      updatedAt: at,
    };
  });
}

export function vendors(opened: Day): Vendor[] {
  const at = startOfDay(CHICAGO, opened - 100);
  return [...BRANDS, 'Mills & "Daughters"\tLtd.'].map((brand, n) => ({
    id: FIRST_ID + n,
    publicId: `V${String(n + 1).padStart(3, '0')}`,
    name: n < BRANDS.length ? `${brand} Trading` : brand,
    isActive: n !== 6,
    createdAt: at,
    updatedAt: at,
  }));
}

export function customers(opened: Day): Customer[] {
  const at = startOfDay(CHICAGO, opened - 100);
  return Array.from({ length: 40 }, (_, n) => ({
    id: FIRST_ID + n,
    publicId: `C${1001 + n}`,
    firstName: ['Ada', 'Bo', 'Cy', 'Dee', 'Eli'][n % 5]!,
    lastName: ['Ash', 'Birch', 'Cedar', 'Doll', "O'Elm", 'Fir', 'Gum', 'Holly'][n % 8]!,
    email: `customer${n + 1}@example.com`,
    createdAt: at,
    updatedAt: at,
  }));
}

export function customFields(): CustomField[] {
  const ofItems = FIELDS.map(([key, name], n) => ({
    id: FIRST_ID + n,
    key,
    name,
    groupId: 'item',
    required: key === 'class_code',
    unique: false,
    validationType: key === 'class_code' || key === 'class_name' ? 'list' : null,
  }));
  const ofCustomers = { key: 'birthday', name: 'Birthday', groupId: 'customer' };
  return [
    ...ofItems,
    {
      ...ofCustomers,
      id: FIRST_ID + FIELDS.length,
      required: false,
      unique: false,
      validationType: null,
    },
  ];
}

/** The item master, each item from its own seed, and which item carries which dirt. */
export function items(
  count: number,
  seed: number,
  opened: Day,
  vendorIds: readonly number[],
): { items: Item[]; dirt: Map<Dirt, number[]> } {
  const dirt = new Map<Dirt, number[]>();
  const classes = Object.entries(CLASSES);
  const list = Array.from({ length: count }, (_, n) => {
    const random = new Random(seed, 'item', n);
    const item = cleanItem(n, random, random.pick(classes), random.pick(vendorIds), opened);
    const found = dirtAt(n);
    if (found !== undefined) {
      spoil(item, found, n);
      dirt.set(found, [...(dirt.get(found) ?? []), item.id]);
    }
    return item;
  });
  return { items: list, dirt };
}

function cleanItem(
  n: number,
  random: Random,
  [classCode, className]: readonly [string, string],
  primaryVendorId: number,
  opened: Day,
): Item {
  const priceCents = random.between(9, 180) * 100 + random.pick([0, 50, 95, 99]);
  const brand = random.pick(BRANDS);
  const color = random.pick(COLORS);
  const size = random.pick(SIZES);
  const at =
    startOfDay(CHICAGO, opened - random.between(5, 90)) + random.between(9, 17) * 3_600_000;
  return {
    id: FIRST_ID + n,
    publicId: `SKU-${String(n + 1).padStart(5, '0')}`,
    description: `${brand} ${className} ${color} ${size}`,
    longDescription: random.chance(0.3)
      ? `${className} by ${brand} in ${color.toLowerCase()}.`
      : null,
    costCents: Math.round(priceCents * (0.38 + random.next() * 0.2)),
    priceCents,
    originalPriceCents: random.chance(0.4)
      ? priceCents + (random.chance(0.3) ? random.between(1, 20) * 100 : 0)
      : null,
    custom: {
      upc: nthUpc(n),
      class_code: classCode,
      class_name: className,
      brand,
      category: className.split(' ')[0] ?? className,
      color,
      size,
      season: random.chance(0.7) ? random.pick(['Spring', 'Summer', 'Fall', 'Winter']) : null,
      sell_on_locally: random.chance(0.95) ? 'true' : 'false',
    },
    isActive: true,
    allowsFractionalQty: false,
    primaryVendorId: random.chance(0.95) ? primaryVendorId : null,
    gridId: random.chance(0.6) ? FIRST_ID + Math.floor(n / 5) : null,
    createdAt: at,
    updatedAt: at,
  };
}
