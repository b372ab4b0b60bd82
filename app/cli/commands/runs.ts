import { statement } from '../../../sinks/postgres/statement.ts';
import { localTime } from '../../../transforms/day.ts';
import { EXIT } from '../../../transforms/errors.ts';
import type { CliCommand } from '../command.ts';
import { lookAtEach } from '../merchants.ts';
import { lastCount } from '../output/last-count.ts';
import { table } from '../output/table.ts';

interface RunRow {
  readonly run_id: string;
  readonly command: string;
  readonly status: string;
  readonly started_at: Date;
  readonly seconds: number | null;
  readonly rows: number;
  readonly message: string | null;
}

export const runsCommand: CliCommand<{ readonly last: string }> = {
  name: 'runs',
  about: 'Run history: what ran, when, and how it ended',
  options: command => command.option('--last <count>', 'how many runs to show', '20'),
  run: (context, options) => {
    const last = lastCount(options.last, 'runs');
    return lookAtEach(context, options, async (warehouse, { timezone }) => {
      const runs = await warehouse.query<RunRow>(statement('status/runs'), [last]);
      const text =
        runs.length === 0
          ? 'Nothing has run yet. Start with: tillstream sync'
          : [runsTable(runs, timezone), ...results(runs)].join('\n');
      return { exitCode: EXIT.done, text, json: { runs } };
    });
  },
};

function runsTable(runs: readonly RunRow[], timezone: string): string {
  return table(
    [
      { title: 'run', align: 'right' },
      { title: 'command', wraps: true },
      { title: 'ended' },
      { title: 'started' },
      { title: 'seconds', align: 'right', mayBeHidden: true },
      { title: 'rows read', align: 'right' },
    ],
    runs.map(run => [
      run.run_id,
      run.command,
      run.status,
      localTime(run.started_at, timezone),
      run.seconds?.toFixed(1) ?? '',
      run.rows,
    ]),
  );
}

/** The result of each run in a table below; a result that several share is listed once. */
function results(runs: readonly RunRow[]): readonly string[] {
  const byResult = Object.entries(Object.groupBy(runs, ({ message }) => lastLine(message)));
  const listed = byResult.filter(([line]) => line !== '');
  if (listed.length === 0) return [];
  return [
    '',
    table(
      [
        { title: 'run', wraps: true },
        { title: 'result', wraps: true },
      ],
      listed.map(([line, those]) => [those!.map(run => run.run_id).join(', '), line]),
    ),
  ];
}

function lastLine(message: string | null): string {
  return message?.trim().split('\n').at(-1) ?? '';
}
