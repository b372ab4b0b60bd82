import { ConfigurationError } from '../../../transforms/errors.ts';
import { suggest } from '../../../transforms/suggestion.ts';
import { type DateParameter, type KnownMetric, METRICS } from './families.ts';
import { GROUP_NAMES, type Group, groupNamed } from './groups.ts';

/** The parts of a report request that are checked. */
export interface CheckedRequest {
  readonly metrics: readonly string[];
  readonly groups?: readonly string[];
  readonly startDate?: string | undefined;
  readonly endDate?: string | undefined;
}

/** A part of a report request that Heartland would answer with an error. */
export interface AnalyzerProblem {
  readonly of: 'metrics' | 'groups' | 'dates';
  /** Its place in the list. */
  readonly index: number;
  readonly problem: string;
  readonly found: string | undefined;
  readonly expected: string;
}

/** Everything that is wrong with a request to the analyzer. */
export function analyzerProblems({
  metrics,
  groups = [],
  startDate,
  endDate,
}: CheckedRequest): readonly AnalyzerProblem[] {
  const known = metrics.map(name => METRICS.get(name));
  const valid = known.filter(metric => metric !== undefined);
  const dates = { start_date: startDate, end_date: endDate };
  return [
    ...metrics.flatMap((name, index) => (known[index] ? [] : [unknownMetric(name, index)])),
    ...groups.flatMap((name, index) => wrongGroup(name, index, valid)),
    ...valid.flatMap(metric =>
      metric.needs
        .filter(date => dates[date] === undefined)
        .map(date => missingDate(metric, metrics.indexOf(metric.name), date)),
    ),
  ];
}

/**
 * Checks a request to the analyzer before it is sent.
 *
 * @throws ConfigurationError that names the metric, the group and the closest valid one
 */
export function checkAnalyzerRequest(request: CheckedRequest): void {
  const [wrong] = analyzerProblems(request);
  if (wrong === undefined) return;
  const { problem, found, expected } = wrong;
  throw new ConfigurationError('REPORT_INVALID', {
    problem,
    ...(found !== undefined && { found }),
    expected,
    next: 'Metrics and groups are listed in Heartland’s API documentation under Reporting.',
  });
}

function unknownMetric(name: string, index: number): AnalyzerProblem {
  const closest = suggest(name, [...METRICS.keys()]);
  const families = [...new Set([...METRICS.values()].map(({ family }) => `${family.name}.*`))];
  return {
    of: 'metrics',
    index,
    problem: 'A report asks for a metric that Heartland does not have',
    found: name,
    expected: closest ?? `a metric of ${families.join(', ')}`,
  };
}

function wrongGroup(
  name: string,
  index: number,
  metrics: readonly KnownMetric[],
): readonly AnalyzerProblem[] {
  const group = groupNamed(name);
  if (group === undefined) {
    const closest = suggest(name, GROUP_NAMES);
    return [
      {
        of: 'groups',
        index,
        problem: 'A report has a group that Heartland does not have',
        found: name,
        expected: closest ?? `one of ${GROUP_NAMES.join(', ')}`,
      },
    ];
  }
  const barred = metrics.find(({ family }) => !family.groupedBy.includes(group.dimension));
  if (barred === undefined) return [];
  const { groupedBy } = barred.family;
  return [
    {
      of: 'groups',
      index,
      problem: `${barred.name} cannot be grouped by ${name}`,
      found: name,
      expected: `${closestOf(group, groupedBy)}, or another of ${groupedBy.map(each => `${each}.*`).join(', ')}, which ${barred.name} can be grouped by`,
    },
  ];
}

/** The valid group closest to the requested one: the same field of another record, else the closest name. */
function closestOf(group: Group, groupedBy: readonly string[]): string {
  const valid = GROUP_NAMES.filter(name => groupedBy.includes(name.slice(0, name.indexOf('.'))));
  const field = group.name.slice(group.name.indexOf('.'));
  return valid.find(name => name.endsWith(field)) ?? suggest(group.name, valid) ?? valid[0]!;
}

function missingDate(metric: KnownMetric, index: number, date: DateParameter): AnalyzerProblem {
  return {
    of: 'dates',
    index,
    problem: `${metric.name} needs ${date}`,
    found: undefined,
    expected: `${date} as YYYY-MM-DD`,
  };
}
