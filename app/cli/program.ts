import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import type { CliCommand } from './command.ts';
import type { Context } from './context.ts';
import { helpWidth } from './output/width.ts';

/** Loaded on demand: mail and FTP would double the memory and the start of a sync. */
const COMMANDS: Readonly<Record<string, () => Promise<CliCommand<never>>>> = {
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
  sync: async () => (await import('./commands/sync.ts')).syncCommand,
  backfill: async () => (await import('./commands/backfill.ts')).backfillCommand,
  locally: async () => (await import('./commands/locally.ts')).locallyCommand,
  'management-one': async () => (await import('./commands/management-one.ts')).managementOneCommand,
  status: async () => (await import('./commands/status.ts')).statusCommand,
  due: async () => (await import('./commands/due.ts')).dueCommand,
  runs: async () => (await import('./commands/runs.ts')).runsCommand,
  exports: async () => (await import('./commands/exports.ts')).exportsCommand,
  quarantine: async () => (await import('./commands/quarantine.ts')).quarantineCommand,
  streams: async () => (await import('./commands/streams.ts')).streamsCommand,
  user: async () => (await import('./commands/user.ts')).userCommand,
  serve: async () => (await import('./commands/serve.ts')).serveCommand,
  warehouse: async () => (await import('./commands/warehouse.ts')).warehouseCommand,
  'grant-reader': async () => (await import('./commands/grant-reader.ts')).grantReaderCommand,
  connect: async () => (await import('./commands/connect.ts')).connectCommand,
  init: async () => (await import('./commands/init.ts')).initCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
};

/** Help is not wrapped into columns narrower than this. */
const MIN_HELP_COLUMN = 10;

/** A command as the help lists it, without “[options]”, which every command has. */
function nameAndArguments(command: Command): string {
  const named = command.registeredArguments.map(argument =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  return [command.name(), ...named].join(' ');
}

/**
 * The command line with the commands that were typed, or with all of them for help and suggestions.
 *
 * Exit codes are part of the interface: see `EXIT` in `transforms/errors.ts`.
 *
 * @param typed the words after the program's name
 * @param done receives the exit code of the command
 */
export async function program(
  context: Context,
  typed: readonly string[],
  done: (exitCode: number) => void,
): Promise<Command> {
  const root = new Command('tillstream')
    .description(
      'Streams a Heartland Retail account into a Postgres warehouse, and from there to Locally and Management One.',
    )
    .version(manifest.version)
    .showHelpAfterError('Run tillstream --help to see every command.')
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: text => context.stdout.write(text),
      writeErr: text => context.stderr.write(text),
      getOutHelpWidth: helpWidth,
    })
    .configureHelp({ minWidthToWrap: MIN_HELP_COLUMN, subcommandTerm: nameAndArguments })
    .exitOverride();

  const named = Object.keys(COMMANDS).filter(name => typed.includes(name));
  const wanted = named.length > 0 ? named : Object.keys(COMMANDS);
  const commands = await Promise.all(wanted.map(name => COMMANDS[name]!()));
  for (const build of [undefined, ...commands]) {
    const command = build === undefined ? root : root.command(build.name).description(build.about);
    command
      .option('-c, --config <file>', 'configuration file, or a folder of them (one merchant each)')
      .option('--json', 'print the result as one JSON object on stdout')
      .option(
        '-q, --quiet',
        'print nothing on success, for cron; status, runs and exports still print',
      )
      .option('-v, --verbose', 'log everything if stderr is not a terminal');
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
