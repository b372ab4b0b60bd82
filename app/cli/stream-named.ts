import { catalogue } from '../../sources/heartland/streams/catalogue.ts';
import type { Stream } from '../../sources/heartland/streams/stream.ts';
import { UsageError } from '../../transforms/errors.ts';
import { suggest } from '../../transforms/suggestion.ts';

/**
 * Finds a stream by its name.
 *
 * @param where the option that names it, as `--only`
 * @param streams all streams; with a configuration, its reports too
 * @throws UsageError with the closest name
 */
export function streamNamed(
  name: string,
  where: string,
  streams: readonly Stream[] = catalogue,
): Stream {
  const stream = streams.find(candidate => candidate.name === name);
  if (stream !== undefined) return stream;
  const closest = suggest(
    name,
    streams.map(candidate => candidate.name),
  );
  throw new UsageError('UNKNOWN_STREAM', {
    problem: `${where} names a stream that does not exist`,
    found: name,
    ...(closest !== undefined && { expected: closest }),
    next: 'List all streams with: tillstream streams',
  });
}
