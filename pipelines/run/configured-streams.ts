import { z } from 'zod';
import { reportStreams } from '../../sources/heartland/analyzer/report.ts';
import { catalogue } from '../../sources/heartland/streams/catalogue.ts';
import type { ChildStream, PersonalData, Stream } from '../../sources/heartland/streams/stream.ts';
import { columnsOf } from '../../transforms/columns.ts';
import { ConfigurationError } from '../../transforms/errors.ts';
import type { Configuration } from '../settings/schema.ts';

type Settings = Pick<Configuration, 'personal_data' | 'streams' | 'reports'>;

/** Every stream there is: the catalogue, and the reports of the configuration. */
export function allStreams({ reports }: Pick<Settings, 'reports'>): readonly Stream[] {
  return [
    ...catalogue,
    ...Object.entries(reports).flatMap(([name, definition]) => reportStreams(name, definition)),
  ];
}

/** Every stream that the configuration allows, with the tables and columns it allows. */
export function knownStreams(settings: Settings): readonly Stream[] {
  return allStreams(settings)
    .map(stream => asConfigured(settings, stream))
    .filter(stream => stream !== undefined);
}

/** The streams that a sync pulls when none are named. */
export function chosenStreams(settings: Settings): readonly Stream[] {
  return knownStreams(settings).filter(stream => isChosen(settings, stream));
}

/**
 * A stream as far as the configuration lets it be pulled; undefined where it is personal data that is not turned on.
 * Columns that are not named are gone from its schema, and their keys are left off each record as it arrives.
 */
function asConfigured(settings: Settings, stream: Stream): Stream | undefined {
  const own = limitedTo(settings, stream, stream.key);
  if (own === undefined) return undefined;
  const children = (stream.children ?? [])
    .filter(child => isChosen(settings, child))
    .map(child => limitedTo(settings, child, child.key))
    .filter(child => child !== undefined);
  // What is true at this moment only is read of every parent, not of those alone that changed.
  const isOfNow = stream.walk.kind === 'by_key' && children.some(child => child.isOfNow);
  return {
    ...own,
    ...(stream.children !== undefined && { children }),
    ...(isOfNow && { walk: { kind: 'by_key' } }),
  };
}

/**
 * The same, for a stream that somebody asked for by its name.
 *
 * @throws ConfigurationError when it is personal data that is not turned on
 */
export function asConfiguredOrRefused(settings: Settings, stream: Stream): Stream {
  const configured = asConfigured(settings, stream);
  if (configured !== undefined) return configured;
  throw new ConfigurationError('PERSONAL_DATA_OFF', {
    problem: `${stream.name} is personal data, which is not pulled unless the configuration turns it on`,
    next: `Write personal_data: { ${stream.personal}: true }, or a list of the columns that are needed.`,
  });
}

function isChosen(
  { streams, personal_data }: Settings,
  { name, onDemand, personal }: Stream | ChildStream,
): boolean {
  if (personal !== undefined && personal_data[personal] === false) return false;
  return streams[name] ?? !onDemand;
}

function limitedTo<T extends Stream | ChildStream>(
  { personal_data: turnedOn }: Settings,
  table: T,
  key: readonly string[],
): T | undefined {
  const personal = Object.entries(table.excludeUnless ?? {}).flatMap(([kind, keys]) =>
    turnedOn[kind as PersonalData] === true ? [] : keys,
  );
  // A stream that is configured twice is what it was after the first time.
  const exclude = [...new Set([...(table.exclude ?? []), ...personal])];
  const limited = exclude.length === 0 ? table : { ...table, exclude };
  const named = table.personal && turnedOn[table.personal];
  if (named === undefined || named === true) return limited;
  if (named === false) return undefined;
  // Links between records hold nothing but numbers.
  if (table.include !== undefined) return limited;
  const kept = new Set([...key, ...named]);
  const columns = columnsOf(table.row).filter(({ name }) => kept.has(name));
  return {
    ...limited,
    row: z.object(Object.fromEntries(columns.map(({ name }) => [name, table.row.shape[name]!]))),
    include: columns.flatMap(({ keys }) => keys),
  };
}
