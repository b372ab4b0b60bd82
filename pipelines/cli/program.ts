import { Command } from 'commander';
import type { CliCommand } from './command.ts';
import { backfillCommand } from './commands/backfill.ts';
import { connectCommand } from './commands/connect.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { initCommand } from './commands/init.ts';
import { locallyCommand } from './commands/locally.ts';
import { managementOneCommand } from './commands/management-one.ts';
import { quarantineCommand } from './commands/quarantine.ts';
import { readerCommand } from './commands/reader.ts';
import { runsCommand } from './commands/runs.ts';
import { serveCommand } from './commands/serve.ts';
import { statusCommand } from './commands/status.ts';
import { streamsCommand } from './commands/streams.ts';
import { syncCommand } from './commands/sync.ts';
import { warehouseCommand } from './commands/warehouse.ts';
import type { Context } from './context.ts';

/**
 * The command line. Exit codes are part of it: see `EXIT` in `transforms/errors.ts`.
 *
 * @param done takes the exit code of the command that ran
 */
export function program(context: Context, done: (exitCode: number) => void): Command {
  const root = new Command('tillstream')
    .description(
      'Streams a Heartland Retail account into a Postgres warehouse, and from there to Locally and Management One.',
    )
    .showHelpAfterError('Run tillstream --help to see every command.')
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: text => context.stdout.write(text),
      writeErr: text => context.stderr.write(text),
    })
    .exitOverride();

  const commands: readonly CliCommand<never>[] = [
    demoCommand,
    syncCommand,
    backfillCommand,
    locallyCommand,
    managementOneCommand,
    statusCommand,
    runsCommand,
    quarantineCommand,
    streamsCommand,
    serveCommand,
    warehouseCommand,
    readerCommand,
    connectCommand,
    initCommand,
    doctorCommand,
  ];
  for (const build of [undefined, ...commands]) {
    const command = build === undefined ? root : root.command(build.name).description(build.about);
    command
      .option('-c, --config <file>', 'configuration file, or a folder of them (one merchant each)')
      .option('--json', 'the result as one JSON object on stdout')
      .option('-q, --quiet', 'say nothing when all is well, as for cron')
      .option('-v, --verbose', 'log everything, where stderr is not a terminal');
    if (build === undefined) continue;
    build.options?.(command);
    command.action(async (...args: unknown[]) => {
      const own = command.optsWithGlobals();
      const options = { ...own, config: own.config ?? 'tillstream.yaml' };
      done(await build.run(context, options as never, args.slice(0, -2) as string[]));
    });
  }
  return root;
}
