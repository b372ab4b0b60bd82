/** Where a configuration was written: for mistakes that are found after its file was read, and for secrets in it. */
import type { OpenFile } from './environment.ts';
import { dotted, type Path } from './mistake.ts';

/** A configuration carries this along unseen: it is no setting. */
export const WRITTEN = Symbol('written');

export interface Written {
  readonly file: string;
  /** Line of each value, by its dotted path. */
  readonly lines: ReadonlyMap<string, number>;
  /** Where secrets stand as they are, and not as a reference to the environment. */
  readonly secrets: readonly Path[];
  /** Files of secrets that every user of this machine may read. */
  readonly openFiles: readonly OpenFile[];
}

interface MayBeWritten {
  readonly [WRITTEN]?: Written;
}

/** A key with its place in the file, as `tillstream.yaml:12 item_fields.upc`; the key alone where it is in no file. */
export function placed(configuration: MayBeWritten, path: Path): string {
  const place = placeOf(configuration, path);
  return place === undefined ? dotted(path) : `${place} ${dotted(path)}`;
}

/** File and line of a key, as `tillstream.yaml:12`; of one that is not there, of the section it would be in. */
export function placeOf({ [WRITTEN]: written }: MayBeWritten, path: Path): string | undefined {
  if (written === undefined) return undefined;
  const line = lineOf(path, written.lines);
  return line === undefined ? undefined : `${written.file}:${line}`;
}

/** The line of a value; of what is missing, the line of the section it should be in. */
export function lineOf(path: Path, lines: ReadonlyMap<string, number>): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const line = lines.get(dotted(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return undefined;
}
