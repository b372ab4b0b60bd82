import { z } from 'zod';
import { amount, id, json, ref, words, yesNo } from '../../../transforms/columns.ts';
import { recordFields } from './master.ts';
import type { Stream } from './stream.ts';

export const customers: Stream = {
  name: 'customers',
  about: 'Customers. Personal data: pulled only as far as personal_data.customers says',
  path: 'customers',
  key: ['id'],
  walk: { kind: 'by_key', changedBy: 'updated_at' },
  permissions: ['customer.read'],
  personal: 'customers',
  row: z.object({
    id: id('Heartland’s internal number'),
    public_id: words('Customer number'),
    first_name: words('First name'),
    last_name: words('Last name'),
    name: words('Full name'),
    email: words('E-mail address'),
    phone: words('Telephone number'),
    active: yesNo('Whether the customer is in use'),
    address_id: ref('Usual address'),
    billing_address_id: ref('Address for bills'),
    shipping_address_id: ref('Address for shipments'),
    address: json('Usual address, whole'),
    loyalty_points_balance: amount('Loyalty points now'),
    loyalty_points_total: amount('Loyalty points ever collected'),
    customer_import_batch_id: ref('Import they came with'),
    custom: json('Custom fields'),
    metadata: json('Keys and values stored by integrations'),
    ...recordFields,
  }),
  children: [
    {
      name: 'customer_addresses',
      about: 'Addresses of customers. Personal data: pulled only as far as personal_data says',
      path: 'addresses',
      mayComeBare: true,
      parentKey: 'customer_id',
      // Each revision of an address has an id; an address may belong to more than one customer after a merge.
      key: ['customer_id', 'id'],
      personal: 'customer_addresses',
      row: z.object({
        id: id('Heartland’s internal number'),
        customer_id: id('Customer'),
        address_id: ref('The address that this is a revision of'),
        current_revision_id: ref('The revision that counts'),
        type: words('Kind of address'),
        first_name: words('First name'),
        last_name: words('Last name'),
        line_1: words('First line'),
        line_2: words('Second line'),
        city: words('City'),
        state: words('State'),
        postal_code: words('Postal code'),
        country: words('Country, two letters'),
        phone: words('Telephone number'),
        custom: json('Custom fields'),
        ...recordFields,
      }),
    },
  ],
};
