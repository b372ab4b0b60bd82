import { join } from 'node:path';
import { openMerchantWarehouse } from '../../../pipelines/run/session.ts';
import { EXIT, UsageError, WarehouseError } from '../../../transforms/errors.ts';
import { readConfiguration } from '../../configuration/read.ts';
import type { CliCommand } from '../command.ts';
import { untilStopped } from '../interruption.ts';

export const warehouseCommand: CliCommand = {
  name: 'warehouse',
  about: 'Keep the embedded Postgres running, to query it with psql or any other tool',
  run: async ({ stdout, env, signal }, { config }) => {
    const configuration = await readConfiguration(config, env, { needs: [] });
    if (configuration.warehouse.url !== undefined) {
      throw new UsageError('NOT_EMBEDDED', {
        problem: 'This configuration uses a Postgres server, not the embedded one',
        next: 'Connect to the server that warehouse.url names.',
      });
    }
    const { warehouse, close } = await openMerchantWarehouse(configuration, { signal });
    try {
      // This connection keeps other commands from stopping the server, and notices when it stops.
      const connection = await warehouse.pool.connect();
      const stopped = new AbortController();
      connection.on('error', error => stopped.abort(error));
      stdout.write(
        `${howToConnect(warehouse.url, configuration.data_folder, configuration.merchant)}\n`,
      );
      await untilStopped(AbortSignal.any([signal, stopped.signal]));
      connection.release(stopped.signal.aborted);
      if (stopped.signal.aborted)
        throw serverStopped(configuration.data_folder, stopped.signal.reason);
    } finally {
      await close();
    }
    return EXIT.done;
  },
};

function serverStopped(dataFolder: string, cause: unknown): WarehouseError {
  return new WarehouseError(
    'EMBEDDED_POSTGRES_STOPPED',
    {
      problem: 'The embedded Postgres stopped',
      found: (cause as Error).message,
      next: `See its log in ${join(dataFolder, 'postgres', 'log')}. To start it again: tillstream warehouse`,
    },
    cause,
  );
}

/** How to connect; the password stays in its file. */
function howToConnect(url: string, dataFolder: string, merchant: string): string {
  const { hostname, port, username, pathname } = new URL(url);
  const passwordFile = join(dataFolder, 'postgres', 'password');
  return [
    'The warehouse is running until you press Ctrl-C. In another terminal:',
    '',
    `  PGPASSWORD=$(cat '${passwordFile}') PGOPTIONS='-c search_path=${merchant}' \\`,
    `    psql -h ${hostname} -p ${port} -U ${username} ${pathname.slice(1)}`,
    '',
    `In any other tool: host ${hostname}, port ${port}, database ${pathname.slice(1)}, user ${username},`,
    `schema ${merchant}, and the password in ${passwordFile}.`,
  ].join('\n');
}
