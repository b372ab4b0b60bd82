import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { withTestFile } from '../../sinks/connection-test.ts';
import { deliverToFolder } from '../../sinks/folder/folder.ts';
import { line } from '../settings/value.ts';
import { COMMON, destinationType } from './destination.ts';

/** A folder on this machine, or a network drive. */
export const folder = destinationType({
  schema: z.strictObject({
    type: z.literal('folder').describe('A folder on this machine.'),
    path: line('a folder, as /srv/feeds').describe('The folder; it is created if it is missing.'),
    ...COMMON,
  }),
  open: async ({ path }) => deliverToFolder(path),
  test: ({ path }, signal) =>
    withTestFile(signal, async file => {
      await deliverToFolder(path)([file], signal);
      await rm(join(path, file.name));
      return { says: `Test file "${file.name}": copied to ${path}; deleted.`, isClean: true };
    }),
});
