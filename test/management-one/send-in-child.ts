/** Sends October 2026 in a process of its own, so that a test can kill it: `node send-in-child.ts CONFIGURATION NOW`. */
import { configurationSchema } from '../../pipelines/configuration/schema.ts';
import { managementOne } from '../../pipelines/management-one.ts';
import { openSession } from '../../pipelines/session.ts';
import { parseMonth } from '../../transforms/month.ts';

const [configuration = '', now = ''] = process.argv.slice(2);
const session = await openSession({
  configuration: configurationSchema.parse(JSON.parse(configuration)),
  command: 'management-one',
  report: () => {},
  now: () => new Date(now),
});
const { signal } = new AbortController();
await managementOne(session.work, { month: parseMonth('2026-10') }, signal);
await session.close('done', 0, 'sent');
