/** Every kind of destination. A new one is a file beside this, and a line in `TYPES`. */
import { z } from 'zod';
import {
  archived,
  compressed,
  firstThatWorks,
  renamed,
  retrying,
  toAll,
} from '../../sinks/compose.ts';
import type { ConnectionTest } from '../../sinks/connection-test.ts';
import type { Sink } from '../../sinks/sink.ts';
import { ConfigurationError } from '../../transforms/errors.ts';
import { line } from '../settings/value.ts';
import { type DestinationType, loadedSink } from './destination.ts';
import { email } from './email.ts';
import { folder } from './folder.ts';
import { ftp } from './ftp.ts';
import { http } from './http.ts';
import { s3 } from './s3.ts';
import { sftp } from './sftp.ts';

const TYPES = {
  folder,
  ftp,
  sftp,
  email,
  http,
  s3,
};

type AnySchema = (typeof TYPES)[keyof typeof TYPES]['schema'];
const schemas = Object.values(TYPES).map(({ schema }) => schema) as [AnySchema, ...AnySchema[]];

const names = z
  .array(line('the name of a destination'), 'a list of names of destinations')
  .min(2, 'at least two destinations');

/** Several destinations under one name. */
const group = z.strictObject({
  type: z.enum(['all', 'first']).describe('all of them, or the first that works.'),
  of: names.describe('Names of the destinations, in the order they are tried.'),
});

const KINDS = `one of ${[...Object.keys(TYPES), 'all', 'first'].join(', ')}`;

const destination = z.discriminatedUnion('type', [...schemas, group], {
  error: issue => (issue.code === 'invalid_union' ? KINDS : undefined),
});

type NamedDestination = z.infer<typeof destination>;
export type Destinations = Readonly<Record<string, NamedDestination>>;

const NAME = 'a short name of lower-case letters, digits, - and _, as archive';

/** The section `destinations`: each by its name. */
export const destinationsByName = z
  .record(z.string(NAME).regex(/^[a-z][a-z0-9_-]{0,39}$/, NAME), destination)
  .superRefine((found, context) => {
    for (const [name, to] of Object.entries(found)) {
      for (const [path, other] of referencesOf(to)) {
        const message = problemWith(found, name, other);
        if (message !== undefined)
          context.addIssue({ code: 'custom', path: [name, ...path], message });
      }
    }
  });

/** The destinations that one names, with the setting that does. */
function referencesOf(to: NamedDestination): readonly [path: (string | number)[], name: string][] {
  if ('of' in to) return to.of.map((name, index) => [['of', index], name]);
  return to.archive === undefined ? [] : [[['archive'], to.archive]];
}

function problemWith(all: Destinations, name: string, other: string): string | undefined {
  if (all[other] === undefined) {
    const others = Object.keys(all).filter(each => each !== name);
    return `the name of another destination (${others.join(', ') || 'there is none'})`;
  }
  return leadsTo(all, other, name) ? 'a destination that does not lead back here' : undefined;
}

function leadsTo(all: Destinations, from: string, to: string, seen = new Set<string>()): boolean {
  if (from === to) return true;
  const found = all[from];
  if (found === undefined || seen.has(from)) return false;
  seen.add(from);
  return referencesOf(found).some(([, next]) => leadsTo(all, next, to, seen));
}

/** Names of destinations that nothing delivers to, neither an export nor another destination. */
export function unusedDestinations(all: Destinations, used: readonly string[]): readonly string[] {
  return Object.keys(all).filter(name => !used.some(each => leadsTo(all, each, name)));
}

/**
 * The sink of a named destination, with everything it is composed of.
 *
 * @throws ConfigurationError for a name that is not under `destinations`
 */
export function sinkNamed(all: Destinations, name: string): Sink {
  const to = all[name];
  if (to === undefined) throw unknown(all, name);
  if ('of' in to) {
    const sinks = to.of.map(each => sinkNamed(all, each));
    return to.type === 'all' ? toAll(...sinks) : firstThatWorks(...sinks);
  }
  let sink = loadedSink(() => typeOf(to).open(to));
  if (to.retries > 0) {
    const backoffMs = to.retry_minutes * 60_000;
    sink = retrying({ attempts: to.retries + 1, backoffMs, maxBackoffMs: 3_600_000 }, sink);
  }
  if (to.compress !== undefined) sink = compressed(to.compress, sink);
  if (to.file !== undefined) sink = renamed(to.file, sink);
  return to.archive === undefined ? sink : archived(sink, sinkNamed(all, to.archive));
}

/** Writes a small file to a destination and removes it. Throws `DeliveryError`. */
export async function testNamed(
  all: Destinations,
  name: string,
  signal: AbortSignal,
): Promise<ConnectionTest> {
  const to = all[name];
  if (to === undefined) throw unknown(all, name);
  if ('of' in to) return { says: `Each is tested alone: ${to.of.join(', ')}.`, isClean: true };
  return typeOf(to).test(to, signal);
}

/** A type of any destination; its own settings are passed to it, because `type` names it. */
function typeOf(to: Exclude<NamedDestination, { of: unknown }>) {
  return TYPES[to.type] as unknown as DestinationType<z.ZodType>;
}

function unknown(all: Destinations, name: string): ConfigurationError {
  return new ConfigurationError('DESTINATION_UNKNOWN', {
    problem: 'No destination has that name',
    found: name,
    expected: `one of ${Object.keys(all).join(', ') || '(there is none)'}`,
    next: 'Add it under destinations in the configuration, or correct the name.',
  });
}
