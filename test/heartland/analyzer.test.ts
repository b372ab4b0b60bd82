import { DateTime } from 'luxon';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Item, ItemLine, Ticket } from '../stand-ins/heartland/ledger/documents.ts';
import { type Heartland, startHeartland } from '../stand-ins/heartland/server.ts';
import { ask, askAll, type Row } from './ask.ts';

let heartland: Heartland;
beforeAll(async () => {
  heartland = await startHeartland({ asOf: '2026-10-05' });
});
afterAll(() => heartland.close());

const PERIOD = [
  ['start_date', '2026-09-01'],
  ['end_date', '2026-09-30'],
] as const;

const cents = (value: unknown) => Math.round(Number(value) * 10_000) / 100;
const zoneOf = (id: number) => heartland.ledger.locations.find(each => each.id === id)!.zone;
const numberOf = (id: number) => heartland.ledger.locations.find(each => each.id === id)!.publicId;
const itemOf = (id: number): Item => heartland.ledger.items.find(each => each.id === id)!;

function soldIn(month: string, place: (ticket: Ticket) => number): [Ticket, ItemLine, string][] {
  return heartland.ledger.tickets.flatMap(ticket => {
    if (ticket.status !== 'complete' || ticket.completedAt === null) return [];
    const zone = zoneOf(place(ticket));
    const date = DateTime.fromMillis(ticket.completedAt, { zone }).toISODate()!;
    if (!date.startsWith(month)) return [];
    return ticket.lines.flatMap(line =>
      line.type === 'ItemLine' ? [[ticket, line, date] as [Ticket, ItemLine, string]] : [],
    );
  });
}

describe('sales reports', () => {
  for (const [family, place] of [
    ['source_sales', (ticket: Ticket) => ticket.sourceLocationId],
    ['location_sales', (ticket: Ticket) => ticket.locationId],
  ] as const)
    test(`${family} by location, item and date is what the tickets add up to`, async () => {
      const expected = new Map<string, [net: number, qty: number, margin: number]>();
      for (const [ticket, line, date] of soldIn('2026-09', place)) {
        const key = `${numberOf(place(ticket))} ${itemOf(line.itemId).publicId} ${date}`;
        const [net, qty, margin] = expected.get(key) ?? [0, 0, 0];
        expected.set(key, [
          net + line.valueCents,
          qty + line.qty,
          margin + line.valueCents - line.qty * line.unitCostCents,
        ]);
      }
      const rows = await askAll(heartland, 'reporting/analyzer', [
        ...['net_sales', 'net_qty_sold', 'net_margin'].map(
          name => ['metrics[]', `${family}.${name}`] as const,
        ),
        ...['location.public_id', 'item.public_id', 'date.date'].flatMap(name => [
          ['groups[]', name] as const,
          ['sort[]', name] as const,
        ]),
        ...PERIOD,
      ]);
      expect(rows.length).toBeGreaterThan(200);
      const reported = new Map(
        rows.map(row => [
          `${row['location.public_id']} ${row['item.public_id']} ${row['date.date']}`,
          [
            cents(row[`${family}.net_sales`]),
            row[`${family}.net_qty_sold`],
            cents(row[`${family}.net_margin`]),
          ],
        ]),
      );
      expect(reported).toEqual(expected);
    });

  test('net sales are gross sales less markdowns and returns, against original prices', async () => {
    const names = ['gross_sales', 'net_markdowns', 'gross_returns', 'net_sales'];
    const { body } = await ask(heartland, 'reporting/analyzer', [
      ...names.map(name => ['metrics[]', `location_sales.${name}`] as const),
      ...PERIOD,
    ]);
    const [gross, markdowns, returns, net] = names.map(name =>
      cents(body.results[0]![`location_sales.${name}`]),
    ) as [number, number, number, number];
    expect(gross - markdowns - returns).toBe(net);
    const lines = soldIn('2026-09', ticket => ticket.locationId).map(([, line]) => line);
    const sold = lines.filter(line => line.qty > 0);
    expect(gross).toBe(
      sold.reduce((sum, line) => sum + Math.round(line.qty * line.originalUnitPriceCents), 0),
    );
    expect(returns).toBeGreaterThan(0);
  });

  test('credited and fulfilling locations differ, and agree for the company', async () => {
    const by = (groups: readonly (readonly [string, string])[]) =>
      askAll(heartland, 'reporting/analyzer', [
        ['metrics[]', 'source_sales.net_sales'],
        ['metrics[]', 'location_sales.net_sales'],
        ...groups,
        ...PERIOD,
      ]);
    const [company] = await by([]);
    expect(company!['source_sales.net_sales']).toBe(company!['location_sales.net_sales']);
    const stores = await by([['groups[]', 'location.public_id']]);
    const channel = stores.find(row => row['location.public_id'] === '4')!;
    expect(channel['source_sales.net_sales']).toBeGreaterThan(0);
    expect(channel['location_sales.net_sales']).toBe(0);
  });

  test('a voided ticket drops out of the day it was sold on', async () => {
    const [ticket] = soldIn('2026-09', each => each.locationId)
      .map(([each]) => each)
      .filter(each => each.totalCents > 0);
    const before = await ask(heartland, 'reporting/analyzer', [
      ['metrics[]', 'source_sales.transaction_count'],
      ...PERIOD,
    ]);
    heartland.ledger.voidTicket(ticket!.id);
    const after = await ask(heartland, 'reporting/analyzer', [
      ['metrics[]', 'source_sales.transaction_count'],
      ...PERIOD,
    ]);
    const count = (answer: typeof before) =>
      Number(answer.body.results[0]!['source_sales.transaction_count']);
    expect(count(after)).toBe(count(before) - 1);
  });
});

describe('inventory reports', () => {
  test('beginning, plus what moved, is ending: every item at every location, in units and at cost', async () => {
    const byPair = [
      ...['location.public_id', 'item.public_id'].flatMap(name => [
        ['groups[]', name] as const,
        ['sort[]', name] as const,
      ]),
      ...PERIOD,
    ];
    const rows = await askAll(heartland, 'reporting/analyzer', [
      ...['beginning_inventory', 'ending_inventory'].flatMap(family =>
        ['qty_on_hand', 'cost_on_hand', 'qty_in_transit', 'qty_on_po'].map(
          name => ['metrics[]', `${family}.${name}`] as const,
        ),
      ),
      ...byPair,
    ]);
    const moved = new Map<string, [number, number, number, number]>();
    for (const move of await askAll(heartland, 'inventory/transactions', [['sort[]', 'id']])) {
      const zone = zoneOf(Number(move.location_id));
      const date = DateTime.fromISO(String(move.created_at), { zone }).toISODate()!;
      if (!date.startsWith('2026-09')) continue;
      const { publicId } = itemOf(Number(move.item_id));
      const key = `${numberOf(Number(move.location_id))} ${publicId}`;
      const [qty, cost, transit, po] = moved.get(key) ?? [0, 0, 0, 0];
      const delta = Number(move.delta_qty ?? 0);
      moved.set(key, [
        qty + delta,
        cost + delta * cents(move.unit_cost),
        transit + Number(move.delta_qty_in_transit ?? 0),
        po + Number(move.delta_qty_on_po ?? 0),
      ]);
    }
    expect(rows.length).toBeGreaterThan(130);
    for (const row of rows) {
      const key = `${row['location.public_id']} ${row['item.public_id']}`;
      const [qty, cost, transit, po] = moved.get(key) ?? [0, 0, 0, 0];
      const change = (name: string) =>
        cents(row[`ending_inventory.${name}`]) - cents(row[`beginning_inventory.${name}`]);
      expect(change('qty_on_hand'), key).toBe(qty * 100);
      expect(Math.abs(change('cost_on_hand') - cost), key).toBeLessThan(1e-6);
      expect(change('qty_in_transit'), key).toBe(transit * 100);
      expect(change('qty_on_po'), key).toBe(po * 100);
    }
  });

  test('the end of one month is the beginning of the next, and the end of the future is now', async () => {
    const total = async (metric: string, params: readonly (readonly [string, string])[]) => {
      const { body } = await ask(heartland, 'reporting/analyzer', [
        ['metrics[]', metric],
        ...params,
      ]);
      return body.results[0]![metric];
    };
    expect(await total('ending_inventory.cost_on_hand', [['end_date', '2026-08-31']])).toBe(
      await total('beginning_inventory.cost_on_hand', [['start_date', '2026-09-01']]),
    );
    expect(await total('ending_inventory.qty_owned', [['end_date', '2030-01-01']])).toBe(
      await total('current_inventory.qty_on_hand', []),
    );
  });

  test('current values agree with the report, and cost a unit more precisely than a double', async () => {
    const values = await askAll(heartland, 'inventory/values', [
      ['group[]', 'item_id'],
      ['group[]', 'location_id'],
      ['sort[]', 'item_id'],
      ['sort[]', 'location_id'],
    ]);
    const rows = await askAll(heartland, 'reporting/analyzer', [
      ['metrics[]', 'current_inventory.qty_on_hand'],
      ['metrics[]', 'current_inventory.cost_on_hand'],
      ['groups[]', 'item.public_id'],
      ['groups[]', 'location.public_id'],
      ['sort[]', 'item.public_id'],
      ['sort[]', 'location.public_id'],
    ]);
    const key = (row: Row) => `${row['location.public_id']} ${row['item.public_id']}`;
    const byPair = new Map(rows.map(row => [key(row), row]));
    expect(values.length).toBe(rows.length);
    for (const value of values) {
      const row = byPair.get(
        `${numberOf(Number(value.location_id))} ${itemOf(Number(value.item_id)).publicId}`,
      )!;
      expect(value.qty_on_hand).toBe(row['current_inventory.qty_on_hand']);
      if (Number(value.qty) !== 0)
        expect(Number(value.unit_cost) * Number(value.qty)).toBeCloseTo(
          Number(row['current_inventory.cost_on_hand']),
          6,
        );
    }
    const response = await fetch(`${heartland.baseUrl}/inventory/values?group[]=item_id`, {
      headers: { authorization: `Bearer ${heartland.token}` },
    });
    expect(await response.text()).toMatch(/"unit_cost":\d+\.\d{16}/);
  });
});
