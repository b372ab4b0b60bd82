import { ConfigurationError } from '../../../transforms/errors.ts';
import { asCounted } from '../../../transforms/management-one/period.ts';
import { type Month, monthBefore } from '../../../transforms/month.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { today } from '../../sync/slices.ts';

/** @throws ConfigurationError when there is no section `management_one` */
export function settingsOf({ configuration }: Pick<Work, 'configuration'>) {
  if (configuration.management_one !== undefined) return configuration.management_one;
  throw new ConfigurationError('MANAGEMENT_ONE_MISSING', {
    problem: 'The configuration has no section management_one',
    next: 'Add it: client_id, class_codes and email or upload at least (docs/tillstream.example.yaml shows how).',
  });
}

/**
 * The month that was asked for, from the day on which the retailer's months start; else the last one that is over, in the
 * merchant's time zone.
 */
export function monthOrLast(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month | undefined,
): Month {
  const { month_starts_on: startDay } = settings;
  return month === undefined ? monthBefore(today(work), { startDay }) : asCounted(month, startDay);
}
