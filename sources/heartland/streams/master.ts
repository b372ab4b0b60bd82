import { z } from 'zod';
import { amount, id, json, moment, ref, words, yesNo } from '../../../transforms/columns.ts';
import type { Stream } from '../stream.ts';

/** Fields that nearly every record carries. */
export const recordFields = {
  created_at: moment('When the record was made'),
  updated_at: moment('When the record last changed; later runs ask for what changed since'),
};

export const locations: Stream = {
  name: 'locations',
  about: 'Stores, warehouses and online channels',
  path: 'locations',
  key: ['id'],
  walk: { kind: 'by_key' },
  permissions: ['location.read'],
  row: z.object({
    id: id('Heartland’s internal number'),
    public_id: words('Location number, the key used in every export'),
    name: words('Name of the location'),
    active: yesNo('Whether it is in use'),
    address_id: ref('Its address'),
    timezone_identifier_id: ref('Heartland’s number of its time zone; not an IANA name'),
    price_list_id: ref('Its price list'),
    uuid: words('Unique identifier'),
    custom: json('Custom fields'),
    ...recordFields,
  }),
};

export const custom_fields: Stream = {
  name: 'custom_fields',
  about: 'Definitions of the custom fields of items, customers and sales',
  path: 'custom_fields',
  key: ['id'],
  walk: { kind: 'by_key' },
  permissions: ['custom_field.manage'],
  row: z.object({
    id: id('Heartland’s internal number'),
    key: words('Key under which values appear in a record’s custom fields'),
    name: words('Name shown to people'),
    group_id: words('What it belongs to: item, customer, sales.transaction, …'),
    required: yesNo('Whether a value must be given'),
    unique: yesNo('Whether two records may not share a value'),
    validation_type: words('How values are checked'),
    ...recordFields,
  }),
};

export const vendors: Stream = {
  name: 'vendors',
  about: 'Vendors that goods are bought from',
  path: 'purchasing/vendors',
  key: ['id'],
  walk: { kind: 'by_key' },
  permissions: ['purchasing.vendor.read'],
  row: z.object({
    id: id('Heartland’s internal number'),
    public_id: words('Vendor number'),
    name: words('Name of the vendor'),
    active: yesNo('Whether it is in use'),
    address_id: ref('Its address'),
    ...recordFields,
  }),
};

export const items: Stream = {
  name: 'items',
  about: 'The item master: one row an item, with its current price and default cost',
  path: 'items',
  key: ['id'],
  walk: { kind: 'by_key', changedBy: 'updated_at' },
  permissions: ['item.manage'],
  row: z.object({
    id: id('Heartland’s internal number'),
    public_id: words('Item number'),
    description: words('Short description'),
    long_description: words('Long description'),
    cost: amount('Default purchase cost'),
    price: amount('Current price'),
    original_price: amount('Price before permanent markdowns'),
    active: yesNo('Whether it is in use'),
    custom: json('Custom fields, UPC and class code among them'),
    primary_vendor_id: ref('Vendor it is usually bought from'),
    primary_barcode: words('Heartland’s own label code'),
    grid_id: ref('Item grid it belongs to'),
    financial_class_id: ref('Financial class'),
    type: words('Kind of item'),
    product_type: words('Kind of product'),
    track_inventory: yesNo('Whether stock is kept'),
    allow_fractional_qty: yesNo('Whether it is sold in fractions'),
    uuid: words('Unique identifier'),
    ...recordFields,
  }),
};
