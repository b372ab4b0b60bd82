import { dollars, isRaw, type Json } from '../decimal.ts';
import { type Account, FIRST_ID } from '../ledger/account.ts';
import type { CustomField } from '../ledger/documents.ts';
import type { Fields } from '../query/rows.ts';
import * as setup from '../records/setup.ts';
import { named, type SetUp } from '../records/setup.ts';
import { PERMISSIONS, USER } from '../records/staff.ts';
import { USER_ID } from '../records/stamps.ts';
import { notFound } from '../refusal.ts';
import { unfit } from './body.ts';
import { link } from './links.ts';
import { type Handler, idOf, laidOver, type Route } from './route.ts';
import { add, overwrite, remove, writtenTo } from './written.ts';

/** Collections of the set-up that are written as they are read: path, scope, fields, how many there are, deletable. */
const PLAIN: readonly (readonly [string, string, Fields<SetUp> | Record<string, ''>, number])[] = [
  ['sales/tax_jurisdictions', 'sales.tax.manage', setup.JURISDICTION, 2],
  ['sales/tax_rules', 'sales.tax.manage', setup.TAX_RULE, 2],
  ['promotion_rules', 'sales.promotions.manage', setup.PROMOTION, 2],
  ['coupons', 'sales.coupons.manage', setup.COUPON, 2],
  ['webhooks', 'webhooks.manage', setup.WEBHOOK, 2],
  ['payment_types', 'payment_type.manage', setup.PAYMENT_TYPE, 3],
  ['shipping/methods', 'shipping_method.manage', setup.SHIPPING_METHOD, 2],
  ['roles', 'role.manage', { name: '' }, 3],
  ['users', 'user.manage', USER, 4],
  ['traffic_counters', '', { name: '', location_id: '', entrance: '', zone: '', custom: '' }, 0],
  ['system/messages', '', {}, 2],
  ['reason_codes/inventory_adjustment_reasons', 'reason_codes.manage', { description: '' }, 2],
];

function routesOf(
  path: string,
  scope: string,
  fields: Readonly<Record<string, unknown>>,
  seeded: number,
): Route[] {
  const all = (account: Account) => {
    const before =
      path === 'traffic_counters'
        ? account.locations
        : named(account, Array<string>(seeded).fill(''));
    const { added, deleted } = writtenTo(account, path);
    return [...before, ...added].filter(({ id }) => !deleted.has(id));
  };
  const create: Handler = (account, _, body) => {
    const name = body.text('name') ?? body.text('login') ?? body.text('code') ?? '';
    const made = add(account, path, named(account, Array<string>(seeded).fill('')), name);
    const values = laidOver(body, { ...fields, name: '' });
    overwrite(account, path, made.id, values);
    // The documentation shows a webhook's body after its creation, and a known client reads the id from it.
    const body201 = path === 'webhooks' ? { body: { id: made.id, ...values } } : {};
    return { location: `${path}/${made.id}`, ...body201 };
  };
  const change: Handler = (account, [id], body) => {
    idOf(all(account), id!);
    overwrite(account, path, id!, laidOver(body, { ...fields, name: '' }));
    return {};
  };
  const drop: Handler = (account, [id]) => {
    idOf(all(account), id!);
    remove(account, path, id!);
    return {};
  };
  return [
    ['POST', path, scope, create],
    ['PUT', `${path}/:id`, scope, change],
    ['DELETE', `${path}/:id`, scope, drop],
  ];
}

type Open<T> = { -readonly [K in keyof T]: T[K] };

const createField: Handler = (account, _, body) => {
  const name = body.text('name');
  const groupId = body.text('group_id');
  if (name === undefined) throw unfit({ name: 'is required' });
  if (groupId === undefined) throw unfit({ group_id: 'is required' });
  const key = body.text('key') ?? name.trim().toLowerCase().replaceAll(/\W+/g, '_');
  if (account.customFields.some(field => field.groupId === groupId && field.key === key))
    throw unfit({ key: 'has already been taken' });
  const id = (account.customFields.at(-1)?.id ?? FIRST_ID - 1) + 1;
  account.customFields.push({
    id,
    key,
    name,
    groupId,
    required: body.flag('required') ?? false,
    unique: body.flag('unique') ?? false,
    validationType: body.text('validation_type') ?? null,
  });
  account.version++;
  return { location: `custom_fields/${id}` };
};

const changeField: Handler = (account, [id], body) => {
  const field: Open<CustomField> = idOf(account.customFields, id!);
  field.required = body.flag('required') ?? field.required;
  field.unique = body.flag('unique') ?? field.unique;
  field.name = body.text('name') ?? field.name;
  account.version++;
  return {};
};

/** The cards of the account from the start, with their balances in cents. */
const CARDS = 4;

const createCard: Handler = (account, _, body) => {
  const number = body.text('number');
  if (number === undefined) throw unfit({ number: 'is required' });
  const seeded = named(account, Array<string>(CARDS).fill(''));
  const isSeeded = /^GC1000[1-4]$/.test(number);
  if (isSeeded || writtenTo(account, 'gift_cards').added.some(({ name }) => name === number))
    throw unfit({ number: 'has already been taken' });
  const card = add(account, 'gift_cards', seeded, number);
  const cents = body.cents('balance') ?? 0;
  overwrite(account, 'gift_cards', card.id, {
    balance: dollars(0),
    expires_at: body.text('expires_at') ?? null,
  });
  if (cents !== 0) adjustCard(account, card.id, cents, body.number('reason_id'));
  return { location: `gift_cards/${encodeURIComponent(number)}` };
};

function adjustCard(account: Account, cardId: number, cents: number, reasonId?: number): number {
  const seeded = named(account, Array<string>(CARDS).fill(''));
  const { added, values } = writtenTo(account, 'gift_cards');
  const card = idOf([...seeded, ...added], cardId);
  const number = card.name === '' ? `GC1000${cardId - FIRST_ID + 1}` : card.name;
  const own = (cardId - FIRST_ID) * 1234;
  const kept = values.get(cardId)?.balance;
  const before = isRaw(kept) ? Math.round(Number(kept.rawJSON) * 100) : own;
  overwrite(account, 'gift_cards', cardId, { balance: dollars(before + cents) });
  const adjustment = add(account, 'gift_card/adjustments', seeded, number);
  overwrite(account, 'gift_card/adjustments', adjustment.id, {
    gift_card_id: cardId,
    gift_card_number: number,
    reason_id: reasonId ?? null,
    delta_balance: dollars(cents),
  });
  return adjustment.id;
}

const createAdjustment: Handler = (account, _, body) => {
  const cardId = body.number('gift_card_id');
  const cents = body.cents('delta_balance');
  if (cardId === undefined) throw unfit({ gift_card_id: 'is required' });
  if (cents === undefined) throw unfit({ delta_balance: 'is required' });
  const id = adjustCard(account, cardId, cents, body.number('reason_id'));
  return { location: `gift_card/adjustments/${id}` };
};

/** Gives a user a role or a place, or a role an alert; `{kind}_id` names it. */
const give =
  (kind: string, field: string): Handler =>
  (account, [owner], body) => {
    const id = body.number(field);
    if (id === undefined) throw unfit({ [field]: 'is required' });
    link(account, kind, owner!, id, true);
    const parent = kind === 'alert_types' ? 'roles' : 'users';
    return { location: `${parent}/${owner}/${kind}/${id}` };
  };

const take =
  (kind: string): Handler =>
  (account, [owner, id]) => {
    link(account, kind, owner!, id!, false);
    return {};
  };

const giveUsers =
  (isOn: boolean): Handler =>
  (account, [role], body) => {
    const given = body.record.user_ids ?? [body.record.user_id ?? null];
    const ids = (Array.isArray(given) ? given : [given]).filter((id: Json) => id !== null);
    if (ids.length === 0) throw unfit({ user_ids: 'is required' });
    for (const id of ids) link(account, 'roles', Number(id), role!, isOn);
    return isOn ? { location: `roles/${role}/users/${Number(ids[0])}` } : {};
  };

const givePermissions: Handler = (account, [role], body) => {
  const given = body.record.permission_ids;
  if (!Array.isArray(given)) throw unfit({ permission_ids: 'is required' });
  for (const id of given) {
    if (!PERMISSIONS.some(permission => permission.id === id)) throw notFound(String(id));
    link(account, 'permissions', role!, String(id), body.flag('enabled') ?? true);
  }
  return { status: 204 };
};

const takePermission: Handler = (account, [role], _, [, name]) => {
  link(account, 'permissions', role!, name!, false);
  return {};
};

const changeProfile: Handler = (account, _, body) => {
  overwrite(account, 'users', USER_ID, laidOver(body, USER));
  return {};
};

export const SET_UP_WRITES: readonly Route[] = [
  ...PLAIN.flatMap(([path, scope, fields, seeded]) => routesOf(path, scope, fields, seeded)),
  ['POST', 'custom_fields', 'custom_field.manage', createField],
  ['PUT', 'custom_fields/:id', 'custom_field.manage', changeField],
  ['POST', 'gift_cards', 'gift_card.manage', createCard],
  ['POST', 'gift_card/adjustments', 'gift_card.manage', createAdjustment],
  ['POST', 'users/:id/roles', 'user.manage', give('roles', 'role_id')],
  ['DELETE', 'users/:id/roles/:id', 'user.manage', take('roles')],
  ['POST', 'users/:id/locations', 'user.manage', give('locations', 'location_id')],
  ['DELETE', 'users/:id/locations/:id', 'user.manage', take('locations')],
  ['POST', 'roles/:id/alert_types', 'role.manage', give('alert_types', 'alert_type_id')],
  ['DELETE', 'roles/:id/alert_types/:id', 'role.manage', take('alert_types')],
  ['POST', 'roles/:id/users', 'role.manage', giveUsers(true)],
  ['DELETE', 'roles/:id/users', 'role.manage', giveUsers(false)],
  ['PUT', 'roles/:id/permissions', 'role.manage', givePermissions],
  ['DELETE', 'roles/:id/permissions/:name', 'role.manage', takePermission],
  ['PUT', 'users/profile', '', changeProfile],
];
