import type { Account } from '../ledger/account.ts';
import type { Customer, Vendor } from '../ledger/documents.ts';
import { ADDRESS, CUSTOMER_IN_FULL } from '../records/customer.ts';
import { VENDOR } from '../records/place.ts';
import { type Body, unfit } from './body.ts';
import { type Change, idOf, laidOver, type Route } from './route.ts';
import { add, overwrite, remove, writtenTo } from './written.ts';

type Open<T> = { -readonly [K in keyof T]: T[K] };

const NAMES = { public_id: 'publicId', first_name: 'firstName', last_name: 'lastName' } as const;

function createCustomer(account: Account, _: readonly number[], body: Body): Change {
  const id = (account.customers.at(-1)?.id ?? 100_000) + 1;
  const publicId = body.text('public_id') ?? String(id);
  if (account.customers.some(customer => customer.publicId === publicId))
    throw unfit({ public_id: 'has already been taken' });
  account.customers.push({
    id,
    publicId,
    firstName: body.text('first_name') ?? '',
    lastName: body.text('last_name') ?? '',
    email: body.text('email') ?? '',
    createdAt: account.now,
    updatedAt: account.now,
  });
  overwrite(account, 'customers', id, others(body));
  return { location: `customers/${id}` };
}

function others(body: Body) {
  const {
    public_id: _,
    first_name: __,
    last_name: ___,
    email,
    name,
    ...rest
  } = laidOver(body, CUSTOMER_IN_FULL);
  return rest;
}

function changeCustomer(account: Account, [id]: readonly number[], body: Body): Change {
  const customer: Open<Customer> = idOf(account.customers, id!);
  for (const [name, key] of Object.entries(NAMES))
    if (body.has(name)) customer[key] = body.text(name) ?? '';
  if (body.has('email')) customer.email = body.text('email') ?? '';
  account.touch(customer);
  overwrite(account, 'customers', id!, others(body));
  return {};
}

/** Tickets of the slaves become the master's; the slaves are deleted. */
function mergeCustomers(account: Account, [id]: readonly number[], body: Body): Change {
  const master = idOf(account.customers, id!);
  const given = body.record.slave_ids;
  if (!Array.isArray(given) || given.length === 0) throw unfit({ slave_ids: 'is required' });
  for (const slave of given.map(Number)) {
    if (slave === master.id) throw unfit({ slave_ids: 'holds the master' });
    idOf(account.customers, slave);
    for (const ticket of account.tickets)
      if (ticket.customerId === slave)
        (ticket as { customerId: number | null }).customerId = master.id;
    remove(account, 'customers', slave);
  }
  account.touch(master);
  return { location: `customers/${master.id}/merges/${account.nextId('merge')}` };
}

function addressIdsBelow(account: Account): { readonly id: number }[] {
  // An address has an id that no other customer's has.
  const taken = account.customers.flatMap(({ id }) => [
    ...writtenTo(account, `customers/${id}/addresses`).added,
    { id: 100_002 + (id - 100_001) * 2 },
  ]);
  return [...taken, { id: 200_000 }];
}

function createAddress(account: Account, [id]: readonly number[], body: Body): Change {
  const customer = idOf(account.customers, id!);
  const path = `customers/${customer.id}/addresses`;
  const address = add(account, path, addressIdsBelow(account), 'address');
  overwrite(account, path, address.id, laidOver(body, ADDRESS));
  return { location: `${path}/${address.id}` };
}

function changeAddress(account: Account, [id, address]: readonly number[], body: Body): Change {
  idOf(account.customers, id!);
  overwrite(account, `customers/${id}/addresses`, address!, laidOver(body, ADDRESS));
  return {};
}

function createVendor(account: Account, _: readonly number[], body: Body): Change {
  const id = (account.vendors.at(-1)?.id ?? 100_000) + 1;
  account.vendors.push({
    id,
    publicId: body.text('public_id') ?? String(id),
    name: body.text('name') ?? '',
    isActive: body.flag('active') ?? true,
    createdAt: account.now,
    updatedAt: account.now,
  });
  account.version++;
  return { location: `purchasing/vendors/${id}` };
}

function changeVendor(account: Account, [id]: readonly number[], body: Body): Change {
  const vendor: Open<Vendor> = idOf(account.vendors, id!);
  vendor.name = body.text('name') ?? vendor.name;
  vendor.publicId = body.text('public_id') ?? vendor.publicId;
  vendor.isActive = body.flag('active') ?? vendor.isActive;
  account.touch(vendor);
  const { name: _, public_id: __, 'active?': ___, ...rest } = laidOver(body, VENDOR);
  overwrite(account, 'purchasing/vendors', vendor.id, rest);
  return {};
}

export const PEOPLE_WRITES: readonly Route[] = [
  ['POST', 'customers', 'customer.manage', createCustomer],
  ['PUT', 'customers/:id', 'customer.manage', changeCustomer],
  ['POST', 'customers/:id/merges', 'customer.merge', mergeCustomers],
  ['POST', 'customers/:id/addresses', 'customer.manage', createAddress],
  ['PUT', 'customers/:id/addresses/:id', 'customer.manage', changeAddress],
  ['POST', 'purchasing/vendors', 'purchasing.vendor.manage', createVendor],
  ['PUT', 'purchasing/vendors/:id', 'purchasing.vendor.manage', changeVendor],
];
