import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Heartland, startHeartland } from '../stand-ins/heartland/server.ts';
import { ask, askAll } from './ask.ts';

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

describe('what the analyzer refuses', () => {
  test.each([
    ['an unknown metric', [['metrics[]', 'source_sales.happiness']]],
    [
      'an unknown group',
      [
        ['metrics[]', 'source_sales.net_sales'],
        ['groups[]', 'item.colour'],
      ],
    ],
    [
      'stock by date',
      [
        ['metrics[]', 'current_inventory.qty_on_hand'],
        ['groups[]', 'date.date'],
      ],
    ],
    ['ending stock without an end', [['metrics[]', 'ending_inventory.qty_on_hand']]],
    ['no metric', [['groups[]', 'item.public_id']]],
    [
      'a date that is none',
      [
        ['metrics[]', 'source_sales.net_sales'],
        ['end_date', '2026-02-30'],
      ],
    ],
    [
      'subtotals of nothing',
      [
        ['metrics[]', 'source_sales.net_sales'],
        ['subtotal', 'true'],
      ],
    ],
  ] as const)('%s', async (_, params) => {
    const { status, body } = await ask(heartland, 'reporting/analyzer', params);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'invalid_request', message: expect.any(String) });
  });
});

describe('what narrows a report', () => {
  const NET = 'location_sales.net_sales';

  test('subtotals add up to their rows', async () => {
    const rows = await askAll(heartland, 'reporting/analyzer', [
      ['metrics[]', NET],
      ['group[]', 'location.public_id'],
      ['group[]', 'item.custom@class_code'],
      ['subtotal', 'true'],
      ...PERIOD,
    ]);
    const sum = (level: unknown) =>
      Math.round(
        rows.reduce((all, row) => all + (row.subtotal_level === level ? cents(row[NET]) : 0), 0),
      );
    expect(sum(null)).toBe(sum(1));
    expect(sum(null)).toBe(sum(0));
    expect(rows.filter(row => row.subtotal_level === 0)).toHaveLength(1);
  });

  test('filters on items, locations, sales and metrics', async () => {
    const rows = await askAll(heartland, 'reporting/analyzer', [
      ['metrics[]', NET],
      ['group[]', 'location.public_id'],
      ['group[]', 'item.custom@brand'],
      ['item.filters', '{"custom@brand":{"$in":["Acorn","Dune"]},"active":true}'],
      ['location.filters', '{"id":{"$in":["100001","100002"]}}'],
      ['sales.filters', '{"type":"Ticket"}'],
      ['metric.filters', '{"location_sales.net_qty_sold":{"$gt":["0"]}}'],
      ...PERIOD,
    ]);
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map(row => row['item.custom@brand']))).toEqual(new Set(['Acorn', 'Dune']));
    for (const row of rows) {
      expect(['1', '2']).toContain(row['location.public_id']);
      expect(row['location_sales.net_qty_sold']).toBeGreaterThan(0);
    }
  });
});
