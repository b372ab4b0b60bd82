import { EXIT, UsageError } from '../../../transforms/errors.ts';
import { readConfigurations } from '../../configuration/read.ts';
import { startPage } from '../../web/page-server.ts';
import type { CliCommand } from '../command.ts';
import { untilStopped } from '../interruption.ts';
import { maskFor } from '../output/mask.ts';

interface ServeOptions {
  readonly host: string;
  readonly port: string;
}

export const serveCommand: CliCommand<ServeOptions> = {
  name: 'serve',
  about: 'Show the page, and receive messages from Locally about orders, until you press Ctrl-C',
  options: command =>
    command
      .option(
        '--host <address>',
        'address to listen on; put a server with TLS in front',
        '127.0.0.1',
      )
      .option('--port <number>', 'port to listen on', '8080'),
  run: async ({ stdout, stderr, env, signal }, { config, host, port: typed }) => {
    const port = Number(typed);
    if (!/^\d{1,5}$/.test(typed) || port > 65_535) {
      throw new UsageError('BAD_PORT', {
        problem: '--port is not a port',
        found: typed,
        expected: 'a whole number from 0 to 65535',
      });
    }
    const configurations = await readConfigurations(config, env, { needs: ['locally'] });
    const masks = configurations.map(maskFor);
    const onTrouble = (text: string) =>
      void stderr.write(`${masks.reduce((said, mask) => mask(said), text)}\n`);
    const page = await startPage({ configurations, host, port, signal, onTrouble }).catch(error => {
      throw portTaken(error, host, port);
    });
    try {
      stdout.write(`The page is at ${page.url}\n`);
      if (page.welcome !== undefined)
        stdout.write(`Add the first user with this link, which works once: ${page.welcome}\n`);
      if (page.webhook !== undefined)
        stdout.write(`Waiting for messages from Locally at ${page.webhook}\n`);
      stdout.write('Press Ctrl-C to stop.\n');
      await untilStopped(signal);
    } finally {
      await page.close();
    }
    return EXIT.done;
  },
};

function portTaken(error: unknown, host: string, port: number): unknown {
  const { code } = error as { code?: unknown };
  if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') return error;
  const why = { EADDRINUSE: 'is in use', EACCES: 'is not allowed', EADDRNOTAVAIL: 'is not ours' };
  return new UsageError('BAD_ADDRESS', {
    problem: `The address ${host}:${port} ${why[code]}`,
    next: 'Name another one with --port or --host.',
  });
}
