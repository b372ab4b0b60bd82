import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { receiveEvent } from '../../pipelines/orders/webhook.ts';
import type { Work } from '../../pipelines/run/work.ts';
import { now } from '../setup/clock.ts';
import { type SalesOrder, startSellingHeartland } from '../stand-ins/locally/sales-orders.ts';
import { scene } from './scene.ts';

const TOKEN = 'station-made-this-key';
const SALES_ORDER = { customer_id: 105125, stations: { '12345': 109089 } };

test('a confirmed order creates one sales order in Heartland, however often its messages arrive', async () => {
  const { selling, post, run, item, location } = await shop();
  await post('confirmed');
  await post('confirmed');

  await run();
  await post('ready');
  await run();

  expect(selling.orders).toMatchObject([
    {
      ...{ customer_id: 105125, station_id: 109089, source_location_id: location },
      lines: [{ item_id: item.id, qty: 2 }],
    },
  ]);
  expect(selling.orders[0]!.lines).toHaveLength(1);
});

test('when the order ends later, the report asks to cancel the sales order until that is done', async () => {
  const { selling, post, run, within } = await shop();
  await post('confirmed');
  await run();
  await post('cancelled');

  const toCancel = (problems: readonly { kind: string }[]) =>
    problems.filter(each => each.kind === 'sales_order_to_cancel');
  expect(toCancel((await run()).problems)).toMatchObject([
    { found: String(selling.orders[0]!.id) },
  ]);
  await within(work =>
    work.warehouse.query(
      `insert into sales_orders (id, status, _run_id) values ($1, 'canceled', $2)`,
      [selling.orders[0]!.id, work.runId],
    ),
  );
  expect(toCancel((await run()).problems)).toEqual([]);
});

test('a dry run creates none', async () => {
  const { selling, post, dryRun } = await shop();
  await post('confirmed');
  await dryRun();
  expect(selling.orders).toEqual([]);
});

test('an order that the store has not confirmed creates none', async () => {
  const { selling, post, run } = await shop();
  await post('ordered');
  await run();
  expect(selling.orders).toEqual([]);
});

test('after a lost answer the sales order is found, not created again', async () => {
  const { selling, post, run } = await shop();
  await post('confirmed');
  selling.next.push('lose the answer');

  await run();
  expect(selling.orders).toMatchObject([{ lines: [] }]);
  await run();

  expect(selling.orders).toHaveLength(1);
  expect(selling.orders[0]!.lines).toHaveLength(1);
});

test.each(['die before', 'refuse'] as const)(
  'after the first request does %s, the next run creates it',
  async fate => {
    const { selling, post, run } = await shop();
    await post('confirmed');
    selling.next.push(fate);

    await run();
    expect(selling.orders).toEqual([]);
    await run();
    expect(selling.orders).toHaveLength(1);
  },
);

test('after a lost answer to a line the line is not added twice', async () => {
  const { selling, post, run } = await shop();
  await post('confirmed');
  selling.next.push(...(['' as never, 'lose the answer'] as const));

  await run();
  await run();

  expect(selling.orders).toMatchObject([{ lines: [{ qty: 2 }] }]);
});

test('unreadable lines are reported, and the feed is sent', async () => {
  const { selling, post, run, within } = await shop();
  await post('confirmed');
  selling.garblesLines = true;

  expect((await run()).status).toBe('saved');

  const [made] = await within(work =>
    work.warehouse.query<{ problem: string }>('select problem from locally_sales_orders'),
  );
  expect(made!.problem).toMatch(/sales\/orders\/\d+\/lines is not as documented/);
});

test('when several sales orders may be the lost one none is created, and that is reported', async () => {
  const { selling, post, run, within } = await shop();
  await post('confirmed');
  selling.next.push('lose the answer');
  await run();
  selling.orders.push({ ...selling.orders[0]!, id: 999_999, lines: [] });

  await run();

  expect(selling.orders).toHaveLength(2);
  const [made] = await within(work =>
    work.warehouse.query<{ problem: string }>('select problem from locally_sales_orders'),
  );
  expect(made!.problem).toContain('several sales orders');
});

describe('with cancel: true', () => {
  const toCancel = (problems: readonly { kind: string }[]) =>
    problems.filter(each => each.kind === 'sales_order_to_cancel');

  test('the sales order of an order that ended is canceled once, however often messages arrive', async () => {
    const { selling, post, run } = await shop({ cancel: true });
    await post('confirmed');
    await run();
    await post('cancelled');
    await post('cancelled');

    const { problems } = await run();
    await post('refunded');
    await run();

    expect(selling.orders).toMatchObject([{ status: 'canceled', lines: [{ qty: 2 }] }]);
    expect(selling.puts).toEqual([
      { path: `/api/sales/orders/${selling.orders[0]!.id}`, body: { status: 'canceled' } },
    ]);
    expect(toCancel(problems)).toEqual([]);
  });

  test.each<[string, (order: SalesOrder) => void]>([
    ['it is open', order => Object.assign(order, { status: 'open' })],
    ['it is closed', order => Object.assign(order, { status: 'closed' })],
    ['part of it was invoiced', order => Object.assign(order.lines[0]!, { qty_invoiced: 1 })],
    ['it has a payment', order => order.payments.push({ id: 1, amount: 5, deposit: true })],
    ['somebody changed it', order => order.lines.push({ item_id: 1, qty: 1 })],
    ['somebody changed it', order => Object.assign(order.lines[0]!, { qty: 3 })],
    ['somebody changed it', order => order.lines.splice(0)],
    ['somebody changed it', order => Object.assign(order, { customer_id: 7 })],
    ['somebody changed it', order => Object.assign(order, { shipping_charge: 9.5 })],
  ])('none is canceled when %s; that is reported', async (why, meddle) => {
    const { selling, post, run } = await shop({ cancel: true });
    await post('confirmed');
    await run();
    const [order] = selling.orders;
    meddle(order!);
    const { status } = order!;
    await post('cancelled');

    const { problems } = await run();

    expect(selling.puts).toEqual([]);
    expect(order!.status).toBe(status);
    expect(toCancel(problems)).toMatchObject([
      { found: String(order!.id), fix: expect.stringContaining(`: ${why}`) },
    ]);
  });

  test('none is canceled where Heartland does not show its payments; that is reported', async () => {
    const { selling, post, run } = await shop({ cancel: true });
    await post('confirmed');
    await run();
    selling.hidesPayments = true;
    await post('cancelled');
    expect(toCancel((await run()).problems)).toMatchObject([
      {
        fix: expect.stringContaining('does not say whether it has a payment. Look at sales order'),
      },
    ]);
    expect(selling.puts).toEqual([]);
  });

  test('one that is already canceled in Heartland gets no request', async () => {
    const { selling, post, run } = await shop({ cancel: true });
    await post('confirmed');
    await run();
    selling.orders[0]!.status = 'canceled';
    await post('cancelled');
    expect(toCancel((await run()).problems)).toEqual([]);
    expect(selling.puts).toEqual([]);
  });

  test('after a lost answer no request is repeated: the next run sees that it is canceled', async () => {
    const { selling, post, run } = await shop({ cancel: true });
    await post('confirmed');
    await run();
    await post('cancelled');
    selling.next.push('lose the answer');

    expect(toCancel((await run()).problems)).toMatchObject([
      { fix: expect.stringContaining('did not confirm the change of') },
    ]);
    expect(toCancel((await run()).problems)).toEqual([]);

    expect(selling.orders[0]!.status).toBe('canceled');
    expect(selling.puts).toHaveLength(1);
  });

  test.each(['die before', 'refuse'] as const)(
    'when Heartland does %s, the next run tries again, and the feed is sent meanwhile',
    async fate => {
      const { selling, post, run } = await shop({ cancel: true });
      await post('confirmed');
      await run();
      await post('cancelled');
      selling.next.push(fate);
      const { status, problems } = await run();
      expect(status).toBe('saved');
      expect(toCancel(problems)).toHaveLength(1);
      expect(selling.orders[0]!.status).toBe('pending');
      await run();
      expect(selling.orders[0]!.status).toBe('canceled');
    },
  );

  test('one whose creation got no answer is found and canceled too', async () => {
    const { selling, post, run } = await shop({ cancel: true });
    await post('confirmed');
    selling.next.push('lose the answer');
    await run();
    await post('cancelled');
    await run();
    expect(selling.orders).toMatchObject([{ status: 'canceled', lines: [] }]);
  });

  test('a dry run cancels none', async () => {
    const { selling, post, run, dryRun } = await shop({ cancel: true });
    await post('confirmed');
    await run();
    await post('cancelled');
    await dryRun();
    expect(selling.puts).toEqual([]);
  });
});

async function shop(salesOrder: object = {}) {
  const base = await scene();
  const selling = await startSellingHeartland(base.heartland);
  onTestFinished(() => selling.close());
  const { ledger } = base.heartland;
  const item = ledger.items.find(each => each.custom.upc?.startsWith('7'))!;
  const location = ledger.locations[0]!.id;
  const options = {
    now: now(),
    configuration: { heartland: { base_url: selling.baseUrl } },
    locally: {
      orders: { webhook: { token: TOKEN }, sales_order: { ...SALES_ORDER, ...salesOrder } },
    },
  };
  const within = <T>(job: (work: Work) => Promise<T>) => base.within(options, job);
  return {
    selling,
    item,
    location,
    within,
    run: () => base.run({ ...options, out: join(base.folder, 'out') }),
    dryRun: () => base.run({ ...options, dryRun: true }),
    post: (status: string) =>
      within(work =>
        receiveEvent(
          work.warehouse,
          work.configuration.locally!.orders!,
          {
            method: 'POST',
            headers: { 'locally-webhook-token': TOKEN },
            body: Buffer.from(
              JSON.stringify({
                ...{ order_id: 'QE3QL6', store_id: 12345, status },
                items: [{ upc: item.custom.upc, qty: 2 }],
              }),
            ),
          },
          options.now,
        ),
      ),
  };
}
