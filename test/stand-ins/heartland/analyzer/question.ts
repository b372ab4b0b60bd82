import type { Json } from '../decimal.ts';
import type { Account } from '../ledger/account.ts';
import { type Day, parseDay } from '../ledger/calendar.ts';
import type { Item, Location, Ticket } from '../ledger/documents.ts';
import type { Permissions } from '../permissions.ts';
import { compileFilter } from '../query/filter.ts';
import { parseJson, valuesOf } from '../query/params.ts';
import { type Fields, rowsOf } from '../query/rows.ts';
import { ITEM } from '../records/item.ts';
import { LOCATION } from '../records/place.ts';
import { ticketFields } from '../records/ticket.ts';
import { invalid, Refusal } from '../refusal.ts';
import { GROUP_NAMES, type Group, groupNamed } from './fact.ts';
import { type Family, METRICS, type Metric } from './metric.ts';

/** A report that was asked for, checked. */
export interface Question {
  readonly groups: readonly Group[];
  /** In the order asked, then those that only a filter names. */
  readonly metrics: readonly Metric[];
  readonly families: ReadonlySet<Family>;
  readonly from: Day | undefined;
  readonly to: Day | undefined;
  readonly hasSubtotals: boolean;
  readonly isWithoutZeroes: boolean;
  readonly having: Json | undefined;
  readonly wantsItem: (at: number) => boolean;
  readonly wantsLocation: (at: number) => boolean;
  readonly wantsTicket: (ticket: Ticket) => boolean;
}

/** Reads and checks a query; throws 400 for what does not exist or does not go together, 401 or 500 for what is not allowed. */
export function parseQuestion(
  account: Account,
  permissions: Permissions,
  query: URLSearchParams,
): Question {
  const groups = [...valuesOf(query, 'groups'), ...valuesOf(query, 'group')].map(name => {
    const group = groupNamed(name, account);
    if (group === undefined)
      throw invalid(`Unknown group: ${name}.`, { group: name, groups: GROUP_NAMES });
    return group;
  });
  const having = jsonOf(query, 'metric.filters');
  const names = new Set([...valuesOf(query, 'metrics'), ...namesIn(having)]);
  const metrics = [...names].map(name => {
    const metric = METRICS.get(name);
    if (metric === undefined)
      throw invalid(`Unknown metric: ${name}.`, { metric: name, metrics: [...METRICS.keys()] });
    return metric;
  });
  if (metrics.length === 0)
    throw invalid('At least one metric is required.', { metrics: 'required' });
  const from = dayOf(query, 'start_date');
  const to = dayOf(query, 'end_date');
  for (const metric of metrics) checkMetric(metric, groups, from, to);
  demandPermissions(permissions, metrics, groups);
  const hasSubtotals = query.get('subtotal') === 'true';
  if (hasSubtotals && groups.length === 0)
    throw invalid('Subtotals need at least one group.', { subtotal: 'groups required' });
  return {
    groups,
    metrics,
    families: new Set(metrics.flatMap(metric => [metric.family, ...metric.also])),
    from,
    to,
    hasSubtotals,
    isWithoutZeroes: query.get('exclude_zeroes') === 'true',
    having: having === undefined ? undefined : unwrapped(having),
    wantsItem: wants(account.items, ITEM, jsonOf(query, 'item.filters')),
    wantsLocation: wants(account.locations, LOCATION, jsonOf(query, 'location.filters')),
    wantsTicket: wantsTicket(account, query),
  };
}

/** The metrics that a filter names, within `$and` and `$or` too. */
function namesIn(filter: Json | undefined): string[] {
  if (Array.isArray(filter)) return filter.flatMap((part: Json) => namesIn(part));
  if (typeof filter !== 'object' || filter === null) return [];
  return Object.entries(filter).flatMap(([name, value]: [string, Json]) =>
    name === '$and' || name === '$or' ? namesIn(value) : [name],
  );
}

function checkMetric(
  metric: Metric,
  groups: readonly Group[],
  from: Day | undefined,
  to: Day | undefined,
): void {
  for (const group of groups)
    if (!metric.dimensions.includes(group.dimension))
      throw invalid(`${metric.name} cannot be grouped by ${group.name}.`, {
        metric: metric.name,
        group: group.name,
      });
  for (const family of [metric.family, ...metric.also]) {
    if (family === 'beginning_inventory' && from === undefined)
      throw invalid(`${metric.name} needs start_date.`, { start_date: 'required' });
    if (family === 'ending_inventory' && to === undefined)
      throw invalid(`${metric.name} needs end_date.`, { end_date: 'required' });
  }
}

function demandPermissions(
  permissions: Permissions,
  metrics: readonly Metric[],
  groups: readonly Group[],
): void {
  for (const { family } of metrics)
    permissions.demand(
      `reporting.read.metric.${family === 'purchasing_order' ? 'purchasing' : family}`,
    );
  for (const { dimension } of groups) permissions.demand(`reporting.read.group.${dimension}`);
  // Seen on the wire: without the permission to see costs, a query that holds a margin fails instead of being refused.
  if (!permissions.has('item.view_cost') && metrics.some(metric => metric.isCost))
    throw new Refusal(500, 'internal_error', 'Something went wrong.');
}

function dayOf(query: URLSearchParams, name: string): Day | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const day = parseDay(text);
  if (day === undefined) throw invalid(`${name} must be a date, YYYY-MM-DD.`, { [name]: text });
  return day;
}

function jsonOf(query: URLSearchParams, name: string): Json | undefined {
  const text = query.get(name);
  return text === null || text === '' ? undefined : parseJson(text, name);
}

function wants<T extends Item | Location>(
  list: readonly T[],
  fields: Fields<T>,
  filter: Json | undefined,
): (at: number) => boolean {
  if (filter === undefined) return () => true;
  const passes = compileFilter(filter, rowsOf(list, fields));
  const known = list.map((_, at) => passes(at));
  return at => known[at]!;
}

function wantsTicket(account: Account, query: URLSearchParams): (ticket: Ticket) => boolean {
  // The documentation says `sales.filters`, the web application sends `sale.filters`.
  const filter = jsonOf(query, 'sales.filters') ?? jsonOf(query, 'sale.filters');
  if (filter === undefined) return () => true;
  const one: Ticket[] = [];
  const passes = compileFilter(filter, rowsOf(one, ticketFields(account)));
  return ticket => {
    one[0] = ticket;
    return passes(0);
  };
}

/** Metric filters come with each value in a list of one: `{"$gt": ["0"]}`. */
function unwrapped(having: Json): Json {
  return JSON.parse(
    JSON.stringify(having, (key, value: Json) =>
      /^\$(?:eq|neq|gte?|lte?|like)$/.test(key) && Array.isArray(value) && value.length === 1
        ? value[0]
        : value,
    ),
  ) as Json;
}
