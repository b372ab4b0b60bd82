import { DateTime } from 'luxon';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Heartland, startHeartland } from '../stand-ins/heartland/server.ts';
import { askAll, type Row } from './ask.ts';

let heartland: Heartland;
beforeAll(async () => {
  heartland = await startHeartland({ asOf: '2026-10-05' });
});
afterAll(() => heartland.close());

const TEN_THOUSAND = 10_000;
type Sum = readonly [qty: number, cost: number];

/** Sums by location and item; costs in ten-thousandths of a dollar, where everything is whole. */
class Sums {
  readonly byPair = new Map<string, Sum>();

  add(locationId: unknown, itemId: unknown, qty: number, unitCost: unknown): void {
    const [units, cost] = this.byPair.get(`${locationId}/${itemId}`) ?? [0, 0];
    this.byPair.set(`${locationId}/${itemId}`, [
      units + qty,
      cost + qty * Math.round(Number(unitCost) * TEN_THOUSAND),
    ]);
  }
}

const MONTH = '2026-09';
const lines = (document: Row) => document.lines as Row[];

test('beginning + received - returned +- transferred +- adjusted - sold = ending, by the documents alone', async () => {
  const locations = await askAll(heartland, 'locations');
  const zones = new Map(heartland.ledger.locations.map(({ id, zone }) => [id, zone]));
  const isThen = (at: unknown, locationId: unknown) =>
    at !== null &&
    DateTime.fromISO(String(at), { zone: zones.get(Number(locationId))! })
      .toISODate()!
      .startsWith(MONTH);
  const documents = (path: string) => askAll(heartland, path, [['_include[]', 'lines']]);
  const moved = new Sums();

  for (const receipt of await documents('purchasing/receipts')) {
    const place = receipt.receive_at_location_id;
    if (receipt.status === 'complete' && isThen(receipt.updated_at, place))
      for (const line of lines(receipt))
        moved.add(place, line.item_id, Number(line.qty), line.unit_cost);
  }
  for (const sent of await documents('purchasing/returns')) {
    const place = sent.return_from_location_id;
    if (sent.status === 'complete' && isThen(sent.updated_at, place))
      for (const line of lines(sent))
        moved.add(place, line.item_id, -Number(line.qty), line.unit_cost);
  }
  for (const transfer of await documents('inventory/transfers'))
    for (const line of lines(transfer)) {
      const { from_location_id: from, to_location_id: to } = transfer;
      if (isThen(transfer.shipped_at, from))
        moved.add(from, line.item_id, -Number(line.qty_shipped), line.unit_cost);
      if (isThen(transfer.received_at, to))
        moved.add(to, line.item_id, Number(line.qty_received), line.unit_cost);
    }
  for (const set of await documents('inventory/adjustment_sets')) {
    const place = set.location_id;
    if (set.status === 'complete' && isThen(set.updated_at, place))
      for (const line of lines(set))
        moved.add(place, line.item_id, Number(line.qty), line.unit_cost);
  }

  const report = await askAll(heartland, 'reporting/analyzer', [
    ...['beginning_inventory', 'ending_inventory'].flatMap(family =>
      ['qty_on_hand', 'cost_on_hand'].map(name => ['metrics[]', `${family}.${name}`] as const),
    ),
    ...['net_qty_sold', 'net_sales', 'net_margin'].map(
      name => ['metrics[]', `location_sales.${name}`] as const,
    ),
    ['groups[]', 'location.public_id'],
    ['groups[]', 'item.public_id'],
    ['sort[]', 'location.public_id'],
    ['sort[]', 'item.public_id'],
    ['start_date', `${MONTH}-01`],
    ['end_date', `${MONTH}-30`],
  ]);
  const idOf = new Map(
    [...locations, ...(await askAll(heartland, 'items'))].map(row => [row.public_id, row.id]),
  );
  const whole = (value: unknown) => Math.round(Number(value) * TEN_THOUSAND);
  expect(moved.byPair.size).toBeGreaterThan(50);
  for (const row of report) {
    const key = `${idOf.get(row['location.public_id'])}/${idOf.get(row['item.public_id'])}`;
    const [qty, cost] = moved.byPair.get(key) ?? [0, 0];
    const soldCost =
      whole(row['location_sales.net_sales']) - whole(row['location_sales.net_margin']);
    expect(whole(row['ending_inventory.qty_on_hand']), key).toBe(
      whole(row['beginning_inventory.qty_on_hand']) +
        qty * TEN_THOUSAND -
        whole(row['location_sales.net_qty_sold']),
    );
    expect(whole(row['ending_inventory.cost_on_hand']), key).toBe(
      whole(row['beginning_inventory.cost_on_hand']) + cost - soldCost,
    );
  }
});
