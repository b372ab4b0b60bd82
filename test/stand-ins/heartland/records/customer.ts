import { FIRST_ID } from '../ledger/account.ts';
import type { Customer } from '../ledger/documents.ts';
import type { Fields } from '../query/rows.ts';
import { CUSTOMER } from './place.ts';
import { STAMPS } from './stamps.ts';

/** A customer with all that the documentation lists. */
export const CUSTOMER_IN_FULL: Fields<Customer> = {
  ...CUSTOMER,
  name: customer => `${customer.firstName} ${customer.lastName}`,
  phone: customer => `555-${customer.id - 96_000}`,
  address_id: customer => customer.id,
  billing_address_id: customer => customer.id,
  shipping_address_id: customer => customer.id,
  customer_import_batch_id: () => null,
  loyalty_points_balance: customer => customer.id % 7,
  loyalty_points_total: customer => customer.id % 11,
  metadata: () => null,
};

interface Address {
  readonly id: number;
  readonly customer: Customer;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** One address, and a second one for every third customer. */
export function addressesOf(customer: Customer): readonly Address[] {
  const { createdAt, updatedAt } = customer;
  const count = customer.id % 3 === 0 ? 2 : 1;
  return Array.from({ length: count }, (_, n) => ({
    id: FIRST_ID + (customer.id - FIRST_ID) * 2 + n,
    customer,
    createdAt,
    updatedAt,
  }));
}

export const ADDRESS: Fields<Address> = {
  id: address => address.id,
  address_id: ({ customer }) => customer.id,
  current_revision_id: address => address.id,
  type: () => null,
  first_name: ({ customer }) => customer.firstName,
  last_name: ({ customer }) => customer.lastName,
  line_1: address => `${address.id - 100_000} Mountain Drive`,
  line_2: () => null,
  city: () => 'Gotham',
  state: () => 'NJ',
  phone: () => '212-555-5555',
  country: () => 'US',
  postal_code: () => '10025',
  custom: () => ({}),
  ...STAMPS,
};
