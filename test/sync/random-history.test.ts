/** A long run: `TRUTH_RUNS=500 npx vitest run test/sync/random-history.test.ts`; `TRUTH_SEED=17` repeats one history. */
import { expect, test } from 'vitest';
import { Random } from '../stand-ins/heartland/ledger/random.ts';
import { startHeartland } from '../stand-ins/heartland/server.ts';
import { RandomHistory, randomClock, randomFault } from './random-history.ts';
import { FROM, OneWay } from './two-ways.ts';

const DAY_MS = 86_400_000;
const AS_OF = '2026-11-15';
const FIRST_SYNC = Date.parse('2026-11-16T12:00:00Z');
/** In December, so that the end of a month lies in every history. */
const LAST_SYNC = Date.parse('2026-12-02T12:00:00Z');
const STEPS = 3;

const first = Number(process.env.TRUTH_SEED ?? 1);
const runs = Number(process.env.TRUTH_RUNS ?? (process.env.TRUTH_SEED === undefined ? 3 : 1));
const seeds = Array.from({ length: runs }, (_, n) => first + n);

test.concurrent.each(seeds)(
  'history %i: however it went, ordinary syncs end with what a first sync of that day reads',
  async seed => {
    const random = new Random('history', seed);
    const heartland = await startHeartland({ asOf: AS_OF, months: 0, seed });
    const { ledger, faults } = heartland;
    const gradual = new OneWay(heartland);
    const atOnce = new OneWay(heartland);
    const story: string[] = [];
    const isExported = seed % 3 === 0;
    try {
      const history = new RandomHistory(
        random,
        ledger,
        Date.parse(`${FROM}T18:00:00Z`),
        // A warehouse that knew a deleted item counts its documents by the class and price it had; a first sync has neither.
        isExported ? ['deleteItem'] : [],
      );
      const span = (LAST_SYNC - 11 * DAY_MS - FIRST_SYNC) / DAY_MS;
      const days = Array.from({ length: STEPS }, () => random.between(0, span)).sort(
        (a, b) => a - b,
      );
      for (const day of [...days, span]) {
        const now = FIRST_SYNC + day * DAY_MS + random.between(0, 12) * 3_600_000;
        ledger.advanceTo(Math.max(ledger.now, now - DAY_MS / 2));
        story.push(`day ${day}: ${history.happen().join(', ')}`);
        const [ours, theirs] = [randomClock(random), randomClock(random)];
        const clock = faults.add({ kind: 'dated', byMs: theirs - ours });
        const fault = randomFault(random);
        const broken = fault && faults.add(fault);
        const only = random.chance(0.15)
          ? ['locations', 'items', 'tickets', 'sales_daily']
          : undefined;
        const failed = await gradual.sync(now + ours, {}, only);
        clock.off();
        broken?.off();
        story.push(
          `  ours ${ours}, theirs ${theirs}, ${JSON.stringify(fault)}: ${failed.join(', ')}`,
        );
      }
      // What comes to rest: nothing changes any more, and every stream is swept once.
      history.revealAll();
      ledger.advanceTo(LAST_SYNC - DAY_MS);
      expect(await gradual.sync(LAST_SYNC), story.join('\n')).toEqual([]);
      expect(await atOnce.sync(LAST_SYNC)).toEqual([]);
      const stock = ['inventory_month_end', 'inventory_cost_month_end'];
      await atOnce.sync(LAST_SYNC, { days: await gradual.monthEnds() }, stock);
      const [one, other] = [await gradual.content(), await atOnce.content()];
      for (const [name, rows] of other)
        expect(one.get(name), `${name}\n${story.join('\n')}`).toEqual(rows);
      expect([...one.keys()]).toEqual([...other.keys()]);
      if (isExported)
        expect(await gradual.exports(LAST_SYNC, '2026-11'), story.join('\n')).toEqual(
          await atOnce.exports(LAST_SYNC, '2026-11'),
        );
    } finally {
      await Promise.all([gradual.close(), atOnce.close(), heartland.close()]);
    }
  },
);
