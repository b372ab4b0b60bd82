import { createRequire } from 'node:module';
import type { Ora } from 'ora';
import pino from 'pino';
import type { Report, WorkEvent } from '../../../pipelines/run/report.ts';
import type { GlobalOptions } from '../context.ts';
import { maskDeep } from './mask.ts';

/** Shows progress on stderr while a command runs; the result is for stdout. */
export interface Reporter {
  readonly report: Report;
  /** Removes the progress line. */
  end(): void;
}

/**
 * Shows a progress line on a terminal, JSON log lines elsewhere, and with --quiet only warnings.
 *
 * Log lines are warnings only, unless `verbose`.
 *
 * @param mask masks secrets in everything that is shown
 */
export function openReporter(
  stream: NodeJS.WriteStream,
  merchant: string,
  mask: (text: string) => string,
  { quiet = false, verbose = false }: Pick<GlobalOptions, 'quiet' | 'verbose'>,
): Reporter {
  const isTerminal = stream.isTTY && process.env.TERM !== 'dumb';
  if (quiet) return warningsAlone(stream, merchant, mask);
  if (isTerminal) return onTerminal(stream, mask);
  return asLogLines(stream, merchant, mask, verbose ? 'debug' : 'warn');
}

/** As plain text, because cron mails it to a person. */
function warningsAlone(
  stream: NodeJS.WriteStream,
  merchant: string,
  mask: (text: string) => string,
): Reporter {
  return {
    report: event => {
      if (event.kind === 'warning')
        stream.write(`${mask(`Warning for ${merchant}: ${event.text}`)}\n`);
    },
    end: () => {},
  };
}

/** How a stream ended that was not loaded. */
const ENDINGS = { fail: 'not brought up to date', warn: 'stopped' } as const;

function onTerminal(stream: NodeJS.WriteStream, mask: (text: string) => string): Reporter {
  // Only a terminal needs it, and few commands run on one.
  const { default: ora } = createRequire(import.meta.url)('ora') as typeof import('ora');
  const line: Ora = ora({ stream, discardStdin: false, spinner: 'dots' });
  let rows = 0;
  let slicesDone = 0;
  let current: { stream: string; slices: number } | undefined;

  const finishStream = (ending: 'succeed' | 'fail' | 'warn') => {
    if (current === undefined) return;
    const words = ending === 'succeed' ? count(rows, 'row') : ENDINGS[ending];
    line[ending](mask(`${current.stream.padEnd(26)} ${words}`));
    current = undefined;
  };
  const show = () => {
    if (current === undefined) return;
    const progress = current.slices > 1 ? ` (${slicesDone} of ${current.slices})` : '';
    line.start(mask(`${current.stream.padEnd(26)} ${count(rows, 'row')}${progress}`));
  };
  const print = (text: string) => {
    const wasSpinning = line.isSpinning;
    line.stop();
    stream.write(`${mask(text)}\n`);
    if (wasSpinning) line.start();
  };

  return {
    report: event => {
      switch (event.kind) {
        case 'stage':
          finishStream('warn');
          return print(event.title);
        case 'stream':
          finishStream('warn');
          current = event;
          rows = 0;
          slicesDone = 0;
          return show();
        case 'rows':
          rows += event.rows;
          return show();
        case 'slice':
          slicesDone++;
          return show();
        case 'stream done':
          return finishStream(event.hasFailed ? 'fail' : 'succeed');
        default:
          return print(`  ${inWords(event)}`);
      }
    },
    end: () => {
      finishStream('warn');
      line.stop();
    },
  };
}

function asLogLines(
  stream: NodeJS.WriteStream,
  merchant: string,
  mask: (text: string) => string,
  level: 'debug' | 'warn',
): Reporter {
  const log = pino(
    {
      level,
      base: { merchant },
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: {
        logMethod: (args, method) => method.apply(log, maskDeep(args, mask)),
      },
    },
    { write: line => stream.write(line) },
  );
  return {
    report: event => {
      switch (event.kind) {
        case 'stage':
          return log.info({ event: 'stage' }, event.title);
        case 'stream':
          return log.debug(
            { event: 'stream', stream: event.stream, slices: event.slices },
            event.stream,
          );
        case 'stream done':
          return log.info(
            { event: 'stream done', stream: event.stream, rows: event.rows, slices: event.slices },
            `${event.stream}: ${event.hasFailed ? ENDINGS.fail : count(event.rows, 'row')}`,
          );
        case 'slice':
          return log.debug({ event: 'slice', ...event.record }, `${event.record.stream} loaded`);
        case 'rows':
          return;
        case 'waiting':
          return log.warn({ event: 'waiting', ...event.waiting }, inWords(event));
        case 'again':
          return log.warn(
            { event: 'again', stream: event.stream, slice: event.slice },
            inWords(event),
          );
        case 'note':
          return log.info({ event: 'note' }, event.text);
        case 'warning':
          return log.warn({ event: 'warning' }, event.text);
      }
    },
    end: () => {},
  };
}

function inWords(
  event: Extract<WorkEvent, { kind: 'waiting' | 'again' | 'note' | 'warning' }>,
): string {
  switch (event.kind) {
    case 'waiting': {
      const { path, because, attempt, waitMs } = event.waiting;
      return `waiting ${(waitMs / 1000).toFixed(1)} s before retrying ${path} (${because}; attempt ${attempt + 1})`;
    }
    case 'again':
      return `pulling again: ${event.because}`;
    case 'note':
      return event.text;
    case 'warning':
      return `⚠ ${event.text}`;
  }
}

/** A number with its noun, as "1 row" or "12,000 rows". */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}
