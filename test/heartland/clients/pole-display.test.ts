/** What public clients, each named by its repository, ask for and rely on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWire, type Wire } from './wire.ts';

let wire: Wire;
beforeAll(async () => {
  wire = await openWire();
});
afterAll(() => wire.heartland.close());

describe('dstotz/heartland-retail-pole-display', () => {
  test('locations with their stations, and the name and logo of the company', async () => {
    const { results } = (await wire.get('locations?_include[]=stations&per_page=all')).body;
    for (const location of results)
      expect(location.stations).toEqual([expect.objectContaining({ location_id: location.id })]);
    for (const key of ['company_name', 'company.logo_url', 'springboard.feature_flags'])
      expect((await wire.get(`settings/${key}`)).body.value).toBeDefined();
  });

  test('the newest ticket of a station, with lines, payments and sums', async () => {
    const include = ['lines', 'subtotal', 'tax_total', 'payments'];
    const { results } = (
      await wire.get(
        `sales/tickets?_filter[]={"station_id":100001}&` +
          `${include.map(name => `_include[]=${name}`).join('&')}&sort=updated_at,desc&per_page=1`,
      )
    ).body;
    const [ticket] = results;
    expect(ticket).toMatchObject({ station_id: 100001, lines: expect.any(Array) });
    expect(Number(ticket!.subtotal) + Number(ticket!.tax_total)).toBeCloseTo(Number(ticket!.total));
  });
});
