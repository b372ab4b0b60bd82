import type { Account } from '../ledger/account.ts';
import { SCOPES } from '../permissions.ts';
import type { Fields } from '../query/rows.ts';
import type { SetUp } from './setup.ts';
import { STAMPS, uuidOf } from './stamps.ts';

/** A permission has a text as its id. */
interface Permission {
  readonly id: string;
}

export const PERMISSION: Fields<Permission> = {
  id: permission => permission.id,
  description: permission => `Authorize users: ${permission.id}`,
};

export const PERMISSIONS: readonly Permission[] = [...SCOPES].sort().map(id => ({ id }));

/** The first role may do everything, each later one less. */
export function hasPermission(role: SetUp, n: number): boolean {
  return n % (role.id - 100_000) === 0;
}

export function roleFields(
  users: () => readonly SetUp[],
  isGiven: (user: SetUp, role: SetUp) => boolean,
): Fields<SetUp> {
  return {
    id: role => role.id,
    name: role => role.name,
    users_count: role => users().filter(user => isGiven(user, role)).length,
    ...STAMPS,
  };
}

/** The first user has every role, others have one of them. */
export function hasRole(user: SetUp, role: SetUp): boolean {
  return user.id === 100_001 || user.id % 3 === role.id % 3;
}

export const ALERT_TYPE: Fields<SetUp> = {
  id: type => type.id,
  type: type => `${type.name}AlertType`,
  description: type => type.name,
  category: () => 'sales',
};

interface Alert {
  readonly type: string;
  readonly color: 'red' | 'yellow' | 'green';
  readonly count: number;
}

export const ALERT: Fields<Alert> = {
  type: alert => alert.type,
  color: alert => alert.color,
  message: alert => `${alert.count} times: ${alert.type}`,
  info: alert => ({ times: alert.count }),
  count: alert => alert.count,
};

/** What needs a user's attention at the locations that are open to them, or at one of these. */
export function alertsOf(account: Account, userId: number, locationId?: number): readonly Alert[] {
  const open = account.locations.filter(
    ({ id }) => (userId === 100_001 || id === userId - 1) && (locationId ?? id) === id,
  );
  return open.flatMap(({ id }): Alert[] => [
    { type: 'LowStock', color: 'red', count: (id % 10) + (userId % 10) },
    ...(id % 2 === 0
      ? [{ type: 'SalesOrdersDistributable', color: 'green', count: id % 10 } as const]
      : []),
  ]);
}

export const USER: Fields<SetUp> = {
  id: user => user.id,
  login: user => user.name.toLowerCase(),
  first_name: user => user.name,
  last_name: () => 'Staff',
  email: user => `${user.name.toLowerCase()}@shop.example`,
  phone: () => null,
  public_id: () => null,
  all_locations: user => user.id === 100_001,
  'active?': () => true,
  is_admin: () => false,
  is_account_owner: user => user.id === 100_001,
  is_account_admin: () => false,
  uuid: user => uuidOf('user', user.id),
  sales_rep: () => true,
  name: user => `${user.name} Staff`,
  created_at: STAMPS.created_at,
  updated_at: STAMPS.updated_at,
};

/** The first user works everywhere, each other one at one place. */
export function worksAt(user: SetUp, locationId: number): boolean {
  return user.id === 100_001 || locationId === user.id - 1;
}
