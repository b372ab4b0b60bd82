import { describe, expect, test } from 'vitest';
import { backDate, bookLate } from '../stand-ins/heartland/ledger/late.ts';
import { type SmallAccount, smallAccount } from './small-account.ts';
import { reportDifferences } from './whole-account.ts';

const FROM = '2026-10-20';
/** Days are final the day after, so nothing but a change makes one of October due again in November. */
const configuration = { history: { from: FROM, restate_days: 1 } };

async function oldAccount(more: object = {}): Promise<SmallAccount> {
  const account = await smallAccount({
    months: 1,
    configuration: { ...configuration, ...more },
    heartlandConfiguration: { per_page: 1000 },
  });
  expect((await account.sync()).failures).toEqual({});
  account.letPass(1);
  await account.sync();
  return account;
}

/** A ticket of the afternoon of a day, which is that day wherever its store is. */
function ticketOf({ heartland }: SmallAccount, day: string) {
  const noon = Date.parse(`${day}T17:00:00Z`);
  return heartland.ledger.tickets.find(
    ({ status, completedAt: at }) =>
      status === 'complete' && at !== null && at >= noon && at < noon + 6 * 3_600_000,
  )!;
}

function slicesAskedFor({ heartland }: SmallAccount, since: number): string[] {
  const asked = heartland.requests
    .slice(since)
    .filter(({ path }) => path === 'reporting/analyzer')
    .map(({ query }) => query.get('end_date')!);
  return [...new Set(asked)].sort();
}

describe.concurrent('days of reports are due again when what they are made of changes, however old they are', () => {
  test('a ticket that is voided weeks later, and one that is back-dated by weeks', async () => {
    const account = await oldAccount();
    const { ledger } = account.heartland;
    ledger.voidTicket(ticketOf(account, '2026-10-21').id);
    const late = ledger.tickets.findLast(({ status }) => status === 'complete')!;
    backDate(ledger, late.id, Date.parse('2026-10-25T18:00:00Z'));
    const since = account.heartland.requests.length;
    expect((await account.sync()).failures).toEqual({});
    // Not by reading every day again.
    const old = slicesAskedFor(account, since).filter(day => day < '2026-11-01');
    expect(old).toEqual(['2026-10-21', '2026-10-25', '2026-10-31']);
    expect(await reportDifferences(account, FROM)).toEqual([]);
    // And once: what is pulled is not due any more.
    expect(await account.warehouse.query('select * from _due_slices')).toEqual([]);
  });

  test('stock of a month end changes when a movement of its month is seen late', async () => {
    const account = await smallAccount({ asOf: '2026-10-31', configuration });
    const { ledger } = account.heartland;
    const late = bookLate(ledger, {
      itemId: ledger.items[0]!.id,
      locationId: ledger.locations[0]!.id,
      qty: 7,
    });
    ledger.liveOn('2026-11-12');
    expect((await account.sync()).failures).toEqual({});
    late.reveal();
    account.letPass(8);
    expect((await account.sync()).failures).toEqual({});
    expect(await reportDifferences(account, FROM)).toEqual([]);
  });

  test('a price, an item number, a merge and a deletion reach every day that shows them', async () => {
    const account = await oldAccount();
    const { ledger } = account.heartland;
    const [priced, numbered, master, slave, deleted] = ledger.items.map(({ id }) => id);
    ledger.changeItem(priced!, { priceCents: 9_999 });
    ledger.changeItem(numbered!, { publicId: 'RENUMBERED-1' });
    expect((await account.sync()).failures).toEqual({});
    expect(await reportDifferences(account, FROM)).toEqual([]);
    ledger.mergeItems(master!, [slave!]);
    ledger.deleteItem(deleted!);
    account.letPass(8);
    expect((await account.sync()).failures).toEqual({});
    expect(await reportDifferences(account, FROM)).toEqual([]);
  });

  test('what the pull of a day that is due could not bring stays due', async () => {
    const account = await oldAccount();
    const { ledger, faults } = account.heartland;
    ledger.voidTicket(ticketOf(account, '2026-10-21').id);
    const broken = faults.add({
      kind: 'internalError',
      path: 'reporting/analyzer',
      query: query => query.get('start_date') === '2026-10-21',
    });
    expect(Object.keys((await account.sync()).failures)).toEqual([
      'sales_daily',
      'sales_margin_daily',
    ]);
    broken.off();
    expect((await account.sync()).failures).toEqual({});
    expect(await reportDifferences(account, FROM)).toEqual([]);
  });
});
