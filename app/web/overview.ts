/** What the first screen of a merchant says, built from what is recorded. */
import { type Due, findDue } from '../../pipelines/exports/due.ts';
import { locallyStatus, type StoreStatus } from '../../pipelines/exports/locally/status.ts';
import type { Configuration } from '../../pipelines/settings/schema.ts';
import { countOpenRows } from '../../pipelines/sync/quarantine.ts';
import { listExports, type RecordedExport } from '../../sinks/postgres/exports.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import { localDate, localTime } from '../../transforms/day.ts';
import { dueInWords, needsAttention } from '../../transforms/due.ts';
import { countIssues, type Problem } from '../../transforms/findings.ts';
import { type Month, monthBefore, periodInWords } from '../../transforms/month.ts';

export interface StreamRow {
  readonly stream: string;
  readonly complete_at: Date | null;
  readonly failed_at: Date | null;
  readonly failed_because: string | null;
  readonly quarantined: number;
  readonly due_again: number;
}

export interface RunRow {
  readonly run_id: string;
  readonly command: string;
  readonly status: string;
  readonly started_at: Date;
  readonly seconds: number | null;
  readonly rows: number;
  readonly message: string | null;
}

export type Mood = 'good' | 'warn' | 'bad' | 'none';

/** A card of the first screen: what it is about, its state, and the one thing to do. */
export interface Card {
  readonly title: string;
  readonly mood: Mood;
  readonly tag: string;
  readonly headline: string;
  readonly detail: string;
  /** A page to open, or an action to start. */
  readonly verb: { readonly text: string; readonly open?: string; readonly start?: string };
}

export interface Overview {
  readonly sentence: string;
  readonly mood: Mood;
  readonly cards: readonly Card[];
  /** Earlier months that did not go out, in words. */
  readonly overdue: readonly string[];
  readonly problems: readonly Problem[];
  readonly quarantined: number;
  readonly runs: readonly RunRow[];
}

const STALE_HOURS = 30;
const HOUR_MS = 3_600_000;
const SEVERITY: readonly Mood[] = ['bad', 'warn', 'none', 'good'];

export function streamsOf(warehouse: Warehouse): Promise<StreamRow[]> {
  return warehouse.query<StreamRow & Record<string, unknown>>(statement('status/streams'));
}

export function runsOf(warehouse: Warehouse, last: number): Promise<RunRow[]> {
  return warehouse.query<RunRow & Record<string, unknown>>(statement('status/runs'), [last]);
}

/** The month whose file is expected now: the last one that is over. */
function monthDue({ timezone, management_one: settings }: Configuration, now: Date): Month {
  const startDay = settings?.month_starts_on;
  return monthBefore(localDate(now, timezone), startDay === undefined ? {} : { startDay });
}

/** Reads everything for the first screen of a merchant. */
export async function overviewOf(
  warehouse: Warehouse,
  configuration: Configuration,
  now: Date,
): Promise<Overview> {
  const streams = await streamsOf(warehouse);
  const runs = await runsOf(warehouse, 20);
  const quarantined = await countOpenRows(warehouse);
  const cards: Card[] = [stockCard(streams, configuration, now)];
  let problems: readonly Problem[] = [];
  if (configuration.locally !== undefined) {
    const stores = await locallyStatus(warehouse, configuration, now);
    const [last] = await listExports(warehouse, 'locally', { limit: 1 });
    cards.push(locallyCard(stores, last, configuration));
    problems = last?.problems ?? [];
  }
  if (configuration.management_one !== undefined) {
    const month = monthDue(configuration, now);
    const made = await listExports(warehouse, 'management_one', { period: month.label });
    const standing = made.find(({ status }) => status === 'delivered') ?? made[0];
    cards.push(monthCard(month, standing, configuration));
    problems = [...(standing?.problems ?? []), ...problems];
  }
  const { due, next } = await findDue(warehouse, configuration, now);
  const { label } = monthDue(configuration, now);
  const overdue = due
    .filter(each => each.kind === 'management_one' && each.period < label && needsAttention(each))
    .map(dueInWords);
  const moods = [...cards.map(({ mood }) => mood), ...overdue.map(() => 'bad' as const)];
  const mood = SEVERITY.find(each => moods.includes(each))!;
  const sentence = sentenceOf(cards, overdue.length, next);
  return { ...{ cards, overdue, problems, quarantined, runs }, mood, sentence };
}

/** One sentence: what needs somebody, else what went out. */
function sentenceOf(cards: readonly Card[], overdue: number, next: Due['next']): string {
  const open = cards.filter(({ mood }) => mood === 'bad' || mood === 'warn');
  const earlier = overdue === 1 ? 'An earlier month' : `${overdue} earlier months`;
  const missed = overdue === 0 ? [] : [`${earlier} did not go out.`];
  if (open.length + overdue > 0)
    return [...open.map(({ headline }) => `${headline}.`), ...missed].join(' ');
  const waiting = cards.filter(({ mood }) => mood === 'none');
  if (waiting.length > 0) return waiting.map(({ headline }) => `${headline}.`).join(' ');
  if (cards.length === 1) return 'The warehouse is up to date.';
  const [first] = next.toSorted((a, b) => (a.on < b.on ? -1 : 1));
  if (first === undefined) return 'Everything went out.';
  const what =
    first.kind === 'locally' ? 'Locally' : `the ${periodInWords({ label: first.period })} file`;
  return `Everything went out. Next: ${what} on ${first.on}.`;
}

function stockCard(streams: readonly StreamRow[], { timezone }: Configuration, now: Date): Card {
  const title = 'Heartland';
  const verb = { text: 'See what is pulled', open: 'streams' };
  const failed = streams.filter(({ failed_at }) => failed_at !== null);
  const times = streams.flatMap(({ complete_at }) => complete_at ?? []);
  const stock = streams.find(({ stream }) => stream === 'inventory_values')?.complete_at;
  const asOf = stock ?? times.toSorted((a, b) => a.getTime() - b.getTime())[0];
  if (asOf === undefined) {
    return {
      ...{ title, mood: 'none', tag: 'Not yet', headline: 'Nothing has been pulled yet' },
      detail: 'The first sync brings in the whole account.',
      verb: { text: 'Sync now', start: 'sync' },
    };
  }
  const detail = `Complete as of ${localTime(asOf, timezone)}.`;
  if (failed.length > 0) {
    const names = failed.map(({ stream }) => stream).join(', ');
    return {
      ...{ title, mood: 'bad', tag: 'Incomplete' },
      headline: `Heartland did not deliver everything: ${names}`,
      detail: failed[0]!.failed_because ?? detail,
      verb: { text: 'Sync now', start: 'sync' },
    };
  }
  const hours = Math.floor((now.getTime() - asOf.getTime()) / HOUR_MS);
  if (hours >= STALE_HOURS) {
    return {
      ...{ title, mood: 'warn', tag: 'Stale', headline: `Stock is ${hours} hours old`, detail },
      verb: { text: 'Sync now', start: 'sync' },
    };
  }
  return { title, mood: 'good', tag: 'Fresh', headline: 'Stock is fresh', detail, verb };
}

function locallyCard(
  stores: readonly StoreStatus[],
  last: RecordedExport | undefined,
  { timezone }: Configuration,
): Card {
  const title = 'Locally';
  const open = { text: 'See each store', open: 'locally' };
  const send = { text: 'Send now', start: 'locally' };
  if (last === undefined) {
    return {
      ...{ title, mood: 'none', tag: 'Not yet', headline: 'No feed has gone to Locally yet' },
      ...{ detail: 'A feed says what each store has today.', verb: send },
    };
  }
  const made = localTime(last.madeAt, timezone);
  if (last.status === 'held') {
    const detail = last.message ?? `A check held the feed of ${made}.`;
    return { title, mood: 'bad', tag: 'Held', headline: 'The feed was held', detail, verb: open };
  }
  if (last.status === 'failed' || last.status === 'sending') {
    const headline =
      last.status === 'failed'
        ? 'The feed could not be delivered'
        : 'It is not known whether Locally got the feed';
    const detail = last.message ?? `It was made ${made}.`;
    return { title, mood: 'bad', tag: 'Undelivered', headline, detail, verb: send };
  }
  const late = stores.filter(({ age }) => age !== 'fresh');
  if (late.length > 0) {
    const names = late.map(({ name, locallyId }) => name ?? locallyId).join(', ');
    const headline = `Locally needs a new feed: ${names}`;
    return { title, mood: 'warn', tag: 'Late', headline, detail: late[0]!.meaning, verb: send };
  }
  const delivered = stores.filter(({ deliveredAt }) => deliveredAt !== undefined);
  const times = delivered.map(({ deliveredAt }) => deliveredAt!.getTime());
  return {
    ...{ title, mood: 'good', tag: 'Delivered', headline: 'Locally has it', verb: open },
    detail: `${delivered.length} of ${stores.length} stores, last on ${localTime(new Date(Math.max(...times)), timezone)}.`,
  };
}

function monthCard(
  month: Month,
  made: RecordedExport | undefined,
  { timezone }: Configuration,
): Card {
  const name = periodInWords(month).split(' ')[0]!;
  const title = `${periodInWords(month)} file`;
  const open = { text: 'Open the file', open: `months/${month.label}` };
  if (made === undefined) {
    return {
      ...{ title, mood: 'warn', tag: 'Due', headline: `The ${name} file has not been made yet` },
      detail: `The month ended on ${month.end}.`,
      verb: { text: 'Make and send', start: 'management-one' },
    };
  }
  if (made.status === 'delivered') {
    const at = localTime(made.deliveredAt ?? made.madeAt, timezone);
    return {
      ...{ title, mood: 'good', tag: 'Delivered', headline: `The ${name} file went out` },
      ...{ detail: `Management One got it on ${at}.`, verb: open },
    };
  }
  const issues = countIssues(made.problems.filter(({ treatment }) => treatment === 'held'));
  const held =
    issues > 0
      ? `The ${name} file waits for ${issues === 1 ? 'a fix' : `${issues} fixes`}`
      : `The ${name} file is held`;
  const headlines = {
    held,
    failed: `The ${name} file could not be delivered`,
    sending: `It is not known whether the ${name} file arrived`,
    saved: `The ${name} file was saved and not sent`,
  };
  const detail = made.message ?? `It was made on ${localTime(made.madeAt, timezone)}.`;
  const tag = made.status === 'held' ? 'Held' : 'Not sent';
  return { title, mood: 'bad', tag, headline: headlines[made.status], detail, verb: open };
}
