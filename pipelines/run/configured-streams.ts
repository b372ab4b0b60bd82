import { z } from 'zod';
import { reportStreams } from '../../sources/heartland/analyzer/report.ts';
import { catalogue } from '../../sources/heartland/streams/catalogue.ts';
import type { ChildStream, PersonalData, Stream } from '../../sources/heartland/streams/stream.ts';
import { columnsOf } from '../../transforms/columns.ts';
import { ConfigurationError } from '../../transforms/errors.ts';
import type { Configuration } from '../settings/schema.ts';

type Settings = Pick<Configuration, 'personal_data' | 'streams' | 'reports'>;

/** Every stream: the catalogue, and the reports of the configuration. */
export function allStreams({ reports }: Pick<Settings, 'reports'>): readonly Stream[] {
  return [
    ...catalogue,
    ...Object.entries(reports).flatMap(([name, definition]) => reportStreams(name, definition)),
  ];
}

/** Every stream that the configuration allows, with the allowed tables and columns. */
export function knownStreams(settings: Settings): readonly Stream[] {
  return allStreams(settings)
    .map(stream => asConfigured(settings, stream))
    .filter(stream => stream !== undefined);
}

/** The streams that a sync pulls by default. */
export function chosenStreams(settings: Settings): readonly Stream[] {
  return knownStreams(settings).filter(stream => isChosen(settings, stream));
}

/**
 * A stream with the tables and columns that the configuration allows; undefined if it is off.
 *
 * Columns that are not allowed are removed from the schema, and their keys from each record.
 */
function asConfigured(settings: Settings, stream: Stream): Stream | undefined {
  const own = limitedTo(settings, stream, stream.key);
  if (own === undefined) return undefined;
  const children = (stream.children ?? [])
    .filter(child => isChosen(settings, child))
    .map(child => limitedTo(settings, child, child.key))
    .filter(child => child !== undefined);
  // Children that are valid now only are read for every parent, not only for changed ones.
  const isOfNow = stream.walk.kind === 'by_key' && children.some(child => child.isOfNow);
  return {
    ...own,
    ...(stream.children !== undefined && { children }),
    ...(isOfNow && { walk: { kind: 'by_key' } }),
  };
}

/**
 * The same for a stream that was requested by name.
 *
 * @throws ConfigurationError if it is personal data that is off
 */
export function asConfiguredOrRefused(settings: Settings, stream: Stream): Stream {
  const configured = asConfigured(settings, stream);
  if (configured !== undefined) return configured;
  throw new ConfigurationError('PERSONAL_DATA_OFF', {
    problem: `${stream.name} is personal data, which is off in the configuration`,
    next: `Write personal_data: { ${stream.personal}: true }, or a list of columns.`,
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
  // Configuring a stream twice changes nothing.
  const exclude = [...new Set([...(table.exclude ?? []), ...personal])];
  const limited = exclude.length === 0 ? table : { ...table, exclude };
  const named = table.personal && turnedOn[table.personal];
  if (named === undefined || named === true) return limited;
  if (named === false) return undefined;
  // Links between records contain only ids.
  if (table.include !== undefined) return limited;
  const included = new Set([...key, ...named]);
  const columns = columnsOf(table.row).filter(({ name }) => included.has(name));
  return {
    ...limited,
    row: z.object(Object.fromEntries(columns.map(({ name }) => [name, table.row.shape[name]!]))),
    include: columns.flatMap(({ keys }) => keys),
  };
}
