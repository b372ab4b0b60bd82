import type { Ledger } from '../ledger/ledger.ts';
import type { Permissions } from '../permissions.ts';
import { notFound, Refusal } from '../refusal.ts';
import { Body } from './body.ts';
import { ITEM_WRITES } from './items.ts';
import { PEOPLE_WRITES } from './people.ts';
import { COUNT_WRITES } from './physical-counts.ts';
import { PURCHASE_WRITES } from './purchasing.ts';
import type { Change, Route } from './route.ts';
import { ORDER_WRITES } from './sales-orders.ts';
import { SET_UP_WRITES } from './set-up.ts';
import { settingOf, writeSetting } from './settings.ts';
import { STOCK_WRITES } from './stock.ts';
import { TICKET_WRITES } from './tickets.ts';

const ROUTES: readonly Route[] = [
  ...ITEM_WRITES,
  ...PEOPLE_WRITES,
  ...STOCK_WRITES,
  ...PURCHASE_WRITES,
  ...COUNT_WRITES,
  ...TICKET_WRITES,
  ...ORDER_WRITES,
  ...SET_UP_WRITES,
];

/** A write takes this long on the account's clock, so that what it changes is later than what was read before. */
const STEP_MS = 1000;

const matchers = ROUTES.map(([method, path, scope, handle]) => ({
  method,
  pattern: new RegExp(`^${path.replaceAll(':id', '(\\d+)').replaceAll(':name', '([\\w.]+)')}$`),
  scope,
  handle,
}));

/**
 * Writes to the account. Every change goes through the ledger, so whatever is read afterwards, report or record, knows it.
 *
 * @param path below `/api/`
 */
export function write(
  ledger: Ledger,
  permissions: Permissions,
  method: string,
  path: string,
  text: string,
): Change {
  const { account } = ledger;
  const setting = settingOf(path);
  if (setting !== undefined && method === 'PUT') {
    permissions.demand('setting.manage');
    writeSetting(account, setting, Body.parse(text));
    return {};
  }
  const found = matchers
    .filter(matcher => matcher.method === method)
    .map(matcher => ({ ...matcher, match: matcher.pattern.exec(path) }))
    .find(({ match }) => match !== null);
  if (found === undefined) {
    const isThere = matchers.some(({ pattern }) => pattern.test(path));
    // Neither status was seen on the wire (L).
    throw isThere
      ? new Refusal(405, 'method_not_allowed', `${method} is not offered here.`)
      : notFound(`/api/${path}`);
  }
  permissions.demand(found.scope);
  const body = Body.parse(text);
  account.now += STEP_MS;
  account.version++;
  const parts = found.match!.slice(1);
  return found.handle(account, parts.map(Number), body, parts);
}
