import { openMerchantWarehouse } from '../../../pipelines/run/session.ts';
import { EXIT, UsageError } from '../../../transforms/errors.ts';
import { readConfiguration } from '../../configuration/read.ts';
import { startWebhookServer } from '../../web/webhook-server.ts';
import type { CliCommand } from '../command.ts';
import { untilStopped } from '../interruption.ts';
import { maskFor } from '../output/mask.ts';

interface ServeOptions {
  readonly host: string;
  readonly port: string;
}

export const serveCommand: CliCommand<ServeOptions> = {
  name: 'serve',
  about: 'Receive messages from Locally about orders, until you press Ctrl-C',
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
    const configuration = await readConfiguration(config, env, { needs: ['locally'] });
    const mask = maskFor(configuration);
    const { warehouse, close } = await openMerchantWarehouse(configuration, { signal });
    try {
      const onTrouble = (text: string) => stderr.write(`${mask(text)}\n`);
      const server = await startWebhookServer({ warehouse, configuration, host, port, onTrouble });
      stdout.write(`Waiting for messages from Locally at ${server.url}. Press Ctrl-C to stop.\n`);
      await untilStopped(signal);
      await server.close();
    } finally {
      await close();
    }
    return EXIT.done;
  },
};
