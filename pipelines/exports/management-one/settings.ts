import { ConfigurationError } from '../../../transforms/errors.ts';
import { checkLayout, type Layout } from '../../../transforms/layout.ts';
import { asCounted, compactLabel } from '../../../transforms/management-one/period.ts';
import { type Month, monthBefore, periodInWords } from '../../../transforms/month.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import type { Configuration } from '../../settings/schema.ts';
import { today } from '../../sync/slices.ts';

/**
 * Returns the section `management_one` of the configuration.
 *
 * @throws ConfigurationError `MANAGEMENT_ONE_MISSING` when there is none
 */
export function settingsOf({ configuration }: Pick<Work, 'configuration'>) {
  if (configuration.management_one !== undefined) return configuration.management_one;
  throw new ConfigurationError('MANAGEMENT_ONE_MISSING', {
    problem: 'The configuration has no section management_one',
    next: 'Add it: client_id, class_codes and email or upload at least (docs/tillstream.example.yaml shows how).',
  });
}

/**
 * Returns the requested month, or last month in the merchant's time zone.
 *
 * It starts on the day on which the retailer's months start.
 */
export function monthOrLast(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month | undefined,
): Month {
  const { month_starts_on: startDay } = settings;
  return month === undefined ? monthBefore(today(work), { startDay }) : asCounted(month, startDay);
}

/** Columns that hold text; they are aligned to the left by default. */
const TEXT_COLUMNS = ['ClientID', 'PeriodStart', 'PeriodEnd', 'Location', 'ClassCode'];

/** Turns the layout of the configuration into the one that the renderer takes. */
export function layoutOf({ layout }: ManagementOneConfiguration): Layout {
  const { columns, header, encoding } = layout;
  const common = { header, encoding, lineEnd: layout.line_end === 'crlf' ? '\r\n' : '\n' } as const;
  if (layout.kind === 'delimited') {
    const { delimiter, quoting } = layout;
    return checkLayout({ kind: 'delimited', columns, delimiter, quoting, ...common });
  }
  return checkLayout({
    kind: 'fixed',
    columns: columns.map(({ from, name, width = 1, align, fill }) => ({
      from,
      name,
      width,
      align: align ?? (TEXT_COLUMNS.includes(from) ? 'left' : 'right'),
      fill: fill === 'zero' ? '0' : ' ',
    })),
    ...common,
  });
}

/**
 * Fills in the placeholders of a file name or a subject.
 *
 * @example fillTemplate('{client_id}_{YYYYMM}.txt', …) // '4321_202610.txt'
 */
export function fillTemplate(
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
    month: periodInWords(month),
  };
  return template.replace(/\{([^}]*)\}/g, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? values[name]! : placeholder,
  );
}

/** Which locations are in the file, and what Management One calls them. */
export interface ExportedLocations {
  /** Heartland's numbers of the exported locations, in the order of the file. */
  readonly numbers: readonly string[];
  /** Management One's number of each, in the same order. */
  readonly fileNumbers: readonly string[];
  /** Heartland's numbers of those that the configuration leaves out. */
  readonly leftOut: readonly string[];
}

/** Lists the exported locations in the order of the file: by Management One's number. */
export function exportedLocations({
  locations,
}: Pick<Configuration, 'locations'>): ExportedLocations {
  const entries = Object.entries(locations);
  const exported = entries
    .flatMap(([number, { management_one: fileNumber }]) =>
      fileNumber === false ? [] : [{ number, fileNumber: fileNumber || number }],
    )
    .toSorted((a, b) => compareNumbers(a.fileNumber, b.fileNumber));
  return {
    numbers: exported.map(({ number }) => number),
    fileNumbers: exported.map(({ fileNumber }) => fileNumber),
    leftOut: entries
      .filter(([, { management_one: fileNumber }]) => fileNumber === false)
      .map(([number]) => number),
  };
}

/** Numbers come first, by value (2 before 10), then the others as text. */
function compareNumbers(a: string, b: string): number {
  const isNumber = (text: string) => /^[0-9]+$/.test(text);
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1;
  if (isNumber(a) && BigInt(a) !== BigInt(b)) return BigInt(a) < BigInt(b) ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
