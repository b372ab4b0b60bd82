import { ftpOptionsOf, sftpOptionsOf } from '../../../pipelines/exports/locally/deliver.ts';
import type { Destination } from '../../../pipelines/settings/destination.ts';
import type { Configuration } from '../../../pipelines/settings/schema.ts';
import { trustOf } from '../../../pipelines/settings/tls.ts';
import { reachFtp, reachSftp, reachSmtp } from '../../../sinks/connection-test.ts';
import { examined, type Finding, ok } from './finding.ts';

/** Whether every server that something is delivered to lets us in. */
export async function checkDeliveries(
  { locally, management_one: managementOne }: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const destination of locally?.deliver ?? []) {
    const check = `Locally by ${destination.protocol}`;
    findings.push(
      ...(await examined(check, async () => [
        ok(check, `${await reach(destination, signal)} lets us in`),
      ])),
    );
  }
  if (managementOne?.email !== undefined) {
    const server = { smtp: managementOne.email.smtp, ...trustOf(managementOne.email) };
    const check = 'Management One by e-mail';
    findings.push(
      ...(await examined(check, async () => [ok(check, `${await reachSmtp(server)} lets us in`)])),
    );
  }
  return findings;
}

function reach(to: Destination, signal: AbortSignal): Promise<string> {
  switch (to.protocol) {
    case 'email':
      return reachSmtp({ smtp: to.smtp, ...trustOf(to) });
    case 'sftp':
      return reachSftp(sftpOptionsOf(to), signal);
    default:
      return reachFtp(ftpOptionsOf(to), signal);
  }
}
