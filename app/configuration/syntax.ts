/** Explains a YAML syntax error: line, column, the line itself, and the likely cause. */
import type { LineCounter, YAMLParseError } from 'yaml';
import type { Mistake } from './mistake.ts';
import { restoreReferences } from './reference.ts';
import { soundsSecret } from './secrets.ts';

/** The YAML library's messages may quote a secret; these do not. */
const MEANING: Partial<Record<YAMLParseError['code'], string>> = {
  BAD_INDENT:
    'the indentation differs from the lines around it. Keys of one section start in the same column.',
  BAD_SCALAR_START: 'text that begins with @ or ` must be in quotes.',
  BAD_DQ_ESCAPE:
    'a backslash in double quotes begins an escape. Use single quotes for a backslash.',
  BLOCK_AS_IMPLICIT_KEY:
    'text with a colon and a space in it must be in quotes (or the next line is indented too far).',
  MISSING_CHAR: 'a quote, comma, bracket or colon is missing here or before.',
  MULTIPLE_DOCS: '--- begins a second document. A file holds one merchant.',
  MULTILINE_IMPLICIT_KEY: 'this line is not a key. Is a colon missing?',
  TAB_AS_INDENT: 'a tab is used as indentation. Use spaces.',
};

/**
 * The first syntax error of a file.
 *
 * @param source the text with its references protected
 */
export function syntaxMistake(
  error: YAMLParseError,
  source: string,
  counter: LineCounter,
): Mistake {
  const { line, col } = counter.linePos(Math.min(error.pos[0], Math.max(0, source.length - 1)));
  const meaning = MEANING[error.code] ?? 'this is not YAML. Is a quote, colon or space missing?';
  const shown = restoreReferences(shownLine(source.split(/\r?\n/), line - 1)).trim();
  return { path: [], line, says: `column ${col}, in "${shown}": ${meaning}` };
}

/** The line as written; if it may hold a secret, only its key, or nothing. */
function shownLine(lines: readonly string[], index: number): string {
  const line = (lines[index] ?? '').replaceAll('\t', '→');
  if (linesAbove(lines, index).some(soundsSecret)) return '(not shown)';
  if (!soundsSecret(line)) return line;
  const key = /^\s*(- )?["']?[\w@ -]+["']?:/.exec(line)?.[0];
  return key === undefined ? '(not shown)' : `${key} (not shown)`;
}

/** Lines whose key a line may belong to: the nearest above, and those indented less. */
function linesAbove(lines: readonly string[], index: number): string[] {
  const above: string[] = [];
  let indent = indentOf(lines[index] ?? '');
  let isNearest = true;
  for (const line of lines.slice(0, index).toReversed()) {
    if (!KEY.test(line)) continue;
    if (isNearest || indentOf(line) < indent) {
      above.push(line);
      indent = Math.min(indent, indentOf(line));
      isNearest = false;
    }
  }
  return above;
}

const KEY = /^\s*[\w"'-][^:]*:/;

function indentOf(line: string): number {
  return /^\s*/.exec(line)![0].length;
}
