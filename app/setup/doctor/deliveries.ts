import { testNamed, unusedDestinations } from '../../../pipelines/destinations/registry.ts';
import { ftpOptionsOf, sftpOptionsOf } from '../../../pipelines/exports/locally/deliver.ts';
import type { Destination } from '../../../pipelines/settings/destination.ts';
import type { Configuration } from '../../../pipelines/settings/schema.ts';
import { trustOf } from '../../../pipelines/settings/tls.ts';
import { type ConnectionTest, testMailServer, testServer } from '../../../sinks/connection-test.ts';
import { ftpServer } from '../../../sinks/ftp/ftp.ts';
import { sftpServer } from '../../../sinks/sftp/sftp.ts';
import { examined, type Finding, ok, warn } from './finding.ts';

/** Runs the connection test of every destination. */
export async function checkDeliveries(
  { destinations, locally, management_one: managementOne }: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const destination of locally?.deliver ?? []) {
    // Tested below, with all that have a name.
    if (destination.protocol === 'named') continue;
    const check = `Locally by ${destination.protocol}`;
    const found = await examined(check, async () => [
      findingOf(check, await testDestination(destination, signal)),
    ]);
    findings.push(...found);
  }
  for (const name of Object.keys(destinations)) {
    const check = `Destination ${name}`;
    const found = await examined(check, async () => [
      findingOf(check, await testNamed(destinations, name, signal)),
    ]);
    findings.push(...found);
  }
  const used = (locally?.deliver ?? []).flatMap(to => (to.protocol === 'named' ? to.name : []));
  for (const name of unusedDestinations(destinations, used))
    findings.push(
      warn(
        `Destination ${name}`,
        'Nothing is delivered to it: no export names it',
        `Add its name to locally.deliver, or delete it from destinations.`,
      ),
    );
  if (managementOne?.email !== undefined) {
    const server = { smtp: managementOne.email.smtp, ...trustOf(managementOne.email) };
    const check = 'Management One by e-mail';
    const found = await examined(check, async () => [
      findingOf(check, await testMailServer(server)),
    ]);
    findings.push(...found);
  }
  return findings;
}

function findingOf(check: string, { says, isClean }: ConnectionTest): Finding {
  return isClean ? ok(check, says) : warn(check, says, 'Delete the test file on the server.');
}

type Unnamed = Exclude<Destination, { protocol: 'named' }>;

function testDestination(to: Unnamed, signal: AbortSignal): Promise<ConnectionTest> {
  switch (to.protocol) {
    case 'email':
      return testMailServer({ smtp: to.smtp, ...trustOf(to) });
    case 'sftp': {
      const options = sftpOptionsOf(to);
      return testServer(sftpServer(options), options, signal);
    }
    default: {
      const options = ftpOptionsOf(to);
      return testServer(ftpServer(options), options, signal);
    }
  }
}
