/** Mistakes in a configuration file, and the error that lists them. */
import { dotted, type Path } from '../../pipelines/settings/path.ts';
import { ConfigurationError } from '../../transforms/errors.ts';

export interface Mistake {
  readonly path: Path;
  /** Line of the file, from 1, if known. */
  readonly line?: number | undefined;
  /** What follows the setting: "is missing", "found 99, expected …". Never contains a secret. */
  readonly says: string;
}

/** Lists all mistakes of a file in one error, in the order of the file. */
export function configurationError(file: string, mistakes: readonly Mistake[]): ConfigurationError {
  const lines = mistakes
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .map(({ path, line, says }) => {
      const where = line === undefined ? file : `${file}:${line}`;
      return [where, dotted(path), says].filter(part => part !== '').join(' ');
    });
  const problem =
    lines.length === 1 ? lines[0]! : [`${lines.length} mistakes`, ...lines].join('\n');
  return new ConfigurationError('CONFIGURATION_WRONG', { problem: problem.replace(/\.$/, '') });
}
