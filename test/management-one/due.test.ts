import { expect, test } from 'vitest';
import { findDue, recordExports } from '../../pipelines/exports/due.ts';
import { LENIENT, retailer } from './month.ts';

/** A retailer whose first run with the export was on November 21, 2026. */
async function sinceNovember() {
  const all = await retailer({ section: LENIENT });
  const { configuration, warehouse } = all.fresh.work;
  const due = (moment: string, more: object = {}) =>
    findDue(warehouse, { ...configuration, ...more }, new Date(moment));
  return { ...all, warehouse, configuration, due };
}

test('months that were missed stay due, the oldest first', async () => {
  const { due, warehouse, configuration } = await sinceNovember();
  // A later run changes nothing about when the export was switched on.
  await recordExports(warehouse, configuration, new Date('2026-12-20T18:00:00Z'));
  expect(await due('2026-11-30T18:00:00Z')).toEqual({
    due: [],
    next: [{ kind: 'management_one', period: '2026-11', on: '2026-12-01' }],
  });
  expect((await due('2026-12-01T18:00:00Z')).due).toMatchObject([
    { period: '2026-11', state: 'due', daysLate: 0 },
  ]);
  // The machine was off for two months.
  expect((await due('2027-02-02T18:00:00Z')).due).toMatchObject([
    { period: '2026-11', state: 'overdue', daysLate: 63 },
    { period: '2026-12', state: 'overdue', daysLate: 32 },
    { period: '2027-01', state: 'overdue', daysLate: 1 },
  ]);
});

test('a held or failed month stays due until it is delivered', async () => {
  const { due, run, smtp } = await sinceNovember();
  const now = '2026-11-21T18:00:00Z';
  await run({ month: '2024-01' }).catch(() => {});
  smtp.faults.refuseMessage = true;
  await run().catch(() => {});
  expect((await due(now)).due).toMatchObject([
    { period: '2024-01', state: 'held' },
    { period: '2026-10', state: 'failed', because: expect.stringMatching(/\S/) },
  ]);
  smtp.faults.refuseMessage = false;
  await run();
  expect((await due(now)).due.map(({ period }) => period)).toEqual(['2024-01']);
});

test('a month is due once it is over in every store', async () => {
  const { due } = await sinceNovember();
  const west = { locations: { '1': { timezone: 'America/Los_Angeles' } } };
  // Half past midnight in Chicago.
  expect((await due('2026-12-01T06:30:00Z', west)).due).toEqual([]);
  expect((await due('2026-12-01T06:30:00Z')).due).toHaveLength(1);
  expect((await due('2026-12-01T08:30:00Z', west)).due).toHaveLength(1);
});

test('an export that is no longer in the configuration is not due', async () => {
  const { due, warehouse, configuration } = await sinceNovember();
  const { management_one: _, ...without } = configuration;
  await recordExports(warehouse, without, new Date('2026-12-20T18:00:00Z'));
  expect(await due('2027-02-02T18:00:00Z')).toEqual({ due: [], next: [] });
});
