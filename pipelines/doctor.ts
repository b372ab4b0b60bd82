import { DateTime } from 'luxon';
import type { Stream } from '../sources/heartland/stream.ts';
import { SHORTEST_SECRET } from '../transforms/mask.ts';
import { dotted } from './configuration/mistake.ts';
import type { Configuration } from './configuration/schema.ts';
import { shortSecretsIn } from './configuration/secrets.ts';
import { placeOf, WRITTEN } from './configuration/written.ts';
import { checkPermissions, checkToken } from './doctor/account.ts';
import { checkCustomFields, checkLocations, checkTimezone } from './doctor/agreement.ts';
import { checkDeliveries } from './doctor/deliveries.ts';
import { examined, type Finding, warn } from './doctor/finding.ts';
import { checkWarehouse } from './doctor/warehouse.ts';
import { neededStreams } from './permissions.ts';
import { clientFor } from './session.ts';

/**
 * Looks at everything that a run needs, and moves no data: token, clock, permissions, custom fields, locations, time zone,
 * warehouse, deliveries. One thing that is wrong does not keep the others from being looked at.
 */
export async function examine(
  configuration: Configuration,
  now: Date,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  return [
    ...checkWrittenSecrets(configuration),
    ...checkOpenFiles(configuration),
    ...checkSecrets(configuration),
    ...(await examined('token', () => examineAccount(configuration, now))),
    ...(await examined('warehouse', () => checkWarehouse(configuration))),
    ...(await checkDeliveries(configuration, signal)),
  ];
}

/** Who copies, mails or checks in a configuration would hand out what is in it. */
function checkWrittenSecrets(configuration: Configuration): readonly Finding[] {
  return (configuration[WRITTEN]?.secrets ?? []).map(path => {
    const name = `${path[0] as string}_${path.at(-1) as string}`.toUpperCase();
    return warn(
      dotted(path),
      `This secret is written in the configuration file itself (${placeOf(configuration, path)}), for everybody to read who can read the file`,
      `Write \${${name}} in its place, and set ${name} in the environment, or ${name}_FILE to a file that holds it. Where others may have read it, have a new one made.`,
    );
  });
}

/** A file for a secret keeps nothing from whoever may read it. */
function checkOpenFiles(configuration: Configuration): readonly Finding[] {
  return (configuration[WRITTEN]?.openFiles ?? []).map(({ path, variable, file }) =>
    warn(
      dotted(path),
      `Every user of this machine may read the file that ${variable} names (${file})`,
      `Run: chmod 600 '${file}', as its owner. Where others may have read it, have a new secret made.`,
    ),
  );
}

/** A password of two letters is guessed in a moment, and cannot be masked inside words. */
function checkSecrets(configuration: Configuration): readonly Finding[] {
  return shortSecretsIn(configuration).map(where =>
    warn(
      where,
      `This secret has fewer than ${SHORTEST_SECRET} characters, too few to be kept out of every message`,
      'Have a longer one made, and put it in its place.',
    ),
  );
}

async function examineAccount(
  configuration: Configuration,
  now: Date,
): Promise<readonly Finding[]> {
  // A doctor who waits through every retry is not asked again.
  const { heartland } = configuration;
  const impatient = { ...heartland, max_retries: Math.min(heartland.max_retries, 1) };
  const client = clientFor({ ...configuration, heartland: impatient }, () => {});
  try {
    const streams = neededStreams(configuration);
    const { findings, missing } = await checkToken(client, streams);
    return [
      ...findings,
      ...(await checkPermissions(client, streams, missing, sliceBefore(now))),
      ...(await examined('custom fields', () => checkCustomFields(client, configuration))),
      ...(await examined('locations', () => checkLocations(client, configuration))),
      ...(await examined('timezone', () => checkTimezone(client, configuration))),
    ];
  } finally {
    await client.close();
  }
}

/** A slice that may exist in any account: yesterday, last month, its end; of stock, a location that need not be there. */
function sliceBefore(now: Date): (stream: Stream) => string | undefined {
  const today = DateTime.fromJSDate(now);
  const lastMonthEnd = today.startOf('month').minus({ days: 1 });
  return ({ walk }) => {
    if (walk.kind !== 'by_page') return undefined;
    switch (walk.slicedBy) {
      case 'location':
        return '1';
      case 'month_end':
        return lastMonthEnd.toISODate()!;
      case 'month':
        return lastMonthEnd.startOf('month').toISODate()!;
      case 'day':
        return today.minus({ days: 1 }).toISODate()!;
    }
  };
}
