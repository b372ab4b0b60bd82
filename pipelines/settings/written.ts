/** Positions in the configuration file, for errors that are found after it was read. */
import { dotted, type Path } from './path.ts';

/** A file with a secret that is open to everybody. */
export interface OpenFile {
  readonly path: Path;
  /** The variable that names it, as `DATABASE_URL_FILE`. */
  readonly variable: string;
  readonly file: string;
}

/** A hidden property of a configuration; not a setting. */
export const WRITTEN = Symbol('written');

export interface Written {
  readonly file: string;
  /** Line of each value, by its dotted path. */
  readonly lines: ReadonlyMap<string, number>;
  /** Secrets that are written in the file itself, instead of a reference to the environment. */
  readonly secrets: readonly Path[];
  /** Files of secrets that every user of this machine may read. */
  readonly openFiles: readonly OpenFile[];
}

interface MayBeWritten {
  readonly [WRITTEN]?: Written;
}

/** A setting with its position, as `tillstream.yaml:12 item_fields.upc`, if it has one. */
export function placed(configuration: MayBeWritten, path: Path): string {
  const place = placeOf(configuration, path);
  return place === undefined ? dotted(path) : `${place} ${dotted(path)}`;
}

/** File and line of a setting, as `tillstream.yaml:12`; if it is missing, of its section. */
export function placeOf({ [WRITTEN]: written }: MayBeWritten, path: Path): string | undefined {
  if (written === undefined) return undefined;
  const line = lineOf(path, written.lines);
  return line === undefined ? undefined : `${written.file}:${line}`;
}

/** The line of a value; if it is missing, of the section it belongs to. */
export function lineOf(path: Path, lines: ReadonlyMap<string, number>): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const line = lines.get(dotted(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return undefined;
}
