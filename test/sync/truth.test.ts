import { expect, test } from 'vitest';
import { smallAccount } from './small-account.ts';
import { allDifferences } from './whole-account.ts';

test('after a sync the warehouse holds every document of the account, every field, every digit', async () => {
  const account = await smallAccount();
  const { ledger } = account.heartland;
  ledger.returnToVendor({
    vendorId: ledger.vendors[0]!.id,
    locationId: ledger.locations[0]!.id,
    lines: [{ itemId: ledger.items[30]!.id, qty: 1 }],
  });
  const { failures, results } = await account.sync();
  expect(failures).toEqual({});
  expect(results.filter(({ records }) => records.length === 0)).toEqual([]);
  expect(await allDifferences(account)).toEqual([]);
});
