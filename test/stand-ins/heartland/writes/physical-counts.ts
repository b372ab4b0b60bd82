import type { Account } from '../ledger/account.ts';
import * as stockroom from '../ledger/stockroom.ts';
import { unfit } from './body.ts';
import { type Handler, idOf, type Route } from './route.ts';
import { add, overwrite, writtenTo } from './written.ts';

const COUNTS = 'inventory/physical_counts';

const createCount: Handler = (account, _, body) => {
  const location = body.in(account.locations, 'location_id');
  const { added } = writtenTo(account, COUNTS);
  const count = add(account, COUNTS, added, body.text('description') ?? '');
  overwrite(account, COUNTS, count.id, {
    location_id: location.id,
    adjustment_reason_id: body.number('adjustment_reason_id') ?? null,
    status: 'pending',
  });
  return { location: `${COUNTS}/${count.id}` };
};

/** What was counted, by batch and item. */
const counted = new WeakMap<Account, Map<number, Map<number, number>>>();

const createBatch: Handler = (account, [id], body) => {
  idOf(writtenTo(account, COUNTS).added, id!);
  const batch = add(account, `${COUNTS}/batches`, [], body.text('description') ?? '');
  overwrite(account, `${COUNTS}/batches`, batch.id, { count_id: id! });
  return { location: `${COUNTS}/batches/${batch.id}` };
};

const addToBatch: Handler = (account, [id], body) => {
  const batch = idOf(writtenTo(account, `${COUNTS}/batches`).added, id!);
  const lookup = body.text('item_lookup');
  const item = account.items.find(({ publicId }) => publicId === lookup);
  if (item === undefined) throw unfit({ item_lookup: 'does not exist' });
  const batches = counted.get(account) ?? new Map<number, Map<number, number>>();
  counted.set(account, batches);
  const lines = batches.get(batch.id) ?? new Map<number, number>();
  batches.set(batch.id, lines);
  lines.set(item.id, (lines.get(item.id) ?? 0) + (body.number('qty') ?? 0));
  return { location: `${COUNTS}/batches/${batch.id}/lines/${lines.size}` };
};

/** An accepted count becomes one adjustment set that brings the stock of what was counted to what was counted. */
const changeCount: Handler = (account, [id], body) => {
  idOf(writtenTo(account, COUNTS).added, id!);
  const count = writtenTo(account, COUNTS).values.get(id!)!;
  const status = body.text('status') ?? '';
  if (!['counting', 'finalizing', 'accepted'].includes(status))
    throw unfit({ status: 'is not included in the list' });
  if (status === 'accepted') {
    const locationId = Number(count.location_id);
    const { values } = writtenTo(account, `${COUNTS}/batches`);
    const batches = [...values].filter(([, batch]) => batch.count_id === id!);
    const found = batches.flatMap(([batch]) => [...(counted.get(account)?.get(batch) ?? [])]);
    const lines = found.map(([itemId, qty]) => ({
      itemId,
      qty: qty - account.onHand(itemId, locationId),
    }));
    stockroom.adjust(account, { locationId, reasonId: Number(count.adjustment_reason_id), lines });
  }
  overwrite(account, COUNTS, id!, { status });
  return {};
};

export const COUNT_WRITES: readonly Route[] = [
  ['POST', COUNTS, 'inventory.counts.create', createCount],
  ['PUT', `${COUNTS}/:id`, 'inventory.counts.finalize', changeCount],
  ['POST', `${COUNTS}/:id/batches`, 'inventory.counts.create', createBatch],
  ['POST', `${COUNTS}/batches/:id/lines`, 'inventory.counts.create', addToBatch],
];
