import type { Endpoint, EndpointMaker } from '../endpoint.ts';
import type { Account } from '../ledger/account.ts';
import type { Fields } from '../query/rows.ts';
import { named, type SetUp } from '../records/setup.ts';
import { STAMPS } from '../records/stamps.ts';
import { writtenTo } from './written.ts';

/** What was added below one record, as the addresses of a customer. */
export function addedBelow(account: Account, path: string, id: number, name: string): SetUp[] {
  const { added, deleted } = writtenTo(account, `${path}/${id}/${name}`);
  return added.filter(each => !deleted.has(each.id));
}

/** An image of an item. Only how one is added is seen on the wire (`source`, `url`); other keys are a guess (L). */
export const IMAGE: Fields<SetUp> = {
  id: image => image.id,
  source: () => 'url',
  url: () => null,
  ...STAMPS,
};

/** A tax or a discount of a whole sales order, as the Spree connector adds them (M). */
export const CHARGE: Fields<SetUp> = {
  id: charge => charge.id,
  description: charge => charge.name,
  value: () => 0,
  amount: () => 0,
  ...STAMPS,
};

const REASON: Fields<SetUp> = {
  id: reason => reason.id,
  name: reason => reason.name,
  description: reason => reason.name,
  'active?': () => true,
  ...STAMPS,
};

/** The official client's README reads and deletes these; what they hold is not known (L). */
const MESSAGE: Fields<SetUp> = { id: message => message.id, ...STAMPS };

/** Physical counts and their batches, as the vendor's own import tool makes them (H for what it writes). */
const COUNT: Fields<SetUp> = {
  id: count => count.id,
  status: () => 'pending',
  location_id: () => null,
  adjustment_reason_id: () => null,
  description: count => count.name,
  scope: () => 'full',
  ...STAMPS,
};
const BATCH: Fields<SetUp> = { id: batch => batch.id, description: batch => batch.name, ...STAMPS };

/** Collections that are there because known clients write to them; the documentation has none of these. */
export function writtenEndpoints(
  account: Account,
  of: EndpointMaker,
): [string, (path: string) => Endpoint][] {
  const list = (path: string, names: readonly string[]) => () => [
    ...named(account, names),
    ...writtenTo(account, path).added,
  ];
  const REASONS = 'reason_codes/inventory_adjustment_reasons';
  const COUNTS = 'inventory/physical_counts';
  const MESSAGES = 'system/messages';
  return [
    [REASONS, of('reason_codes.manage', list(REASONS, ['Count', 'Damaged']), REASON)],
    [MESSAGES, of('', list(MESSAGES, ['Welcome', 'News']), MESSAGE)],
    [COUNTS, of('inventory.counts.create', list(COUNTS, []), COUNT)],
    [`${COUNTS}/batches`, of('inventory.counts.create', list(`${COUNTS}/batches`, []), BATCH)],
  ];
}
