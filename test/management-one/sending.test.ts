import { expect, test } from 'vitest';
import { MonthHeldError } from '../../pipelines/exports/management-one/result.ts';
import { listExports } from '../../sinks/postgres/exports.ts';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import { HeldError, IncompleteError, UsageError } from '../../transforms/errors.ts';
import { keptFile, LENIENT, retailer } from './month.ts';

async function failure(running: Promise<unknown>): Promise<unknown> {
  return running.then(
    () => {
      throw new Error('It was expected to fail.');
    },
    (error: unknown) => error,
  );
}

test('the file is sent by e-mail, byte for byte as it is recorded in _exports', async () => {
  const { run, smtp, fresh } = await retailer({ section: LENIENT });
  const result = await run();
  expect(result.status).toBe('delivered');
  const [message] = smtp.messages;
  expect(message?.subject).toBe('Management One file 4321 October 2026');
  const [attachment] = message!.attachments;
  expect(attachment?.filename).toBe('4321_202610.txt');
  const kept = await keptFile(fresh.work.warehouse, result.exportId!, '4321_202610.txt');
  expect(attachment?.content.equals(kept)).toBe(true);
  expect(message?.text).toContain('2026-10-01 to 2026-10-31');

  const [record] = await listExports(fresh.work.warehouse, 'management_one');
  expect(record).toMatchObject({ status: 'delivered', period: '2026-10' });
  expect(record?.receipts[0]?.destination).toContain('affiliate@m1.example');
  expect(record?.files[0]?.rows).toBe(result.files[0]?.rows);
});

test('a month that was sent is not sent again, except with resend, under another subject', async () => {
  const { run, smtp } = await retailer({ section: LENIENT });
  await run();
  const again = await failure(run());
  expect(again).toBeInstanceOf(HeldError);
  expect((again as HeldError).exitCode).toBe(4);
  expect((again as HeldError).message).toMatch(
    /The Management One file of October 2026 was already sent on \d{4}-\d\d-\d\d \d\d:\d\d C[SD]T, through smtp:.*--resend/,
  );
  expect(smtp.messages).toHaveLength(1);

  await run({ resend: true });
  expect(smtp.messages).toHaveLength(2);
  const [first, resent] = smtp.messages;
  expect(first?.messageId).not.toBe(resent?.messageId);
  expect(resent?.subject).toBe(`${first?.subject} (resent)`);
});

test('a delivery with an unknown outcome is not repeated automatically', async () => {
  const { run, smtp, fresh } = await retailer({ section: LENIENT });
  smtp.faults.dropAt = 'after data';
  expect(await failure(run())).toMatchObject({ code: 'MAIL_MAYBE_SENT', exitCode: 5 });
  smtp.faults.dropAt = undefined;
  expect(await failure(run())).toMatchObject({ code: 'MAYBE_SENT', exitCode: 4 });
  expect(smtp.messages).toHaveLength(0);

  await run({ resend: true });
  expect(smtp.messages).toHaveLength(1);
  const kept = await listExports(fresh.work.warehouse, 'management_one');
  expect(kept.map(({ status }) => status)).toEqual(['delivered', 'sending']);
  expect(await failure(run())).toMatchObject({ code: 'ALREADY_SENT' });
});

test('a delivery whose success cannot be recorded has an unknown outcome and is not repeated', async () => {
  const { run, smtp, fresh } = await retailer({ section: LENIENT });
  const allow = await forbid(fresh.work.warehouse, "new.status = 'delivered'");
  expect(await failure(run())).toMatchObject({ code: 'WAREHOUSE_FAILED' });
  expect(smtp.messages).toHaveLength(1);
  await allow();
  expect(await failure(run())).toMatchObject({ code: 'MAYBE_SENT' });
  expect(smtp.messages).toHaveLength(1);
});

test('a message is not sent if the warehouse cannot record that it may have been', async () => {
  const { run, smtp, fresh } = await retailer({ section: LENIENT });
  const allow = await forbid(fresh.work.warehouse, "new.message like 'It was handed%'");
  const error = await failure(run());
  expect(error).toMatchObject({ code: 'MAIL_NOT_SENT' });
  expect((error as Error).message).toMatch(/could not be recorded first: found .*not today/);
  await allow();
  expect(smtp.messages).toHaveLength(0);
  await run();
  expect(smtp.messages).toHaveLength(1);
});

test('a message that was not sent is sent by the next run', async () => {
  const { run, smtp, fresh } = await retailer({ section: LENIENT });
  smtp.faults.refuseMessage = true;
  expect(await failure(run())).toMatchObject({ code: 'MAIL_NOT_SENT', exitCode: 5 });
  smtp.faults.refuseMessage = false;
  await run();
  expect(smtp.messages).toHaveLength(1);
  const kept = await listExports(fresh.work.warehouse, 'management_one');
  expect(kept.map(({ status }) => status)).toEqual(['delivered', 'failed']);
});

test('the next run sends the same file to a recipient who was refused temporarily', async () => {
  const to = ['affiliate@m1.example', '"Acme Outfitters, Inc." <ops@acme.example>'];
  const { run, smtp, fresh } = await retailer({ section: { ...LENIENT, email: { to } } });
  smtp.faults.deferRecipients = ['ops@acme.example'];
  expect(await failure(run())).toMatchObject({ code: 'MAIL_PARTLY_SENT', exitCode: 5 });
  expect(await failure(run())).toMatchObject({ exitCode: 5 });
  const [failed] = await listExports(fresh.work.warehouse, 'management_one');
  expect(failed).toMatchObject({
    status: 'failed',
    receipts: [{ recipients: ['affiliate@m1.example'] }],
  });
  smtp.faults.deferRecipients = [];

  const { status, exportId } = await run();

  expect({ status, exportId }).toEqual({ status: 'delivered', exportId: failed!.exportId });
  const [first, second, ...others] = smtp.messages;
  expect(others).toEqual([]);
  expect((second!.to as { text: string }).text).toContain('ops@acme.example');
  expect((second!.to as { text: string }).text).not.toContain('affiliate');
  expect(second!.attachments[0]!.content.equals(first!.attachments[0]!.content)).toBe(true);
  expect(await failure(run())).toMatchObject({ code: 'ALREADY_SENT' });
  const kept = await listExports(fresh.work.warehouse, 'management_one');
  expect(kept.map(each => each.receipts.map(({ recipients }) => recipients))).toEqual([
    [['affiliate@m1.example'], ['ops@acme.example']],
  ]);
});

test('a month is delivered when only a recipient of a copy was refused', async () => {
  const email = { to: ['affiliate@m1.example'], cc: ['gone@acme.example'] };
  const { run, smtp } = await retailer({ section: { ...LENIENT, email } });
  smtp.faults.refuseRecipients = ['gone@acme.example'];

  const { status, receipts } = await run();

  expect(status).toBe('delivered');
  expect(receipts.map(({ recipients }) => recipients)).toEqual([['affiliate@m1.example']]);
});

test('items without a class code hold the file, which is recorded with the list and not sent', async () => {
  const { run, smtp, fresh } = await retailer({
    section: { ...LENIENT, problems: { no_location: 'leave_out' } },
  });
  const held = (await failure(run())) as MonthHeldError;
  expect(held).toBeInstanceOf(MonthHeldError);
  expect(held.exitCode).toBe(4);
  expect(held.message).toMatch(/is held: .*no class code \(\d+\).*recorded as export \d+/);
  expect(smtp.messages).toHaveLength(0);
  const missing = held.result.problems.find(({ kind }) => kind === 'no_class_code');
  expect(missing).toMatchObject({ treatment: 'held', itemNumber: 'SKU-00001', found: undefined });
  expect(missing?.fix).toBe(
    'Set custom@class_code of item SKU-00001 in Heartland to a class code on the list.',
  );
  const unmappedLocation = held.result.problems.find(({ kind }) => kind === 'class_code_spelling');
  expect(unmappedLocation?.fix).toMatch(/as "\w+"; it is "\w+ ?" now\.$/);
  const [kept] = await listExports(fresh.work.warehouse, 'management_one');
  expect(kept).toMatchObject({ status: 'held', period: '2026-10' });
  expect(kept?.problems).toHaveLength(held.result.problems.length);
  expect(kept?.files).toHaveLength(1);
});

test('a location with figures that is not in the configuration holds the file; one that is left out does not', async () => {
  const held = await retailer({ section: LENIENT, configuration: { locations: { 1: {}, 2: {} } } });
  const error = (await failure(held.run())) as MonthHeldError;
  expect(error.result.problems.map(({ kind, found }) => ({ kind, found }))).toContainEqual({
    kind: 'location_not_mapped',
    found: '3',
  });

  const knowing = await retailer({
    section: LENIENT,
    configuration: {
      locations: {
        1: {},
        2: { management_one: '20' },
        3: { management_one: false, timezone: 'America/New_York' },
      },
    },
  });
  const result = await knowing.run({ dryRun: true });
  expect(result.totals.locations.map(({ location }) => location)).toEqual(['1', '20']);
  expect(result.checks.find(({ name }) => name === 'left out of the file')?.result).toBe('note');
  expect(Number(result.totals.leftOut.EndUnits)).toBeGreaterThan(0);
});

test('without the permission for costs the month is held, and the message names it', async () => {
  const { run, heartland, smtp, fresh } = await retailer({
    section: LENIENT,
    configuration: { heartland: { max_retries: 0 } },
  });
  heartland.withhold('item.view_cost');
  const error = await failure(run());
  expect(error).toBeInstanceOf(HeldError);
  expect(error).toMatchObject({ code: 'COST_PERMISSION', exitCode: 4 });
  expect((error as Error).message).toBe(
    'The Management One file of October 2026 is held and was not sent: Heartland refused the costs in sales_margin_daily, probably because the token’s user lacks the permission View item cost and margin information (item.view_cost). Give it to the user’s role in Heartland, under Settings › Roles. If the user has it already, run the command again later.',
  );
  expect(smtp.messages).toHaveLength(0);
  expect(await listExports(fresh.work.warehouse, 'management_one')).toEqual([]);
});

test('a page with too few rows makes the month incomplete, and nothing is exported', async () => {
  const { run, heartland, smtp, fresh } = await retailer({ section: LENIENT });
  heartland.faults.add({ kind: 'shortPage', rows: 1, path: 'reporting/analyzer' });
  const error = await failure(run());
  expect(error).toBeInstanceOf(IncompleteError);
  expect(error).toMatchObject({ code: 'MONTH_INCOMPLETE', exitCode: 3 });
  expect((error as Error).message).toMatch(
    /^No file of October 2026 was made or sent, because (\w+) could not be updated\. \1 \([^()]+\) is incomplete: [^()]+\. Run the command again; [^()]+\. (No row of \1 was changed|\d+ parts? of \1 came in before that: \d+ new, \d+ changed, \d+ gone\. The rest is as it was)\.$/,
  );
  expect(smtp.messages).toHaveLength(0);
  expect(await listExports(fresh.work.warehouse, 'management_one')).toEqual([]);
});

test('control totals whose rows move between pages make the month incomplete', async () => {
  const { run, heartland, fresh } = await retailer({
    account: { perPageCap: 10 },
    section: LENIENT,
  });
  heartland.faults.add({
    kind: 'movingRows',
    rows: 1,
    keepsTotal: true,
    path: 'reporting/analyzer',
    query: query => query.getAll('groups[]').includes('item.custom@class_code'),
  });
  const error = await failure(run());
  expect(error).toMatchObject({ code: 'INCOMPLETE', exitCode: 3 });
  expect(await listExports(fresh.work.warehouse, 'management_one')).toEqual([]);
});

test('a dry run records and sends nothing', async () => {
  const { run, smtp, fresh } = await retailer({ section: LENIENT });
  const result = await run({ dryRun: true });
  expect(result).toMatchObject({ status: 'dry_run', exportId: undefined });
  expect(smtp.messages).toHaveLength(0);
  expect(await listExports(fresh.work.warehouse, 'management_one')).toEqual([]);
});

test('a month that is not over is refused, except in a dry run', async () => {
  const { run, smtp } = await retailer({ section: LENIENT });
  expect(await failure(run({ month: '2026-11' }))).toBeInstanceOf(UsageError);
  expect((await run({ month: '2026-11', dryRun: true })).status).toBe('dry_run');
  expect(smtp.messages).toHaveLength(0);
});

/** Makes the warehouse refuse to record an export's outcome; returns a function that undoes it. */
async function forbid(warehouse: Warehouse, when: string): Promise<() => Promise<void>> {
  await warehouse.query(
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not today'; end $$`,
  );
  await warehouse.query(
    `create trigger refuse before update on _exports for each row when (${when}) execute function refuse()`,
  );
  return async () => {
    await warehouse.query('drop trigger refuse on _exports');
  };
}
