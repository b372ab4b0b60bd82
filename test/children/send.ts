/**
 * Sends the feed, or the file of October 2026, in a child process that a test can kill.
 *
 * `node send.ts locally|management-one CONFIGURATION NOW`
 */

import { locally } from '../../pipelines/exports/locally/locally.ts';
import { managementOne } from '../../pipelines/exports/management-one/management-one.ts';
import { openSession } from '../../pipelines/run/session.ts';
import { configurationSchema } from '../../pipelines/settings/schema.ts';
import { parseMonth } from '../../transforms/month.ts';

const [command = '', configuration = '', now = ''] = process.argv.slice(2);
const { work, close } = await openSession({
  configuration: configurationSchema.parse(JSON.parse(configuration)),
  command,
  report: () => {},
  now: () => new Date(now),
});
const { signal } = new AbortController();
if (command === 'locally') await locally(work, {}, signal);
else await managementOne(work, { month: parseMonth('2026-10') }, signal);
await close('done', 0, 'sent');
