/** The section `personal_data`: the data about people that may be stored; none by default. */
import { z } from 'zod';
import { customers } from '../../sources/heartland/streams/customers.ts';
import { users } from '../../sources/heartland/streams/staff.ts';
import type { ChildStream, Stream } from '../../sources/heartland/streams/stream.ts';

const [addresses] = customers.children!;

export const personalData = z
  .strictObject({
    customers: allOrColumns(customers).describe(
      'Customers: true for all columns, or a list of columns, as [public_id, email]. Default false: none. true also stores customer names in sales.',
    ),
    customer_addresses: allOrColumns(addresses!).describe(
      'Addresses of customers: true for all columns, or a list of columns. Default false: none.',
    ),
    users: allOrColumns(users).describe(
      'Users, their roles and locations: true for all columns, or a list of columns. Default false: none. true also stores staff names in sales.',
    ),
  })
  .superRefine(({ customers, customer_addresses: addresses }, context) => {
    if (addresses === false || customers !== false) return;
    context.addIssue({
      code: 'custom',
      path: ['customers'],
      message:
        'true or a list of columns, as [id], because customer_addresses are read customer by customer',
    });
  });

export type PersonalDataConfiguration = z.infer<typeof personalData>;

/** Columns that are not listed are not stored, not even in `_extra` or `_quarantine`. */
function allOrColumns({ row }: Stream | ChildStream) {
  const columns = Object.keys(row.shape);
  const expected = `true, false or a list of columns. Columns are ${columns.join(', ')}`;
  return z
    .union(
      [z.boolean(), z.array(z.enum(columns as [string, ...string[]], expected), expected)],
      expected,
    )
    .default(false);
}
