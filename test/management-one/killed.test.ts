import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { managementOne } from '../../pipelines/exports/management-one/management-one.ts';
import type { ManagementOneRequest } from '../../pipelines/exports/management-one/result.ts';
import { listExports } from '../../sinks/postgres/exports.ts';
import { parseMonth } from '../../transforms/month.ts';
import { killedWhileSending } from '../children/killed-while-sending.ts';
import { freshMerchant, freshWork } from '../postgres/fresh-work.ts';
import { formatDay } from '../stand-ins/heartland/ledger/calendar.ts';
import { startHeartland } from '../stand-ins/heartland/server.ts';
import { startSmtp } from '../stand-ins/smtp/server.ts';
import { LENIENT, LIST, NOW } from './month.ts';

/** Kills a run while it sends the month to a stalled mail server, and opens the next run. */
async function afterKill(stallAt: 'greeting' | 'recipients' | 'data') {
  const folder = await mkdtemp(join(tmpdir(), 'management-one-'));
  const heartland = await startHeartland({ asOf: '2026-11-21', months: 3 });
  const smtp = await startSmtp({ faults: { stallAt } });
  const options = {
    heartland,
    now: NOW,
    merchant: freshMerchant(),
    configuration: {
      data_folder: folder,
      history: { from: formatDay(heartland.ledger.startsOn) },
      locations: { 1: {}, 2: {}, 3: { timezone: 'America/New_York' } },
      management_one: {
        client_id: '4321',
        class_codes: LIST,
        ...LENIENT,
        email: { smtp: smtp.url, from: 'ops@acme.example', to: ['affiliate@m1.example'] },
      },
    },
  };
  await killedWhileSending('management-one', options, () => smtp.stalled());
  smtp.faults.stallAt = undefined;
  const next = await freshWork(options);
  onTestFinished(async () => {
    await next.close();
    await Promise.all([heartland.close(), smtp.close()]);
    await rm(folder, { recursive: true, force: true });
  });
  const { signal } = new AbortController();
  return {
    smtp,
    warehouse: next.work.warehouse,
    run: (request: ManagementOneRequest = {}) =>
      managementOne(next.work, { ...request, month: parseMonth('2026-10') }, signal),
  };
}

test.each(['greeting', 'recipients'] as const)(
  'after a kill at the %s, before the message was sent, the next run sends the month',
  async stallAt => {
    const { smtp, warehouse, run } = await afterKill(stallAt);
    expect((await run()).status).toBe('delivered');
    expect(smtp.messages).toHaveLength(1);
    const exports = await listExports(warehouse, 'management_one');
    expect(exports.map(({ status }) => status)).toEqual(['delivered', 'failed']);
  },
);

test('after a kill before the message was sent, --resend records that it was not sent', async () => {
  const { smtp, warehouse, run } = await afterKill('greeting');
  expect((await run({ resend: true })).status).toBe('delivered');
  expect(smtp.messages).toHaveLength(1);
  const exports = await listExports(warehouse, 'management_one');
  expect(exports.map(({ status }) => status)).toEqual(['delivered', 'failed']);
  expect(exports[1]!.message).toContain('interrupted before anything was sent');
});

test('after a kill with the message at the mail server, --resend leaves its outcome unknown', async () => {
  const { warehouse, run } = await afterKill('data');
  expect((await run({ resend: true })).status).toBe('delivered');
  const exports = await listExports(warehouse, 'management_one');
  expect(exports.map(({ status }) => status)).toEqual(['delivered', 'sending']);
});

test('after a kill with the message at the mail server, the month is not sent again', async () => {
  const { smtp, warehouse, run } = await afterKill('data');
  await expect(run()).rejects.toMatchObject({ code: 'MAYBE_SENT', exitCode: 4 });
  expect(smtp.messages).toHaveLength(0);
  const exports = await listExports(warehouse, 'management_one');
  expect(exports.map(({ status }) => status)).toEqual(['sending']);
});
