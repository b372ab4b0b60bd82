/** Sends the feed in a process of its own, so that a test can kill it: `node send-in-child.ts CONFIGURATION NOW`. */
import { configurationSchema } from '../../pipelines/configuration/schema.ts';
import { locally } from '../../pipelines/locally.ts';
import { openSession } from '../../pipelines/session.ts';

const [configuration = '', now = ''] = process.argv.slice(2);
const session = await openSession({
  configuration: configurationSchema.parse(JSON.parse(configuration)),
  command: 'locally',
  report: () => {},
  now: () => new Date(now),
});
await locally(session.work, {}, new AbortController().signal);
await session.close('done', 0, 'sent');
