import { z } from 'zod';
import { id, json, keyText, ref, words, yesNo } from '../../../transforms/columns.ts';
import { recordFields } from './master.ts';
import type { ChildStream, Stream } from './stream.ts';

/** Its ids are texts, as `role.manage`, so it cannot be read by id. */
export const permissions: Stream = {
  name: 'permissions',
  about: 'What a role may be allowed to do',
  path: 'permissions',
  key: ['id'],
  walk: { kind: 'by_page', slicedBy: 'nothing', query: () => [['sort[]', 'id']] },
  permissions: ['role.manage'],
  onDemand: true,
  row: z.object({
    id: keyText('Name, as role.manage'),
    description: words('What it allows'),
  }),
};

export const roles: Stream = {
  name: 'roles',
  about: 'Roles of users',
  path: 'roles',
  key: ['id'],
  walk: { kind: 'by_key' },
  permissions: ['role.manage'],
  onDemand: true,
  row: z.object({
    id: id('Heartland’s internal number'),
    name: words('Name'),
    users_count: ref('How many users have it'),
    ...recordFields,
  }),
  children: [
    {
      name: 'role_permissions',
      about: 'What each role is allowed to do',
      path: 'permissions',
      parentKey: 'role_id',
      key: ['role_id', 'permission_id'],
      include: ['id'],
      row: z.object({
        role_id: id('Role'),
        permission_id: keyText('Permission', 'id'),
      }),
    },
    {
      name: 'role_alert_types',
      about: 'Alerts that each role gets',
      path: 'alert_types',
      parentKey: 'role_id',
      key: ['role_id', 'id'],
      row: z.object({
        role_id: id('Role'),
        id: id('Heartland’s internal number'),
        type: words('Type of the alert'),
        description: words('Description'),
        category: words('Category'),
      }),
    },
    link('role_users', 'Users who have each role', 'users', 'role_id', 'user_id'),
  ],
};

export const users: Stream = {
  name: 'users',
  about: 'Users. Personal data: pulled only as far as personal_data.users says',
  path: 'users',
  key: ['id'],
  walk: { kind: 'by_key', changedBy: 'updated_at' },
  permissions: ['user.manage'],
  personal: 'users',
  row: z.object({
    id: id('Heartland’s internal number'),
    public_id: words('User number'),
    login: words('Login name'),
    name: words('Full name'),
    first_name: words('First name'),
    last_name: words('Last name'),
    email: words('E-mail address'),
    phone: words('Telephone number'),
    active: yesNo('Whether the user may log in'),
    sales_rep: yesNo('Whether the user sells'),
    all_locations: yesNo('Whether every location is open to the user'),
    is_admin: yesNo('Whether the user is an administrator'),
    is_account_owner: yesNo('Whether the user owns the account'),
    is_account_admin: yesNo('Out of use'),
    uuid: words('Unique identifier'),
    ...recordFields,
  }),
  children: [
    link('user_roles', 'Roles of each user', 'roles', 'user_id', 'role_id'),
    link('user_locations', 'Locations open to each user', 'locations', 'user_id', 'location_id'),
    {
      name: 'user_permissions',
      about: 'What each user is allowed to do',
      path: 'permissions',
      parentKey: 'user_id',
      key: ['user_id', 'id'],
      personal: 'users',
      row: z.object({
        user_id: id('User'),
        id: id('Heartland’s internal number'),
        role_id: ref('Role it comes from'),
        permission_id: words('Permission', 'permission_id', 'name'),
      }),
    },
    {
      name: 'user_alerts',
      about: 'What needs the attention of each user, at each location, as of the last sync',
      path: 'alerts',
      parentKey: 'user_id',
      key: ['user_id', 'location_id', 'type'],
      personal: 'users',
      onDemand: true,
      byLocation: true,
      isOfNow: true,
      row: z.object({
        user_id: id('User'),
        location_id: id('Location'),
        type: keyText('Type of the alert'),
        color: words('How severe it is: red, yellow or green'),
        message: words('The alert, for people'),
        info: json('More about it'),
        count: ref('How often it was triggered'),
      }),
    },
  ],
};

/** Links between a user or role and records of another stream; only the records' numbers are stored. */
function link(
  name: string,
  about: string,
  path: string,
  from: 'user_id' | 'role_id',
  to: string,
): ChildStream {
  return {
    name,
    about,
    path,
    parentKey: from,
    key: [from, to],
    include: ['id'],
    personal: 'users',
    row: z.object({
      [from]: id(from === 'user_id' ? 'User' : 'Role'),
      [to]: id('What belongs to it', 'id'),
    }),
  };
}
