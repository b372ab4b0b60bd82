import { lastValueFrom } from 'rxjs';
import { onTestFinished } from 'vitest';
import { chosenStreams } from '../../pipelines/configured-streams.ts';
import type { SliceRequest } from '../../pipelines/slices.ts';
import { type StreamResult, sync } from '../../pipelines/sync.ts';
import type { Work } from '../../pipelines/work.ts';
import { catalogue } from '../../sources/heartland/catalogue.ts';
import { type Heartland, startHeartland } from '../heartland/server.ts';
import { freshMerchant, freshWork } from '../postgres/fresh-work.ts';

/** An account of three weeks, and the warehouse of its merchant. */
export interface Scene {
  readonly heartland: Heartland;
  /** Syncs what is named, or what the configuration chooses, and says what failed. */
  sync(only?: readonly string[], request?: SliceRequest): Promise<SyncedScene>;
  /** Reads the warehouse. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

export interface SyncedScene {
  readonly results: readonly StreamResult[];
  readonly failures: Readonly<Record<string, string>>;
}

/** Opens a scene for one test; each sync is a run of its own, a day after the one before. */
export async function scene(configuration: Readonly<Record<string, unknown>> = {}): Promise<Scene> {
  const heartland = await startHeartland({ asOf: '2026-11-20', months: 0 });
  onTestFinished(() => heartland.close());
  const merchant = freshMerchant();
  let day = 21;
  const within = async <T>(job: (work: Work) => Promise<T>): Promise<T> => {
    const fresh = await freshWork({
      heartland,
      merchant,
      now: new Date(`2026-11-${day}T12:00:00Z`),
      configuration: { history: { from: '2026-11-01' }, ...configuration },
    });
    try {
      return await job(fresh.work);
    } finally {
      await fresh.close();
    }
  };
  return {
    heartland,
    sync: (only, request = {}) =>
      within(async work => {
        const streams =
          only === undefined
            ? chosenStreams(work.configuration)
            : catalogue.filter(({ name }) => only.includes(name));
        const results = await lastValueFrom(sync(work, streams, request));
        day++;
        return {
          results,
          failures: Object.fromEntries(
            results.flatMap(({ stream, failure }) =>
              failure === undefined ? [] : [[stream, `${failure.code}: ${failure.message}`]],
            ),
          ),
        };
      }),
    query: <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      within(async work => work.warehouse.query<Row>(sql, values)),
  };
}
