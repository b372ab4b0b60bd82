/** The section `reports`: reports of Heartland, each in its own table. */
import { z } from 'zod';
import { analyzerProblems } from '../../sources/heartland/analyzer/check.ts';
import { METRICS } from '../../sources/heartland/analyzer/families.ts';
import { type Group, groupNamed } from '../../sources/heartland/analyzer/groups.ts';
import { ConfigurationError } from '../../transforms/errors.ts';
import type { Filter } from '../../transforms/filter/filter.ts';
import { parseFilter } from '../../transforms/filter/parse.ts';
import type { PersonalDataConfiguration } from './personal-data.ts';
import { line, oneOf, yesNo } from './value.ts';

const NAME =
  'a report under a short name of lower-case letters, digits and _, at most 40, beginning with a letter and not ending in _costs';
const FILTER = 'a filter in Heartland’s filter language, as { "active": true }';

/** Parsed by the filter language, which reports what is wrong and where. */
const clause = z.record(z.string(), z.json(), FILTER);
const filter = z.union([clause, z.array(clause)], FILTER).transform((value, context): Filter => {
  try {
    return parseFilter(value);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const message = `${FILTER}. ${error.message.replace(/\.$/, '')}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
});

const report = z
  .strictObject({
    metrics: z
      .array(line('a metric, as location_sales.net_sales'), 'a list of metrics')
      .min(1, 'at least one metric, as location_sales.net_sales')
      .describe('Metrics, as location_sales.net_sales.'),
    groups: z
      .array(line('a group, as location.public_id'), 'a list of groups')
      .default([])
      .describe('Groups, as location.public_id or item.custom@brand.'),
    filters: z
      .strictObject({
        item: filter.optional().describe('Which items count.'),
        location: filter.optional().describe('Which locations count.'),
        sales: filter.optional().describe('Which sales count.'),
      })
      .optional()
      .describe('Which records count, in Heartland’s filter language. Default: all.'),
    by: oneOf(['day', 'month']).describe('A row for each day, or for each month.'),
    from: z.iso
      .date('a date, as 2025-01-01')
      .optional()
      .describe('First day. Default: history.from.'),
    subtotals: yesNo()
      .default(false)
      .describe('Whether the rows are reconciled with Heartland’s subtotals. Default false.'),
  })
  .superRefine(checkReport);

export const reports = z.record(z.string(), report).superRefine((all, context) => {
  for (const name of Object.keys(all)) {
    if (!/^(?!.*_costs$)[a-z][a-z0-9_]{0,39}$/.test(name))
      context.addIssue({ code: 'custom', path: [name], message: NAME });
  }
});

type ReportsConfiguration = z.infer<typeof reports>;

function checkReport(
  { metrics, groups }: { readonly metrics: readonly string[]; readonly groups: readonly string[] },
  context: z.core.$RefinementCtx,
): void {
  const add = (path: readonly PropertyKey[], message: string) =>
    context.addIssue({ code: 'custom', path: [...path], message });
  // Both dates are always sent: the day, or the first and last day of the month.
  for (const wrong of analyzerProblems({ metrics, groups, startDate: 'sent', endDate: 'sent' })) {
    if (wrong.of !== 'dates') add([wrong.of, wrong.index], wrong.expected);
  }
  for (const [index, name] of metrics.entries()) {
    if (metrics.indexOf(name) < index) add(['metrics', index], 'each metric once');
    if (METRICS.get(name)?.family.isOfNow) {
      const past = name.replace('current_inventory', 'ending_inventory');
      const isKnown = METRICS.has(past);
      add(
        ['metrics', index],
        `${isKnown ? past : 'a metric by day or month'}, because ${name} has only a current value`,
      );
    }
  }
  const columns = groups.map(name => groupNamed(name)?.column);
  for (const [index, column] of columns.entries()) {
    if (column !== undefined && columns.indexOf(column) < index)
      add(
        ['groups', index],
        `another group, because ${groups[columns.indexOf(column)]} has the column ${column} too`,
      );
  }
}

interface Sections {
  readonly reports: ReportsConfiguration;
  readonly personal_data: PersonalDataConfiguration;
}

/** A report by customer is personal data, like the customers themselves. */
export function checkPersonalGroups(
  { reports, personal_data: turnedOn }: Sections,
  context: z.core.$RefinementCtx,
): void {
  if (context.issues.some(issue => ['reports', 'personal_data'].includes(String(issue.path?.[0]))))
    return;
  for (const [name, { groups }] of Object.entries(reports)) {
    for (const [index, group] of groups.entries()) {
      const needed = neededFor(groupNamed(group), turnedOn);
      if (needed !== undefined)
        context.addIssue({
          code: 'custom',
          path: ['reports', name, 'groups', index],
          message: needed,
        });
    }
  }
}

function neededFor(
  group: Group | undefined,
  turnedOn: PersonalDataConfiguration,
): string | undefined {
  if (group?.personal === undefined) return undefined;
  const { kind, column } = group.personal;
  const allowed = turnedOn[kind];
  if (allowed === true || (allowed !== false && allowed.includes(column))) return undefined;
  return `a group that is not personal data, or personal_data.${kind}: [${column}]`;
}
