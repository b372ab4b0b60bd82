import { Argument } from 'commander';
import { untilAborted } from '../../../pipelines/run/stopping.ts';
import { countOpenRows, openRows, replayQuarantine } from '../../../pipelines/sync/quarantine.ts';
import { localTime } from '../../../transforms/day.ts';
import { EXIT } from '../../../transforms/errors.ts';
import type { CliCommand } from '../command.ts';
import { lookAtEach, runForEach } from '../merchants.ts';
import { count } from '../output/reporter.ts';
import { table } from '../output/table.ts';

/** Rows shown; the table `_quarantine` has all of them. */
const LISTED = 100;

export const quarantineCommand: CliCommand = {
  name: 'quarantine',
  about: 'Rows that could not be read: list them with the reason, or try them again',
  options: command =>
    command.addArgument(new Argument('<list|replay>', 'what to do').choices(['list', 'replay'])),
  run: (context, options, [action]) =>
    action === 'list'
      ? lookAtEach(context, options, async (warehouse, { timezone }) => {
          const rows = await openRows(warehouse, LISTED);
          const open = await countOpenRows(warehouse);
          const list =
            rows.length === 0
              ? 'The quarantine is empty.'
              : table(
                  [
                    { title: 'table', wraps: true },
                    { title: 'key' },
                    { title: 'since' },
                    { title: 'reason', wraps: true },
                  ],
                  rows.map(row => [
                    row.slice === '' ? row.stream : `${row.stream} (${row.slice})`,
                    row.row_key,
                    localTime(row.quarantined_at, timezone),
                    row.reason,
                  ]),
                );
          const rest =
            open > rows.length
              ? `\n\nShowing ${count(rows.length, 'row')} of ${open.toLocaleString('en-US')}. The table _quarantine has all of them.`
              : '';
          return { exitCode: EXIT.done, text: `${list}${rest}`, json: { open, rows } };
        })
      : runForEach(context, options, {
          command: 'quarantine replay',
          needs: ['heartland'],
          prepare: () => undefined,
          run: async (work, _, signal) => {
            const replayed = await untilAborted(replayQuarantine(work), signal, 'The replay');
            const text = replayed.map(
              ({ stream, fixed, stillInvalid }) =>
                `${stream}: ${count(fixed, 'row')} went into the table, ${stillInvalid} stayed`,
            );
            return {
              exitCode: EXIT.done,
              text: text.length === 0 ? 'The quarantine is empty.' : text.join('\n'),
              json: { replayed },
            };
          },
        }),
};
