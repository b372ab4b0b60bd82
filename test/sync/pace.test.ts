import { lastValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import { sync } from '../../pipelines/sync/sync.ts';
import {
  AdaptiveConcurrency,
  type Attempt,
} from '../../sources/heartland/http/adaptive-concurrency.ts';
import { catalogue } from '../../sources/heartland/streams/catalogue.ts';
import { freshWork } from '../postgres/fresh-work.ts';
import { startHeartland } from '../stand-ins/heartland/server.ts';

/** Attempts one after another on a clock of their own, each taking `ms`. */
function attempts(pace: AdaptiveConcurrency) {
  let clock = 0;
  return (ms: number, isTrouble = false, path = 'items') => {
    const attempt: Attempt = { path, startedAt: clock, endedAt: clock + ms, isTrouble };
    clock += ms + 1;
    pace.record(attempt);
    return pace.limit;
  };
}

test('a failure halves the concurrent requests, down to one, and good answers raise them again', () => {
  const pace = new AdaptiveConcurrency(8);
  const attempt = attempts(pace);
  expect([attempt(10, true), attempt(10, true), attempt(10, true), attempt(10, true)]).toEqual([
    4, 2, 1, 1,
  ]);
  const limits = Array.from({ length: 300 }, () => attempt(10));
  expect(limits.slice(0, 5)).toEqual([1, 1, 1, 1, 2]);
  expect(limits.at(-1)).toBe(8);
  expect(Math.max(...limits)).toBe(8);
});

test('requests that were refused side by side count as one refusal', () => {
  const pace = new AdaptiveConcurrency(8);
  for (let request = 0; request < 8; request++)
    pace.record({ path: 'items', startedAt: 0, endedAt: 100 + request, isTrouble: true });
  expect(pace.limit).toBe(4);
});

test('answers that take much longer than the best of their kind lower it too; a slow kind does not', () => {
  const pace = new AdaptiveConcurrency(4);
  const attempt = attempts(pace);
  attempt(100);
  for (let answer = 0; answer < 5; answer++) attempt(3_000, false, 'reporting/analyzer');
  expect(pace.limit).toBe(4);
  expect([attempt(3_000), attempt(3_000), attempt(3_000)]).toEqual([4, 4, 2]);
});

test('an account that takes two requests at a time is pulled whole with two at a time', async () => {
  const heartland = await startHeartland({ asOf: '2026-11-21', latencyMs: 5 });
  const { work, events, close } = await freshWork({
    heartland,
    configuration: { heartland: { in_flight: 8 }, history: { from: '2026-11-01' } },
  });
  const refused = heartland.faults.add({ kind: 'rateLimited', retryAfter: '0', whenInside: 2 });
  const streams = catalogue.filter(({ name }) => ['locations', 'sales_daily'].includes(name));
  const results = await lastValueFrom(sync(work, streams));
  expect(results.map(({ failure }) => failure)).toEqual([undefined, undefined]);
  expect(refused.fired).toBeGreaterThan(0);
  const notes = events.filter(event => event.kind === 'note').map(event => event.text);
  expect(notes[0]).toBe('Heartland refused a request or failed; continuing with 4 at a time');
  await close();
  await heartland.close();
});
