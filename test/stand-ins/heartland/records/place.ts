import type { Customer, CustomField, Location, Vendor } from '../ledger/documents.ts';
import type { Fields } from '../query/rows.ts';
import { STAMPS, uuidOf } from './stamps.ts';

export const LOCATION: Fields<Location> = {
  id: location => location.id,
  name: location => location.name,
  public_id: location => location.publicId,
  address_id: location => location.id + 3,
  address_revision_id: location => location.id + 15,
  'active?': location => location.isActive,
  ...STAMPS,
  timezone_identifier_id: location => location.timezoneIdentifierId,
  price_list_id: () => 1,
  uuid: location => uuidOf('location', location.id),
  custom: () => ({}),
  metadata: () => null,
  metadata_private: () => ({}),
  settings: () => ({}),
  // A text on the wire, whatever the documentation says.
  credit_cards_configured: () => 'false',
};

export const STATION: Fields<Location> = {
  id: location => location.stationId,
  name: () => 'Register 1',
  location_id: location => location.id,
  'active?': () => true,
};

export const VENDOR: Fields<Vendor> = {
  id: vendor => vendor.id,
  name: vendor => vendor.name,
  public_id: vendor => vendor.publicId,
  address_id: vendor => vendor.id + 200,
  'active?': vendor => vendor.isActive,
  ...STAMPS,
  vendor_import_batch_id: () => null,
  custom: () => ({}),
};

export const CUSTOMER: Fields<Customer> = {
  id: customer => customer.id,
  public_id: customer => customer.publicId,
  first_name: customer => customer.firstName,
  last_name: customer => customer.lastName,
  email: customer => customer.email,
  custom: () => ({}),
  'active?': () => true,
  ...STAMPS,
};

export const CUSTOM_FIELD: Fields<CustomField> = {
  id: field => field.id,
  key: field => field.key,
  name: field => field.name,
  group_id: field => field.groupId,
  required: field => field.required,
  unique: field => field.unique,
  validation_type: field => field.validationType,
  metadata: () => null,
};
