/** Tells a mistake of YAML syntax: line, column, the line itself, and what was meant. */
import type { LineCounter, YAMLParseError } from 'yaml';
import type { Mistake } from './mistake.ts';
import { restoreReferences } from './reference.ts';
import { soundsSecret } from './secrets.ts';

/** The messages of the YAML reader quote the file and may quote a secret; these do not. */
const MEANING: Partial<Record<YAMLParseError['code'], string>> = {
  BAD_INDENT:
    'the indentation does not fit the lines around it. Keys of one section begin in the same column.',
  BAD_SCALAR_START: 'text that begins with @ or ` must be in quotes.',
  BAD_DQ_ESCAPE:
    'a backslash in double quotes begins an escape. Use single quotes for a backslash.',
  BLOCK_AS_IMPLICIT_KEY: 'text with a colon and a space in it must be in quotes.',
  MISSING_CHAR: 'a quote, comma, bracket or colon is missing here or before.',
  MULTIPLE_DOCS: '--- begins a second document. One file holds one merchant.',
  MULTILINE_IMPLICIT_KEY: 'this line is no key. Is a colon missing?',
  TAB_AS_INDENT: 'a tab is used as indentation. Use spaces.',
};

/** @param source the text with its references protected */
export function syntaxMistake(
  error: YAMLParseError,
  source: string,
  counter: LineCounter,
): Mistake {
  const { line, col } = counter.linePos(Math.min(error.pos[0], Math.max(0, source.length - 1)));
  const meaning = MEANING[error.code] ?? 'this is not YAML. Is a quote, colon or space missing?';
  const shown = shownLine(source.split(/\r?\n/), line - 1);
  return { path: [], line, says: `column ${col}: ${meaning}\n    ${restoreReferences(shown)}` };
}

/**
 * The line as it is written, unless a secret may be on it: then up to its first colon. A line without a key of its
 * own may continue the value of a key above.
 */
function shownLine(lines: readonly string[], index: number): string {
  const line = (lines[index] ?? '').replaceAll('\t', '→');
  let key = index;
  while (key > 0 && !/^\s*[\w"'-][^:]*:/.test(lines[key] ?? '')) key -= 1;
  if (!lines.slice(key, index + 1).some(soundsSecret)) return line;
  return /^\s*(- )?["']?[\w@ -]+["']?:/.exec(line)?.[0].concat(' (not shown)') ?? '(not shown)';
}
