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
import { serveCommand } from './serve.ts';
import { syncOutcome } from './sync.ts';

const FOLDER = '.tillstream/demo';

interface DemoOptions {
  readonly serve?: boolean;
}

export const demoCommand: CliCommand<DemoOptions> = {
  name: 'demo',
  about: 'Run everything on this machine with a sample account; no setup needed',
  options: command => command.option('--serve', 'show the page afterwards, until you press Ctrl-C'),
  run: async (context, { json, verbose = false, serve = false }) => {
    const { stdout, stderr, signal } = context;
    const reporter = openReporter(stderr, 'demo', text => text, { verbose });
    try {
      // Loaded on demand: no other command needs its servers.
      const { demo } = await import('../../demo/demo.ts');
      await demo(resolve(FOLDER), reporter.report, signal, async made => {
        reporter.end();
        stdout.write(json ? jsonLine(inJson(made)) : `${inWords(made)}\n`);
        if (!serve) return;
        stdout.write('\n');
        const page = { config: made.configurationFile, host: '127.0.0.1', port: '0' };
        await serveCommand.run(context, page, []);
      });
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
    heading('1. Heartland to the warehouse'),
    tablesInWords(made),
    'All rows are loaded and match the totals that Heartland reports.',
    heading('2. Inventory feed to Locally, by FTP'),
    locallyOutcome(made.feed, made.timezone).text,
    heading('3. Month-end file to Management One, by e-mail'),
    managementOneOutcome(made.month).text,
    heading('Where to look'),
    `Files Locally received         ${here(made.locallyInbox)}/`,
    `Configuration of the demo      ${here(made.configurationFile)}`,
    ...made.mailed.flatMap(({ to, subject, page, attachments }) => [
      '',
      `Mail to ${to}: ${subject}`,
      `  open in a browser            ${here(page)}`,
      ...attachments.map(path => `  attached                     ${here(path)}`),
    ]),
    '',
    'This is a sample account. Some of its items have no class code, as in real accounts. They are listed above and in',
    'the second mail, and the demo counts them as unclassified. By default such items hold the file until you decide.',
    '',
    'To query the warehouse with psql or any other tool:',
    `  ${run} warehouse`,
    'To see the status overview:',
    `  ${run} status`,
    'To see the page a shop owner sees:',
    '  npm run demo -- --serve',
    'To set up your own account:',
    '  npm run tillstream -- init',
  ].join('\n');
}

/** Rows of each table, and what this run changed; a second run changes nothing. */
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
