import { Argument } from 'commander';
import { localTime } from '../../../transforms/day.ts';
import { EXIT } from '../../../transforms/errors.ts';
import { unreadRemark } from '../../../transforms/locally/unread.ts';
import { requireFields } from '../../custom-fields.ts';
import { itemCondition } from '../../locally/stage.ts';
import { type LocallyResult, locally } from '../../locally.ts';
import { untilAborted } from '../../stopping.ts';
import type { CliCommand } from '../command.ts';
import { refuseTogether } from '../exclusive-options.ts';
import { checksInWords } from '../findings.ts';
import { LOOKS } from '../locally-looks.ts';
import { runForEach } from '../merchants.ts';
import type { Outcome } from '../outcome.ts';
import { table } from '../table.ts';

interface LocallyOptions {
  readonly dryRun?: boolean;
  readonly out?: string;
  readonly force?: boolean;
}

export const locallyCommand: CliCommand<LocallyOptions> = {
  name: 'locally',
  about: 'The inventory feed, to Locally',
  options: command =>
    command
      .addArgument(
        new Argument('[action]', 'what else to do than make the feed').choices([
          'diff',
          'orders',
          'read-back',
        ]),
      )
      .optionsGroup('Options of the feed, without an action:')
      .option('--dry-run', 'make and check the feed; send and keep nothing')
      .option('--out <folder>', 'write the files into this folder; send nothing')
      .option('--force', 'send although a check says no; the export remembers it'),
  run: (context, options, [action]) => {
    checkTogether(options, action);
    if (action !== undefined) return LOOKS[action as keyof typeof LOOKS](context, options);
    const { dryRun = false, out, force = false } = options;
    const goesOut = !dryRun && out === undefined;
    return runForEach(context, options, {
      command: 'locally',
      needs: ['heartland', 'locally', ...(goesOut ? (['delivery_to_locally'] as const) : [])],
      // A misspelt field of the filter is told before anything is opened.
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
    'To only look at what would be sent, use --dry-run; to have the files in a folder, --out.',
  );
}

const ENDING: Readonly<Record<LocallyResult['status'], string>> = {
  delivered: 'Sent to Locally, and verified there by size.',
  saved: 'Written to the folder; nothing was sent.',
  dry_run: 'Nothing was sent or kept: this is a dry run.',
};

/** What was made of the feed, store by store, and what was left out of it. */
export function locallyOutcome(result: LocallyResult, timezone: string): Outcome {
  const right = 'right' as const;
  const text = [
    table(
      [
        { title: 'store', wraps: true },
        { title: 'file', wraps: true },
        { title: 'products', align: right },
        { title: 'pieces', align: right },
        { title: 'gone since', align: right },
      ],
      result.stores.map(store => [store.name, store.file, store.rows, store.units, store.goneRows]),
    ),
    `Stock as of ${localTime(result.stockAsOf, timezone)}`,
    '',
    ...(result.counts.length === 0
      ? []
      : [
          table(
            [
              { title: 'why not as in Heartland', wraps: true },
              { title: 'items', align: right },
              { title: 'pieces', align: right },
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
    ...result.receipts.map(receipt => `${receipt.destination}: ${receipt.bytes} bytes`),
    ENDING[result.status],
  ].join('\n');
  const remark = unreadRemark(result.checks);
  return { exitCode: EXIT.done, text, ...(remark !== undefined && { remark }), json: result };
}
