import { CommanderError } from 'commander';
import { EXIT } from '../../transforms/errors.ts';
import type { Context } from './context.ts';
import { interruption } from './interruption.ts';
import { jsonLine } from './output/json.ts';
import { outcomeOf } from './output/outcome.ts';
import { program } from './program.ts';

const context: Context = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: interruption(process),
};
// A closed pipe, as in `tillstream runs | head`, is not an error.
process.stdout.on('error', error => {
  if ((error as { code?: string }).code !== 'EPIPE') throw error;
});

try {
  const commands = await program(context, process.argv.slice(2), code => {
    process.exitCode = code;
  });
  await commands.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error.exitCode !== 0 && process.argv.includes('--json')) {
      const json = { exit_code: EXIT.usage, error: 'USAGE', message: error.message };
      process.stdout.write(jsonLine(json));
    }
  } else {
    const outcome = outcomeOf(error);
    process.stderr.write(`${outcome.text}\n`);
    if (process.argv.includes('--json')) {
      const { exitCode, json } = outcome;
      process.stdout.write(jsonLine({ exit_code: exitCode, ...json }));
    }
    process.exitCode = outcome.exitCode;
  }
}
