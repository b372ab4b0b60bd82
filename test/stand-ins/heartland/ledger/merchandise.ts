import { type Account, FIRST_ID } from './account.ts';
import type { Item } from './documents.ts';

/** What may be changed on an item. */
export type ItemPatch = Partial<Omit<Item, 'id' | 'createdAt' | 'updatedAt'>>;

export function changeItem(account: Account, id: number, patch: ItemPatch): Item {
  const item = account.item(id);
  Object.assign(item, patch);
  account.touch(item);
  return item;
}

/** Puts an item on the list; what is not given is plain and unset. */
export function addItem(account: Account, patch: ItemPatch = {}): Item {
  const id = FIRST_ID + account.items.length;
  const item: Item = {
    id,
    publicId: `SKU-${String(account.items.length + 1).padStart(5, '0')}`,
    description: 'New item',
    longDescription: null,
    costCents: 1000,
    priceCents: 2000,
    originalPriceCents: null,
    custom: {},
    isActive: true,
    allowsFractionalQty: false,
    primaryVendorId: null,
    gridId: null,
    createdAt: account.now,
    updatedAt: account.now,
    ...patch,
  };
  account.putItem(item);
  return item;
}

/** Takes an item off the list: from now on no answer knows it, and its stock is gone from every report. */
export function deleteItem(account: Account, id: number): void {
  account.item(id);
  account.deletedItemIds.add(id);
  account.version++;
}

/** Gives all stock and history of the slaves to the master, and deletes the slaves. */
export function mergeItems(account: Account, masterId: number, slaveIds: readonly number[]): void {
  const master = account.item(masterId);
  for (const slaveId of slaveIds) {
    account.stock.fold(account.itemAt(slaveId), account.itemAt(masterId));
    deleteItem(account, slaveId);
  }
  const slaves = new Set(slaveIds);
  const documents = [
    account.orders,
    account.receipts,
    account.vendorReturns,
    account.transfers,
    account.tickets,
  ];
  for (const document of documents.flat())
    for (const line of document.lines)
      if ('itemId' in line && slaves.has(line.itemId)) line.itemId = masterId;
  for (const set of account.adjustmentSets)
    for (const line of set.lines) if (slaves.has(line.itemId)) line.itemId = masterId;
  account.touch(master);
}
