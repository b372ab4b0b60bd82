import { afterAll, beforeAll, expect, test } from 'vitest';
import { openShop, type Shop } from '../cli/shop.ts';
import { daysAgo } from '../setup/clock.ts';
import { Random } from '../stand-ins/heartland/ledger/random.ts';
import { type Heartland, startHeartland } from '../stand-ins/heartland/server.ts';

/** Kills a run at this request, or a moment after it, while rows are on their way into the warehouse. */
interface Moment {
  readonly request: number;
  readonly afterMs: number;
}

const SEED = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 1e6));
const SYNC = [
  'sync',
  '--only',
  'locations,items,purchase_orders,inventory_transactions,inventory_values,sales_daily',
];
const KILLS_EACH = 5;

let heartland: Heartland;
const shops: Shop[] = [];
beforeAll(async () => {
  heartland = await startHeartland({ asOf: daysAgo(1), days: 7 });
});
afterAll(async () => {
  for (const shop of shops) await shop.close();
  await heartland.close();
});

/** Everything in the warehouse but who wrote it and when. */
async function contentOf({ warehouse }: Shop) {
  const tables = [
    'locations',
    'items',
    'purchase_orders',
    'purchase_order_lines',
    'inventory_transactions',
    'inventory_values',
    'sales_daily',
  ];
  const content: Record<string, unknown> = {};
  for (const table of tables) {
    const [row] = await warehouse.query(
      `select count(*)::int as rows, md5(string_agg(line, E'\\n' order by line)) as digest
       from (select (to_jsonb(t) - '_run_id' - '_loaded_at')::text as line from ${table} as t) as lines`,
    );
    content[table] = row;
  }
  content.cursors = await warehouse.query(
    `select stream, case when position ~ '^\\d+$' then position end as id, swept_at is null as never_swept
     from _cursors order by stream`,
  );
  content.drift = await warehouse.query('select stream, field from _unknown_fields order by 1, 2');
  content.bad = await warehouse.query('select * from _quarantine');
  return content;
}

async function shopWithRun(): Promise<Shop> {
  const shop = await openShop(heartland);
  shops.push(shop);
  return shop;
}

/** Runs a sync and kills it at a moment; answers whether it was still alive then. */
async function killAt(shop: Shop, { request, afterMs }: Moment): Promise<boolean> {
  const running = shop.start(SYNC);
  let left = request;
  const watching = heartland.faults.add({
    kind: 'slow',
    ms: 0,
    query: () => {
      if (--left === 0) setTimeout(() => running.child.kill('SIGKILL'), afterMs);
      return false;
    },
  });
  const { signal } = await running.ended;
  watching.off();
  return signal === 'SIGKILL';
}

test('killed at 20 moments spread over the run, then run to the end: the warehouse is as if nothing had happened', async () => {
  const undisturbed = await shopWithRun();
  const before = heartland.requests.length;
  expect((await undisturbed.run(SYNC)).code).toBe(0);
  const requests = heartland.requests.length - before;
  const expected = await contentOf(undisturbed);
  console.log(`killed with the seed ${SEED} (KILL_SEED), over ${requests} requests`);

  const dice = new Random(SEED);
  // One moment from each twentieth of the run, in turns over four merchants.
  const moments = Array.from({ length: 20 }, (_, n) => ({
    request: 1 + Math.floor(((n + dice.next()) / 20) * (requests - 1)),
    afterMs: Math.floor(dice.next() * 15),
  }));
  let kills = 0;
  for (let first = 0; first < 20 / KILLS_EACH; first++) {
    let shop = await shopWithRun();
    for (const moment of moments.filter((_, n) => n % (20 / KILLS_EACH) === first)) {
      if (!(await killAt(shop, moment))) {
        // What earlier kills had left over ended before that moment; a run from the beginning does not.
        await isAsUndisturbed(shop);
        shop = await shopWithRun();
        if (!(await killAt(shop, moment))) continue;
      }
      kills++;
    }
    const { code, stderr } = await shop.run(SYNC);
    expect(stderr).not.toContain('Another run is in progress');
    expect(code).toBe(0);
    await isAsUndisturbed(shop);
  }
  // Only the very last moment may come after the end of its run.
  expect(kills).toBeGreaterThanOrEqual(19);

  async function isAsUndisturbed(shop: Shop): Promise<void> {
    expect(await contentOf(shop)).toEqual(expected);
    const runs = await shop.warehouse.query('select status from _runs order by run_id');
    expect(runs.map(({ status }) => status).filter(status => status === 'running')).toEqual([]);
    expect(runs.at(-1)!.status).toBe('done');
  }
}, 900_000);
