import { expect, test } from 'vitest';
import { smallAccount } from './small-account.ts';
import { allDifferences } from './whole-account.ts';

test('after a sync the warehouse holds every document of the account, every field, every digit', async () => {
  const account = await smallAccount();
  const { failures, results } = await account.sync();
  expect(failures).toEqual({});
  expect(results.filter(({ records }) => records.length === 0)).toEqual([]);
  expect(await allDifferences(account)).toEqual([]);
});
