import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { receiveEvent } from '../../pipelines/locally/webhook.ts';
import type { Work } from '../../pipelines/work.ts';
import { scene } from './scene.ts';
import { startSellingHeartland } from './stand-in/sales-orders.ts';

const TOKEN = 'station-made-this-key';
const SALES_ORDER = { customer_id: 105125, stations: { '12345': 109089 } };

test('a confirmed order becomes one sales order in Heartland, however often its messages come', async () => {
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

test('when the order ends afterwards, somebody is told to cancel it in Heartland, until it is', async () => {
  const { selling, post, run, within } = await shop();
  await post('confirmed');
  await run();
  await post('cancelled');

  const told = (problems: readonly { kind: string }[]) =>
    problems.filter(each => each.kind === 'sales_order_to_cancel');
  expect(told((await run()).problems)).toMatchObject([{ found: String(selling.orders[0]!.id) }]);
  await within(work =>
    work.warehouse.query(
      `insert into sales_orders (id, status, _run_id) values ($1, 'canceled', $2)`,
      [selling.orders[0]!.id, work.runId],
    ),
  );
  expect(told((await run()).problems)).toEqual([]);
});

test('a dry run makes none', async () => {
  const { selling, post, dryRun } = await shop();
  await post('confirmed');
  await dryRun();
  expect(selling.orders).toEqual([]);
});

test('an order that the store has not confirmed becomes none', async () => {
  const { selling, post, run } = await shop();
  await post('ordered');
  await run();
  expect(selling.orders).toEqual([]);
});

test('when the answer is lost the record is found and taken over, not made again', async () => {
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
  'when the first try does %s, the next run makes it',
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

test('when the answer to a line is lost the line is not added twice', async () => {
  const { selling, post, run } = await shop();
  await post('confirmed');
  selling.next.push(...(['' as never, 'lose the answer'] as const));

  await run();
  await run();

  expect(selling.orders).toMatchObject([{ lines: [{ qty: 2 }] }]);
});

test('when several records may be the lost one nothing is made and a person is asked', async () => {
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

async function shop() {
  const base = await scene();
  const selling = await startSellingHeartland(base.heartland);
  onTestFinished(() => selling.close());
  const { ledger } = base.heartland;
  const item = ledger.items.find(each => each.custom.upc?.startsWith('7'))!;
  const location = ledger.locations[0]!.id;
  const now = new Date();
  const options = {
    now,
    configuration: { heartland: { base_url: selling.baseUrl } },
    locally: {
      orders: { webhook: { token: TOKEN }, sales_order: SALES_ORDER },
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
          now,
        ),
      ),
  };
}
