import { expect, test } from 'vitest';
import { MonthHeldError } from '../../pipelines/exports/management-one/result.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import { UsageError } from '../../transforms/errors.ts';
import { LENIENT, retailer } from './month.ts';

async function failure(running: Promise<unknown>): Promise<unknown> {
  return running.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  );
}

test('a month before the first of the account is held: it has no figures but today’s orders', async () => {
  const { run, smtp } = await retailer({ section: LENIENT });
  const held = await failure(run({ month: '2024-01' }));
  expect(held).toBeInstanceOf(MonthHeldError);
  expect((held as MonthHeldError).message).toContain(
    'the month has figures failed (Heartland has neither stock nor sales in these days; the account may not go back that far)',
  );
  expect(smtp.messages).toHaveLength(0);
});

test('a month that has not begun is refused, also in a dry run; the current month gets a note', async () => {
  const { run } = await retailer({ section: LENIENT });
  const refused = await failure(run({ month: '2026-12', dryRun: true }));
  expect(refused).toBeInstanceOf(UsageError);
  expect((refused as UsageError).message).toContain('December 2026 has not begun yet');
  const { checks } = await run({ month: '2026-11', dryRun: true });
  expect(checks.filter(({ name }) => name === 'the month is over')).toMatchObject([
    { result: 'note', figure: 'it ends on 2026-11-30' },
  ]);
});

test('the status shows a delivered month as delivered, also after a later failure', async () => {
  const { run, smtp, fresh } = await retailer({ section: LENIENT });
  await run();
  smtp.faults.refuseMessage = true;
  await failure(run({ resend: true }));
  expect(await fresh.work.warehouse.query(statement('status/exports'))).toMatchObject([
    { kind: 'management_one', period: '2026-10', status: 'delivered', later: 'failed' },
  ]);
});
