import type { Json } from '../decimal.ts';
import type { Account } from '../ledger/account.ts';
import type { Item } from '../ledger/documents.ts';
import * as merchandise from '../ledger/merchandise.ts';
import { ITEM } from '../records/item.ts';
import { type Body, unfit } from './body.ts';
import { type Change, idOf, laidOver, type Route } from './route.ts';
import { add, overwrite, writtenTo } from './written.ts';

/** Fields of an item that the ledger has; the others are kept as they were written. */
const OF_LEDGER = new Set([
  'public_id',
  'description',
  'long_description',
  'cost',
  'price',
  'original_price',
  'custom',
  'active',
  'allow_fractional_qty',
  'primary_vendor_id',
  'grid_id',
]);

function patchOf(account: Account, body: Body, before?: Item): merchandise.ItemPatch {
  const publicId = body.text('public_id');
  const isTaken = account.items.some(
    item => item.publicId === publicId && item !== before && !account.deletedItemIds.has(item.id),
  );
  if (publicId !== undefined && isTaken) throw unfit({ public_id: 'has already been taken' });
  const given: Record<string, unknown> = {};
  const put = (name: string, key: keyof merchandise.ItemPatch, value: unknown) => {
    if (body.has(name)) given[key] = value ?? null;
  };
  put('public_id', 'publicId', publicId ?? before?.publicId);
  put('description', 'description', body.text('description'));
  put('long_description', 'longDescription', body.text('long_description'));
  put('cost', 'costCents', body.cents('cost'));
  put('price', 'priceCents', body.cents('price'));
  put('original_price', 'originalPriceCents', body.cents('original_price'));
  for (const name of ['active', 'active?']) put(name, 'isActive', body.flag(name));
  put('allow_fractional_qty', 'allowsFractionalQty', body.flag('allow_fractional_qty'));
  put(
    'primary_vendor_id',
    'primaryVendorId',
    body.maybeIn(account.vendors, 'primary_vendor_id')?.id,
  );
  put('grid_id', 'gridId', body.number('grid_id'));
  // Single custom values are written beside those there are; that a whole object does the same is likely (L).
  given.custom = { ...before?.custom, ...body.custom };
  return given as merchandise.ItemPatch;
}

function keepOthers(account: Account, id: number, body: Body): void {
  const others = Object.fromEntries(
    Object.entries(laidOver(body, ITEM)).filter(([name]) => !OF_LEDGER.has(name.replace('?', ''))),
  );
  if (Object.keys(others).length > 0) overwrite(account, 'items', id, others);
}

function itemAt(account: Account, id: number): Item {
  return idOf(
    account.items.filter(item => !account.deletedItemIds.has(item.id)),
    id,
  );
}

function createItem(account: Account, _: readonly number[], body: Body): Change {
  // The documentation requires cost and price, and known clients (the README of the official one) leave them out.
  const item = merchandise.addItem(account, {
    description: null,
    costCents: null,
    priceCents: null,
    ...patchOf(account, body),
  });
  keepOthers(account, item.id, body);
  return { location: `items/${item.id}` };
}

function changeItem(account: Account, [id]: readonly number[], body: Body): Change {
  const item = itemAt(account, id!);
  merchandise.changeItem(account, item.id, patchOf(account, body, item));
  keepOthers(account, item.id, body);
  return {};
}

function mergeItems(account: Account, [id]: readonly number[], body: Body): Change {
  const master = itemAt(account, id!);
  const given = body.record.slave_ids;
  if (!Array.isArray(given) || given.length === 0) throw unfit({ slave_ids: 'is required' });
  const slaves = given.map((slave: Json) => itemAt(account, Number(slave)).id);
  if (slaves.includes(master.id)) throw unfit({ slave_ids: 'holds the master' });
  merchandise.mergeItems(account, master.id, slaves);
  return { location: `items/${master.id}/merges/${account.nextId('merge')}` };
}

function addImage(account: Account, [id]: readonly number[], body: Body): Change {
  const item = itemAt(account, id!);
  if (body.text('source') !== 'url' || body.text('url') === undefined)
    throw unfit({ source: 'must be url, with a url' });
  const path = `items/${item.id}/images`;
  const image = add(account, path, [], 'image');
  overwrite(account, path, image.id, { source: 'url', url: body.text('url')! });
  overwrite(account, 'items', item.id, { 'has_images?': true, primary_image_id: image.id });
  account.touch(item);
  return { location: `${path}/${image.id}` };
}

const GRID = {
  description: '',
  long_description: '',
  item_cost: '',
  item_price: '',
  item_original_price: '',
  'active?': '',
  item_financial_class_id: '',
  item_primary_vendor_id: '',
};

function gridIds(account: Account): number[] {
  const ids = account.items.flatMap(({ gridId }) => (gridId === null ? [] : [gridId]));
  return [...ids, ...writtenTo(account, 'item_grids').added.map(({ id }) => id)];
}

function createGrid(account: Account, _: readonly number[], body: Body): Change {
  // The documentation requires a description, and its own example sends none.
  const before = gridIds(account).map(id => ({ id }));
  const grid = add(account, 'item_grids', before, body.text('description') ?? '');
  overwrite(account, 'item_grids', grid.id, laidOver(body, GRID));
  return { location: `item_grids/${grid.id}` };
}

function changeGrid(account: Account, [id]: readonly number[], body: Body): Change {
  idOf(
    gridIds(account).map(each => ({ id: each })),
    id!,
  );
  overwrite(account, 'item_grids', id!, laidOver(body, GRID));
  return {};
}

export const ITEM_WRITES: readonly Route[] = [
  ['POST', 'items', 'item.manage', createItem],
  ['PUT', 'items/:id', 'item.manage', changeItem],
  [
    'DELETE',
    'items/:id',
    'item.manage',
    // Only the README of the official client does this (M).
    (account, [id]) => {
      merchandise.deleteItem(account, itemAt(account, id!).id);
      return {};
    },
  ],
  ['POST', 'items/:id/merges', 'item.merge', mergeItems],
  ['POST', 'items/:id/images', 'item.manage', addImage],
  ['POST', 'item_grids', 'item.manage', createGrid],
  ['PUT', 'item_grids/:id', 'item.manage', changeGrid],
];
