import { relative, resolve } from 'node:path';
import { EXIT } from '../../../transforms/errors.ts';
import { withThousands } from '../../../transforms/figures.ts';
import type { DemoResult } from '../../demo/demo.ts';
import type { CliCommand } from '../command.ts';
import { jsonLine } from '../output/json.ts';
import { outcomeOf } from '../output/outcome.ts';
import { openReporter } from '../output/reporter.ts';
import { table } from '../output/table.ts';
import { locallyOutcome } from './locally.ts';
import { managementOneOutcome } from './management-one.ts';
import { syncOutcome } from './sync.ts';

const FOLDER = '.tillstream/demo';

export const demoCommand: CliCommand = {
  name: 'demo',
  about: 'The whole way on this machine, on a made-up account, with nothing to set up',
  run: async ({ stdout, stderr, signal }, { json, verbose = false }) => {
    const reporter = openReporter(stderr, 'demo', text => text, { verbose });
    try {
      // Loaded when it is asked for: its servers are no part of an installation without development tools.
      const { demo } = await import('../../demo/demo.ts');
      const made = await demo(resolve(FOLDER), reporter.report, signal);
      reporter.end();
      stdout.write(json ? jsonLine(inJson(made)) : `${inWords(made)}\n`);
      return EXIT.done;
    } catch (error) {
      reporter.end();
      const outcome = outcomeOf(error);
      if (json) stdout.write(jsonLine({ exit_code: outcome.exitCode, ...outcome.json }));
      stderr.write(`${outcome.text}\n`);
      return outcome.exitCode;
    }
  },
};

function inWords(made: DemoResult): string {
  const here = (path: string) => relative('.', path) || '.';
  const heading = (text: string) => `\n${text}\n${'─'.repeat(text.length)}`;
  const run = `npm run tillstream -- --config ${here(made.configurationFile)}`;
  return [
    heading('1. From Heartland into the warehouse'),
    tablesInWords(made),
    'Everything that Heartland holds is here, counted against its own totals.',
    heading('2. The inventory feed, to Locally by FTP'),
    locallyOutcome(made.feed, made.timezone).text,
    heading('3. The month-end file, to Management One by e-mail'),
    managementOneOutcome(made.month).text,
    heading('Where to look'),
    `What Locally received          ${here(made.locallyInbox)}/`,
    `The configuration of the demo  ${here(made.configurationFile)}`,
    ...made.mailed.flatMap(({ to, subject, page, attachments }) => [
      '',
      `Mail to ${to}: ${subject}`,
      `  to read in a browser         ${here(page)}`,
      ...attachments.map(path => `  attached                     ${here(path)}`),
    ]),
    '',
    'The account is made up, and so are its class codes: some items have none, as in life. They are listed above and in',
    'the second mail, and the demo counts them as unclassified. Your own configuration holds the file instead, until',
    'you decide.',
    '',
    'To look into the warehouse with psql or any other tool:',
    `  ${run} warehouse`,
    'What ran, and how everything stands:',
    `  ${run} status`,
    'Your own account:',
    '  npm run tillstream -- init',
  ].join('\n');
}

/** What the warehouse holds now, and what this run changed of it: a second run changes nothing. */
function tablesInWords({ tables }: DemoResult): string {
  const right = 'right' as const;
  return table(
    [
      { title: 'table' },
      { title: 'rows', align: right },
      { title: 'new in this run', align: right },
      { title: 'changed in this run', align: right },
    ],
    tables.map(({ table: name, rows, inserted, changed }) => [
      name,
      ...[rows, inserted, changed].map(number => withThousands(String(number))),
    ]),
  );
}

function inJson(made: DemoResult): object {
  const { streams, timezone: _, feed, month, ...paths } = made;
  return {
    exit_code: EXIT.done,
    ...syncOutcome(streams).json,
    locally: feed,
    management_one: managementOneOutcome(month).json,
    ...paths,
  };
}
