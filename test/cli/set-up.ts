import { daysAgo } from '../setup/clock.ts';
import { type Heartland, startHeartland } from '../stand-ins/heartland/server.ts';
import { openShop, type Shop } from './shop.ts';

/** A sync of few rows. */
export const QUICK = ['sync', '--only', 'locations,items'];

const openThings: (() => Promise<void>)[] = [];

/** Closes every shop and account; for `afterAll`. */
export async function closeShops(): Promise<void> {
  for (const close of openThings.splice(0)) await close();
}

/** A small account that ended yesterday, so that its days are over by the commands' clock. */
export const THREE_DAYS = { asOf: daysAgo(1), days: 2 };

/** An account of three days and its shop. */
export async function setUp(
  sections: Readonly<Record<string, unknown>> = {},
  token = 'stand-in-token',
): Promise<{ heartland: Heartland; shop: Shop }> {
  const heartland = await startHeartland({ ...THREE_DAYS, token });
  const shop = await openShop(heartland, sections);
  openThings.push(
    () => heartland.close(),
    () => shop.close(),
  );
  return { heartland, shop };
}

/** Resolves when the stand-in receives a request for a path. */
export function requested(heartland: Heartland, path: string): Promise<void> {
  return new Promise(resolve => {
    const watching = heartland.faults.add({
      kind: 'slow',
      ms: 0,
      path,
      query: () => {
        watching.off();
        resolve();
        return false;
      },
    });
  });
}
