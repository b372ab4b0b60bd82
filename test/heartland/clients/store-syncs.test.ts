/** What public clients, each named by its repository, ask for and rely on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWire, type Wire } from './wire.ts';

let wire: Wire;
beforeAll(async () => {
  wire = await openWire();
});
afterAll(() => wire.heartland.close());

const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));

describe('jossai87/cpa-app', () => {
  const november = { $gte: '2026-11-01T00:00:00', $lte: '2026-11-12T23:59:59' };

  test('payments by local time and status, sorted; by location they are refused', async () => {
    const filter = json({ local_completed_at: november, status: 'complete' });
    const path = `payments?sort=local_completed_at&_filter=${filter}&per_page=200`;
    const { results, total } = (await wire.get(`${path}&page=1`)).body;
    expect(results.length).toBe(total);
    const times = results.map(({ local_completed_at: at }) => String(at).slice(0, 19));
    expect(times).toEqual([...times].sort());
    for (const refused of ['location_id=100001', `_filter=${json({ location_id: 100001 })}`])
      expect((await wire.get(`payments?${refused}`)).body).toMatchObject({
        error: 'invalid_request',
      });
  });

  test('tickets by local time; computed fields are refused', async () => {
    const { total } = (
      await wire.get(`sales/tickets?_filter=${json({ local_completed_at: november })}`)
    ).body;
    expect(total).toBeGreaterThan(0);
    for (const name of ['completed?', 'voided?'])
      expect((await wire.get(`sales/tickets?_filter=${json({ [name]: true })}`)).status).toBe(400);
  });

  test('stock that is left after empty places were asked away can still hold empty ones', async () => {
    const { ledger } = wire.heartland;
    for (const { id } of ledger.items.slice(8, 44)) {
      const at = { locationId: 100001, lines: [{ itemId: id, qty: 0 }] };
      const onHand = ledger.account.onHand(id, 100001);
      if (onHand > 0) ledger.adjust({ ...at, lines: [{ itemId: id, qty: -onHand }] });
    }
    const query = 'inventory/values?group[]=item_id&group[]=location_id&per_page=all';
    const all = (await wire.get(query)).body;
    const some = (await wire.get(`${query}&exclude_empty_locations=true`)).body;
    const empty = (rows: typeof all) =>
      rows.results.filter(row =>
        ['qty_on_hand', 'qty_on_po', 'qty_committed', 'qty_in_transit'].every(
          name => Number(row[name]) === 0,
        ),
      ).length;
    expect(empty(some)).toBeGreaterThan(0);
    expect(empty(some)).toBeLessThan(empty(all));
    expect(all.results.some(row => Number(row.qty_on_hand) < 0)).toBe(true);
  });
});

describe('jayclaudeai2026-spec/SunshineDayDreamBCC', () => {
  test('sales by location and day under groups[], and stock with its items', async () => {
    const report = await wire.get(
      'reporting/analyzer?start_date=2026-11-01&end_date=2026-11-10&per_page=1000&page=1' +
        '&metrics[]=source_sales.net_sales&metrics[]=source_sales.transaction_count' +
        '&groups[]=location.public_id&groups[]=date.date',
    );
    expect(report.body.results[0]).toMatchObject({
      'location.public_id': expect.any(String),
      'date.date': expect.stringMatching(/^2026-11-\d\d$/),
      'source_sales.net_sales': expect.any(Number),
    });
    const stock = await wire.get(
      'inventory/values?group[]=item_id&group[]=location_id&per_page=500&page=1' +
        '&_include[]=item&exclude_empty_locations=true',
    );
    for (const row of stock.body.results) expect(row.item).toMatchObject({ id: row.item_id });
  });
});
