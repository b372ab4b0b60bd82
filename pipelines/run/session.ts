import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbedded } from '../../sinks/postgres/embedded/server.ts';
import { isLockTimeout } from '../../sinks/postgres/lock-watch.ts';
import { migrate } from '../../sinks/postgres/migrate.ts';
import { openRun, type RunStatus } from '../../sinks/postgres/runs.ts';
import { openWarehouse, type Warehouse } from '../../sinks/postgres/warehouse.ts';
import { warehouseError } from '../../sinks/postgres/warehouse-error.ts';
import {
  AdaptiveConcurrency,
  type Attempt,
} from '../../sources/heartland/http/adaptive-concurrency.ts';
import { type HeartlandClient, heartlandClient } from '../../sources/heartland/http/client.ts';
import { PageSlots } from '../../sources/heartland/http/slots.ts';
import { ConfigurationError } from '../../transforms/errors.ts';
import { interrupted } from '../../transforms/interruption.ts';
import type { Configuration } from '../settings/schema.ts';
import { trustOf } from '../settings/tls.ts';
import { knownStreams } from './configured-streams.ts';
import type { Report } from './report.ts';
import { removeLeftBehind } from './spool-folder.ts';
import { allTables } from './tables.ts';
import { viewSettings } from './view-settings.ts';
import type { Work } from './work.ts';

/** What a run has begun to write down when it is asked to stop gets so long. */
const STOP_WITHIN_MS = 5_000;

export interface SessionOptions {
  readonly configuration: Configuration;
  /** As typed, for the run's record. */
  readonly command: string;
  readonly report: Report;
  readonly now?: () => Date;
  /** Aborts when a person wants it to stop. */
  readonly signal?: AbortSignal;
}

export interface OpenWarehouseOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether somebody only looks: then a lock of another session on what keeps the schema up to date is no obstacle. */
  readonly isForLooking?: boolean;
}

/** A merchant's warehouse, ready to be read, with its schema up to date. */
export interface OpenWarehouse {
  readonly warehouse: Warehouse;
  close(): Promise<void>;
}

/** A run in progress for one merchant, with everything it needs open. */
export interface Session {
  readonly work: Work;
  /** Aborts when another run may work on the merchant, because this one's lock was lost; its reason is a `WarehouseError`. */
  readonly lost: AbortSignal;
  /** Writes down how the run ended and closes everything. */
  close(status: RunStatus, exitCode: number, message: string): Promise<void>;
}

/** Opens the merchant's warehouse: the one of the configuration, or the embedded one. */
export async function openMerchantWarehouse(
  configuration: Configuration,
  { signal, isForLooking = false }: OpenWarehouseOptions = {},
): Promise<OpenWarehouse> {
  const embedded = await embeddedFor(configuration);
  const url = configuration.warehouse.url ?? embedded!.url;
  const warehouse = openWarehouse({
    url,
    schema: configuration.merchant,
    // One transaction for each slice in flight, and a few for looking things up and for the run's lock.
    connections: configuration.heartland.in_flight + 4,
    isForLooking,
  });
  const letGo = breakOffOnAbort(warehouse, signal, 0);
  const close = async () => {
    letGo();
    await warehouse.close();
    await embedded?.leave();
  };
  try {
    await migrate(
      warehouse,
      allTables(knownStreams(configuration)),
      viewSettings(configuration),
    ).catch(error => {
      if (!(isForLooking && isLockTimeout(error))) throw error;
    });
    // A look has nothing that it should finish.
    if (!isForLooking) letGo();
    return { warehouse, close };
  } catch (error) {
    await close();
    throw warehouseError(error, url);
  }
}

/**
 * Opens a run for a merchant: warehouse, lock, run record, client.
 *
 * @throws WarehouseError when the warehouse cannot be used, or another run is at work on the merchant
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { configuration, command, report, signal, now = () => new Date() } = options;
  accountOf(configuration);
  const { warehouse, close } = await openMerchantWarehouse(configuration, { signal });
  let letGo = breakOffOnAbort(warehouse, signal, 0);
  try {
    const run = await openRun(warehouse, command, configuration.timezone);
    letGo();
    letGo = breakOffOnAbort(warehouse, signal, STOP_WITHIN_MS);
    await removeLeftBehind(configuration);
    const pace = new AdaptiveConcurrency(configuration.heartland.in_flight, (limit, because) =>
      report({ kind: 'note', text: `${because}: ${limit} at a time now` }),
    );
    const heartland = clientFor(configuration, report, attempt => pace.record(attempt));
    const slots = new PageSlots(pace);
    const work = { configuration, warehouse, heartland, slots, runId: run.runId, report, now };
    return {
      work,
      lost: run.lost,
      close: async (status, exitCode, message) => {
        await heartland.close();
        await run.close(status, exitCode, message).finally(letGo).finally(close);
      },
    };
  } catch (error) {
    letGo();
    await close();
    throw warehouseError(error, configuration.warehouse.url);
  }
}

/**
 * Rolls back what the warehouse has under way some time after a person asked to stop, so that nobody waits behind a lock or
 * a server that does not answer. What listens to the signal itself has stopped by then.
 *
 * @returns ends the watch
 */
function breakOffOnAbort(
  warehouse: Warehouse,
  signal: AbortSignal | undefined,
  afterMs: number,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const breakOff = () => warehouse.abort(interrupted(`The work on ${warehouse.schema}`));
  const stop = () => {
    timer = setTimeout(breakOff, afterMs);
  };
  if (signal?.aborted) stop();
  else signal?.addEventListener('abort', stop, { once: true });
  return () => {
    signal?.removeEventListener('abort', stop);
    clearTimeout(timer);
  };
}

/** Where the merchant's account is, and what lets us in. */
interface HeartlandAccount {
  readonly baseUrl: string;
  readonly token: string;
  /** What to do when the token is refused. */
  readonly whenRefused?: string;
  /** What to do when the account has another address now. */
  readonly whenMoved?: string;
}

/** @throws ConfigurationError where a registered app has not been connected yet */
function accountOf({ heartland, merchant }: Configuration): HeartlandAccount {
  const { base_url: baseUrl, token, oauth } = heartland;
  if (baseUrl === undefined || token === undefined)
    throw new ConfigurationError('NOT_CONNECTED', {
      problem: `${merchant} is not connected to its Heartland account yet`,
      next: 'Connect it with: tillstream connect',
    });
  if (oauth === undefined) return { baseUrl, token };
  return {
    baseUrl,
    token,
    whenRefused:
      'The consent was taken back, or its user lost a permission. Connect again with: tillstream connect',
    whenMoved: 'Find out the account’s new address by connecting again: tillstream connect',
  };
}

/**
 * The client of the merchant's Heartland account.
 *
 * @throws ConfigurationError where a registered app has not been connected yet
 */
export function clientFor(
  configuration: Configuration,
  report: Report,
  onAttempt: (attempt: Attempt) => void = () => {},
): HeartlandClient {
  const { heartland } = configuration;
  return heartlandClient(
    {
      ...accountOf(configuration),
      inFlight: heartland.in_flight,
      timeoutMs: heartland.timeout_ms,
      ...(heartland.answer_timeout_ms !== undefined && { wholeMs: heartland.answer_timeout_ms }),
      ...trustOf(heartland),
      maxRetries: heartland.max_retries,
      maxWaitMs: heartland.max_wait_ms,
    },
    { onWait: waiting => report({ kind: 'waiting', waiting }), onAttempt },
  );
}

async function embeddedFor(configuration: Configuration): Promise<EmbeddedPostgres | undefined> {
  if (configuration.warehouse.url !== undefined) return undefined;
  return startEmbedded({ folder: join(configuration.data_folder, 'postgres') });
}
