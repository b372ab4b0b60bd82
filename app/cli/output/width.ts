/** Text in lines that fit a terminal. Words are never broken: a path or a permission stays whole. */
import { createRequire } from 'node:module';

/** Loaded for texts that are not plain: its regular expressions take as long as a whole short command. */
const require = createRequire(import.meta.url);
/** Every character takes one column. */
const PLAIN = /^[\x20-\x7e]*$/;

/** A text stands beside its label if it gets this much room there; otherwise below it. */
const READABLE_WIDTH = 28;

/** Indent of a text that stands below its label. */
const INDENT_BELOW = '      ';

/** Columns of the terminal; without limit if stdout is piped, so that every line is whole. */
export function outputWidth(): number {
  return process.stdout.columns || Number(process.env.COLUMNS) || Number.POSITIVE_INFINITY;
}

/** Columns for `--help`, also when it is piped. */
export function helpWidth(): number {
  const width = outputWidth();
  return Number.isFinite(width) ? width : 80;
}

/** Columns that a text takes. */
function stringWidth(text: string): number {
  return PLAIN.test(text) ? text.length : require('string-width').default(text);
}

/** Columns that the widest part of any of the texts takes. */
export function widest(texts: readonly string[], between: string | RegExp): number {
  return Math.max(0, ...texts.flatMap(text => text.split(between)).map(part => stringWidth(part)));
}

/** A text in lines of at most `width` columns, broken at spaces only. */
export function wrapped(text: string, width: number): string {
  return widest([text], '\n') <= width ? text : require('wrap-ansi').default(text, width);
}

/**
 * A text after its label, with further lines indented; below the label if there is little room.
 *
 * @param label as wide as the further lines are indented
 */
export function hanging(label: string, text: string, width: number): string {
  const room = width - stringWidth(label);
  const needed = Math.max(Math.min(READABLE_WIDTH, stringWidth(text)), widest([text], /\s/));
  const isBeside = room >= needed;
  const indent = isBeside ? ' '.repeat(stringWidth(label)) : INDENT_BELOW;
  const lines = wrapped(text, width - indent.length).replaceAll('\n', `\n${indent}`);
  return isBeside ? `${label}${lines}` : `${label.trimEnd()}\n${indent}${lines}`;
}
