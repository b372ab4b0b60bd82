import { expect, test } from 'vitest';
import { daysAgo } from '../setup/clock.ts';
import { folderWith, tillstream } from '../setup/tillstream.ts';
import { practice } from './practice.ts';

const { heartland, healthy, environment, doctor } = await practice();

test('a missing permission has the name of Heartland’s screen, and a sync warns about it', async () => {
  heartland.withhold('inventory.values.read');
  heartland.withhold('item.view_cost');
  const configuration = healthy();
  try {
    const { code, of } = await doctor(configuration);
    expect(code).toBe(3);
    expect(of('inventory_values')).toMatchObject({
      status: 'FAIL',
      fix: expect.stringContaining(
        'INVENTORY › View inventory current values (inventory.values.read)',
      ),
    });
    expect(of('sales_margin_daily')?.fix).toContain('View item cost and margin information');
    expect(of('token')?.status).toBe('OK');
    const folder = await folderWith(configuration);
    const synced = await tillstream(
      folder,
      ['sync', '--only', 'locations,inventory_values', '--json'],
      environment(),
    );
    expect(synced.code).toBe(3);
    expect(synced.stderr).toContain(
      'lacks the permission INVENTORY › View inventory current values (inventory.values.read), needed for inventory_values',
    );
    expect(synced.stderr).not.toContain('item.view_cost');
  } finally {
    heartland.grant('inventory.values.read');
    heartland.grant('item.view_cost');
  }
});

test('a 500 for costs that the user may not see is not retried; any other 500 is', async () => {
  heartland.withhold('item.view_cost');
  const before = heartland.requests.length;
  heartland.faults.add({ kind: 'internalError', path: 'reporting/analyzer', times: 1 });
  try {
    const folder = await folderWith({ ...healthy(), history: { from: daysAgo(3) } });
    const synced = await tillstream(
      folder,
      ['sync', '--only', 'sales_daily,sales_margin_daily,inventory_cost_month_end', '--json'],
      environment(),
    );
    expect(synced.code).toBe(3);
    const { streams } = JSON.parse(synced.stdout);
    expect(streams).toEqual([
      // One more if midnight has passed.
      expect.objectContaining({ stream: 'sales_daily', slices: expect.toBeOneOf([4, 5]) }),
      expect.objectContaining({
        stream: 'sales_margin_daily',
        slices: 0,
        message: expect.stringContaining('View item cost and margin information (item.view_cost)'),
      }),
      expect.objectContaining({ stream: 'inventory_cost_month_end', slices: 0 }),
    ]);
    const refused = heartland.requests
      .slice(before)
      .filter(({ status }) => status === 500)
      .map(({ query }) => query.toString());
    const [stumbled, ...ofCosts] = refused;
    expect(stumbled).toContain('net_sales');
    expect(ofCosts.length).toBeGreaterThan(1);
    expect(new Set(refused).size).toBe(refused.length);
  } finally {
    heartland.grant('item.view_cost');
  }
});

test('permissions that only an export or a grouping needs are checked too', async () => {
  heartland.withhold('reporting.read.metric.source_sales');
  heartland.withhold('reporting.read.group.item');
  try {
    const base = healthy();
    const { code, of } = await doctor({
      ...base,
      management_one: { ...base.management_one, sales: 'source_sales' },
    });
    expect(code).toBe(3);
    expect(of('source_sales_daily')?.fix).toContain('REPORTING › View source sales metric');
    expect(of('sales_daily')?.fix).toContain('REPORTING › Group reports by item');
  } finally {
    heartland.grant('reporting.read.metric.source_sales');
    heartland.grant('reporting.read.group.item');
  }
});

test('if the account hides permissions, each stream is tried', async () => {
  const hidden = heartland.faults.add({ path: 'users', kind: 'unauthorized' });
  heartland.withhold('purchasing.order.read');
  try {
    const { code, of } = await doctor(healthy());
    expect(code).toBe(3);
    expect(of('purchase_orders')?.status).toBe('FAIL');
    expect(of('items')).toMatchObject({ status: 'OK', says: 'It can be read' });
  } finally {
    hidden.off();
    heartland.grant('purchasing.order.read');
  }
});
