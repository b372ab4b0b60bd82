import { allStreams } from '../../../pipelines/run/configured-streams.ts';
import { untilAborted } from '../../../pipelines/run/stopping.ts';
import { asBackfilled, backfill } from '../../../pipelines/sync/backfill.ts';
import { type DayRange, localDate, parseDay } from '../../../transforms/day.ts';
import { UsageError } from '../../../transforms/errors.ts';
import type { CliCommand } from '../command.ts';
import { runForEach } from '../merchants.ts';
import { streamNamed } from '../stream-named.ts';
import { linesIn, syncOutcome } from './sync.ts';

interface BackfillOptions {
  readonly from: string;
  readonly to: string;
}

export const backfillCommand: CliCommand<BackfillOptions> = {
  name: 'backfill',
  about: 'Pull a range of days of one stream again; sync continues where it was',
  options: command =>
    command
      .argument('<stream>', 'stream to pull; list them with: tillstream streams')
      .requiredOption('--from <YYYY-MM-DD>', 'first day')
      .requiredOption('--to <YYYY-MM-DD>', 'last day'),
  run: (context, options, [name]) => {
    const range = { start: parseDay(options.from, '--from'), end: parseDay(options.to, '--to') };
    if (range.end < range.start) {
      throw new UsageError('RANGE_BACKWARDS', {
        problem: '--to is before --from',
        found: `${range.start} to ${range.end}`,
        next: 'Give the earlier day in --from.',
      });
    }
    const command = `backfill ${name} --from ${range.start} --to ${range.end}`;
    return runForEach(context, options, {
      command,
      needs: ['heartland'],
      prepare: configuration => {
        const stream = streamNamed(name!, 'backfill', allStreams(configuration));
        asBackfilled(configuration, stream);
        refuseFuture(range, localDate(new Date(), configuration.timezone));
        return stream;
      },
      run: async (work, stream, signal) =>
        syncOutcome(
          [await untilAborted(backfill(work, stream, range, command), signal, 'The backfill')],
          await linesIn(work, [stream]),
        ),
    });
  },
};

/**
 * Refuses a range that ends in the future: its days would count as pulled, without rows.
 *
 * @param today in the merchant's time zone
 * @throws UsageError if the range ends after today
 */
function refuseFuture({ end }: DayRange, today: string): void {
  if (end <= today) return;
  throw new UsageError('RANGE_IN_FUTURE', {
    problem: '--to is in the future',
    found: end,
    expected: `${today} (today for the merchant) or earlier`,
    next: `Use --to ${today}; later runs of sync pull the days after it.`,
  });
}
