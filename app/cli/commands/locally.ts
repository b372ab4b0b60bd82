import { Argument } from 'commander';
import { type LocallyResult, locally } from '../../../pipelines/exports/locally/locally.ts';
import { itemCondition } from '../../../pipelines/exports/locally/stage.ts';
import { untilAborted } from '../../../pipelines/run/stopping.ts';
import { requireFields } from '../../../pipelines/sync/custom-fields.ts';
import { localTime } from '../../../transforms/day.ts';
import { EXIT } from '../../../transforms/errors.ts';
import { unreadRemark } from '../../../transforms/locally/unread.ts';
import type { CliCommand } from '../command.ts';
import { refuseTogether } from '../exclusive-options.ts';
import { runForEach } from '../merchants.ts';
import { checksInWords } from '../output/findings.ts';
import { LOOKS } from '../output/locally-looks.ts';
import type { Outcome } from '../output/outcome.ts';
import { table } from '../output/table.ts';

interface LocallyOptions {
  readonly dryRun?: boolean;
  readonly out?: string;
  readonly force?: boolean;
}

export const locallyCommand: CliCommand<LocallyOptions> = {
  name: 'locally',
  about: 'Make the inventory feed and send it to Locally',
  options: command =>
    command
      .addArgument(
        new Argument('[action]', 'something else than making the feed').choices([
          'diff',
          'orders',
          'verify',
        ]),
      )
      .optionsGroup('Options of the feed, without an action:')
      .option('--dry-run', 'make and check the feed; send and save nothing')
      .option('--out <folder>', 'write the files into this folder; send nothing')
      .option('--force', 'send despite failed checks; recorded with the export'),
  run: (context, options, [action]) => {
    checkTogether(options, action);
    if (action !== undefined) return LOOKS[action as keyof typeof LOOKS](context, options);
    const { dryRun = false, out, force = false } = options;
    const goesOut = !dryRun && out === undefined;
    return runForEach(context, options, {
      command: 'locally',
      needs: [
        'heartland',
        'locally',
        ...(goesOut ? (['delivery_to_locally', 'destinations'] as const) : []),
      ],
      // Reports an unknown field of the filter before anything is opened.
      prepare: configuration => itemCondition(configuration),
      run: async (work, _, signal) => {
        const request = { dryRun, force, ...(out !== undefined && { out }) };
        await untilAborted(requireFields(work, 'locally'), signal, 'The feed');
        return locallyOutcome(await locally(work, request, signal), work.configuration.timezone);
      },
    });
  },
};

/** @throws UsageError where one of the options would be ignored */
function checkTogether({ dryRun, out, force }: LocallyOptions, action: string | undefined): void {
  const ways = { '--dry-run': dryRun === true, '--out': out !== undefined };
  if (action !== undefined) {
    const given = { [action]: true, ...ways, '--force': force === true };
    refuseTogether(given, `Use ${action} alone: it makes no feed.`);
  }
  refuseTogether(
    ways,
    'To see what would be sent, use --dry-run; to write the files into a folder, use --out.',
  );
}

const ENDING: Readonly<Record<LocallyResult['status'], string>> = {
  delivered: 'Sent to Locally; file sizes verified.',
  saved: 'Written to the folder. Nothing was sent.',
  dry_run: 'Dry run: nothing was sent or saved.',
};

/** The result of a feed: each store, what was left out, checks and receipts. */
export function locallyOutcome(result: LocallyResult, timezone: string): Outcome {
  const right = 'right' as const;
  const text = [
    table(
      [
        { title: 'store', wraps: true },
        { title: 'file', wraps: true },
        { title: 'products', align: right },
        { title: 'units', align: right },
        { title: 'removed', align: right },
      ],
      result.stores.map(store => [
        ...[store.name, store.file],
        ...[store.rows, store.units, store.removedRows],
      ]),
    ),
    `Stock as of ${localTime(result.stockAsOf, timezone)}`,
    '',
    ...(result.counts.length === 0
      ? []
      : [
          table(
            [
              { title: 'reason', wraps: true },
              { title: 'items', align: right },
              { title: 'units', align: right },
              { title: '' },
            ],
            result.counts.map(count => [
              count.meaning,
              count.items,
              count.units,
              count.treatment.replace('_', ' '),
            ]),
          ),
          '',
        ]),
    checksInWords(result.checks),
    ...result.receipts.map(
      ({ destination, bytes }) => `${destination}: ${bytes.toLocaleString('en-US')} bytes`,
    ),
    ENDING[result.status],
  ].join('\n');
  const remark = unreadRemark(result.checks);
  return { exitCode: EXIT.done, text, ...(remark !== undefined && { remark }), json: result };
}
