import { join } from 'node:path';
import { openMerchantWarehouse } from '../../../pipelines/run/session.ts';
import { EXIT, UsageError, WarehouseError } from '../../../transforms/errors.ts';
import { readConfiguration } from '../../configuration/read.ts';
import type { CliCommand } from '../command.ts';
import { untilStopped } from '../interruption.ts';

export const warehouseCommand: CliCommand = {
  name: 'warehouse',
  about: 'Keeps the embedded Postgres running, to look into it with psql or any other tool',
  run: async ({ stdout, env, signal }, { config }) => {
    const configuration = await readConfiguration(config, env, { needs: [] });
    if (configuration.warehouse.url !== undefined) {
      throw new UsageError('NOT_EMBEDDED', {
        problem: 'The warehouse of this configuration is a Postgres server of its own',
        next: 'Connect to it as warehouse.url says; this command is for the embedded one.',
      });
    }
    const { warehouse, close } = await openMerchantWarehouse(configuration, { signal });
    try {
      // A connection of its own, so that another command, when it ends, sees that somebody is still here; it also tells when the server goes.
      const here = await warehouse.pool.connect();
      const gone = new AbortController();
      here.on('error', error => gone.abort(error));
      stdout.write(
        `${howToConnect(warehouse.url, configuration.data_folder, configuration.merchant)}\n`,
      );
      await untilStopped(AbortSignal.any([signal, gone.signal]));
      here.release(gone.signal.aborted);
      if (gone.signal.aborted)
        throw stoppedMeanwhile(configuration.data_folder, gone.signal.reason);
    } finally {
      await close();
    }
    return EXIT.done;
  },
};

function stoppedMeanwhile(dataFolder: string, cause: unknown): WarehouseError {
  return new WarehouseError(
    'EMBEDDED_POSTGRES_STOPPED',
    {
      problem: 'The embedded Postgres stopped, so the warehouse is open no longer',
      found: (cause as Error).message,
      next: `Why is in ${join(dataFolder, 'postgres', 'log')}. To open it again: tillstream warehouse`,
    },
    cause,
  );
}

/** What to type to get in; the password stays in its file. */
function howToConnect(url: string, dataFolder: string, merchant: string): string {
  const { hostname, port, username, pathname } = new URL(url);
  const passwordFile = join(dataFolder, 'postgres', 'password');
  return [
    'The warehouse is open until you press Ctrl-C. In another terminal:',
    '',
    `  PGPASSWORD=$(cat '${passwordFile}') PGOPTIONS='-c search_path=${merchant}' \\`,
    `    psql -h ${hostname} -p ${port} -U ${username} ${pathname.slice(1)}`,
    '',
    `Or in any other tool: host ${hostname}, port ${port}, database ${pathname.slice(1)}, user ${username},`,
    `schema ${merchant}, and the password that is in ${passwordFile}.`,
  ].join('\n');
}
