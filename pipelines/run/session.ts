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
import { recordExports } from '../exports/due.ts';
import type { Configuration } from '../settings/schema.ts';
import { trustOf } from '../settings/tls.ts';
import { knownStreams } from './configured-streams.ts';
import type { Report } from './report.ts';
import { removeLeftovers } from './spool-folder.ts';
import { allTables } from './tables.ts';
import { viewSettings } from './view-settings.ts';
import type { Work } from './work.ts';

/** How long statements in progress may take after a stop was requested. */
const STOP_WITHIN_MS = 5_000;

export interface SessionOptions {
  readonly configuration: Configuration;
  /** As typed, for the run record. */
  readonly command: string;
  readonly report: Report;
  readonly now?: () => Date;
  /** Aborts when the user stops the command. */
  readonly signal?: AbortSignal;
}

export interface OpenWarehouseOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether the command only reads: then it continues if a lock prevents a schema update. */
  readonly isForLooking?: boolean;
}

/** A merchant's open warehouse, with its schema up to date. */
export interface OpenWarehouse {
  readonly warehouse: Warehouse;
  close(): Promise<void>;
}

/** A run in progress for one merchant, with its connections. */
export interface Session {
  readonly work: Work;
  /** Aborts if the run loses its lock; the reason is a `WarehouseError`. */
  readonly lost: AbortSignal;
  /** Records how the run ended and closes everything. */
  close(status: RunStatus, exitCode: number, message: string): Promise<void>;
}

/** Opens the merchant's warehouse: the configured server, or the embedded Postgres. */
export async function openMerchantWarehouse(
  configuration: Configuration,
  { signal, isForLooking = false }: OpenWarehouseOptions = {},
): Promise<OpenWarehouse> {
  const embedded = await embeddedFor(configuration);
  const url = configuration.warehouse.url ?? embedded!.url;
  const warehouse = openWarehouse({
    url,
    schema: configuration.merchant,
    // One for each slice in flight, and a few for look-ups and for the run lock.
    connections: configuration.heartland.in_flight + 4,
    isForLooking,
  });
  const stopWatching = cancelOnAbort(warehouse, signal, 0);
  const close = async () => {
    stopWatching();
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
    // A command that only reads can be cut off at any time.
    if (!isForLooking) stopWatching();
    return { warehouse, close };
  } catch (error) {
    await close();
    throw warehouseError(error, url);
  }
}

/**
 * Opens a run for a merchant: warehouse, lock, run record, client.
 *
 * @throws WarehouseError if the warehouse cannot be used, or another run is in progress
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { configuration, command, report, signal, now = () => new Date() } = options;
  accountOf(configuration);
  const { warehouse, close } = await openMerchantWarehouse(configuration, { signal });
  let stopWatching = cancelOnAbort(warehouse, signal, 0);
  try {
    const run = await openRun(warehouse, command, configuration.timezone);
    stopWatching();
    stopWatching = cancelOnAbort(warehouse, signal, STOP_WITHIN_MS);
    await removeLeftovers(configuration);
    await recordExports(warehouse, configuration, now());
    const concurrency = new AdaptiveConcurrency(
      configuration.heartland.in_flight,
      (limit, because) =>
        report({ kind: 'note', text: `${because}; continuing with ${limit} at a time` }),
    );
    const heartland = clientFor(configuration, report, attempt => concurrency.record(attempt));
    const slots = new PageSlots(concurrency);
    const work = { configuration, warehouse, heartland, slots, runId: run.runId, report, now };
    return {
      work,
      lost: run.lost,
      close: async (status, exitCode, message) => {
        await heartland.close();
        await run.close(status, exitCode, message).finally(stopWatching).finally(close);
      },
    };
  } catch (error) {
    stopWatching();
    await close();
    throw warehouseError(error, configuration.warehouse.url);
  }
}

/**
 * Cancels the warehouse's open statements some time after a stop was requested.
 *
 * So a stop never waits for a lock, or for a server that does not answer. Work that listens to the
 * signal has ended by then.
 *
 * @returns stops watching the signal
 */
function cancelOnAbort(
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

/** The address of the merchant's account and its token. */
interface HeartlandAccount {
  readonly baseUrl: string;
  readonly token: string;
  /** What to do if the token is refused. */
  readonly whenRefused?: string;
  /** What to do if the account has moved to a new address. */
  readonly whenMoved?: string;
}

/** @throws ConfigurationError if a registered app is not connected yet */
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
      'Consent was revoked, or its user lost a permission. Connect again with: tillstream connect',
    whenMoved: 'Connect again to look up the new address: tillstream connect',
  };
}

/**
 * The client of the merchant's Heartland account.
 *
 * @throws ConfigurationError if a registered app is not connected yet
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

/** Starts the embedded Postgres, or joins the one that runs; undefined with another server. */
export async function embeddedFor(
  configuration: Configuration,
): Promise<EmbeddedPostgres | undefined> {
  if (configuration.warehouse.url !== undefined) return undefined;
  return startEmbedded({ folder: join(configuration.data_folder, 'postgres') });
}
