import { compactLabel } from '../../transforms/management-one/period.ts';
import type { Month } from '../../transforms/month.ts';
import type { ManagementOneConfiguration } from '../configuration/management-one.ts';
import type { Configuration } from '../configuration/schema.ts';

/** Fills in what stands in braces in a file name or a subject, as `{client_id}_{YYYYMM}.txt`. */
export function filled(
  template: string,
  { merchant }: Pick<Configuration, 'merchant'>,
  { client_id }: Pick<ManagementOneConfiguration, 'client_id'>,
  month: Month,
  location = '',
): string {
  const values: Readonly<Record<string, string>> = {
    client_id,
    merchant,
    location,
    YYYYMM: compactLabel(month),
    'YYYY-MM': month.label,
  };
  return template.replace(/\{([^}]*)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? values[name]! : whole,
  );
}
