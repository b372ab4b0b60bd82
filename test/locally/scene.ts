/** A merchant with two stores on Locally: a stand-in Heartland, a real Postgres, a real FTP server. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type LocallyRequest,
  type LocallyResult,
  locally,
} from '../../pipelines/exports/locally/locally.ts';
import type { Work } from '../../pipelines/run/work.ts';
import { exportedBytes, listExports, type RecordedExport } from '../../sinks/postgres/exports.ts';
import { freshMerchant, freshWork } from '../postgres/fresh-work.ts';
import { type FtpServer, startFtp } from '../stand-ins/ftp/server.ts';
import { type Heartland, startHeartland } from '../stand-ins/heartland/server.ts';

export interface SceneOptions {
  /** Settings that replace those of the section `locally`. */
  readonly locally?: Readonly<Record<string, unknown>>;
  /** Sections that replace those of the configuration. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** Seed of the sample account. */
  readonly seed?: number;
}

export interface RunOptions extends LocallyRequest {
  readonly now?: Date;
  readonly signal?: AbortSignal;
  /** Replaces the scene's own settings. */
  readonly locally?: Readonly<Record<string, unknown>>;
  readonly configuration?: Readonly<Record<string, unknown>>;
}

export interface Scene {
  readonly heartland: Heartland;
  readonly ftp: FtpServer;
  /** Folder for the merchant's files. */
  readonly folder: string;
  /** Runs the feed in a session of its own. */
  run(options?: RunOptions): Promise<LocallyResult>;
  /** Runs a job in a session of its own. */
  within<T>(options: RunOptions, job: (work: Work) => Promise<T>): Promise<T>;
  /** Every export, the latest first. */
  exports(): Promise<readonly RecordedExport[]>;
  /** The stored bytes of a file of an export. */
  bytes(exportId: string, name: string): Promise<Buffer>;
  /** Files that the run left in the merchant's folder. */
  leftovers(): Promise<readonly string[]>;
}

export const NOW = new Date('2026-11-21T18:00:00Z');

export async function scene(options: SceneOptions = {}): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-locally-'));
  const heartland = await startHeartland({ asOf: '2026-11-21', seed: options.seed ?? 1 });
  const ftp = await startFtp();
  onTestFinished(async () => {
    await Promise.all([heartland.close(), ftp.close()]);
    await rm(folder, { recursive: true, force: true });
  });
  const merchant = freshMerchant();

  const within: Scene['within'] = async ({ now = NOW, ...over }, job) => {
    const fresh = await freshWork({
      heartland,
      merchant,
      now,
      configuration: {
        data_folder: join(folder, 'data'),
        locations: { '1': { locally_id: '12345' }, '2': { locally_id: '12346' } },
        ...options.configuration,
        ...over.configuration,
        locally: {
          filter: { 'custom@sell_on_locally': 'true' },
          deliver: {
            host: ftp.host,
            port: ftp.port,
            user: ftp.user,
            password: ftp.password,
            attempts: 1,
          },
          ...options.locally,
          ...over.locally,
        },
      },
    });
    try {
      return await job(fresh.work);
    } finally {
      await fresh.close();
    }
  };
  return {
    heartland,
    ftp,
    folder,
    within,
    run: ({ signal = new AbortController().signal, ...run } = {}) =>
      within(run, work => {
        const { now: _, locally: __, configuration: ___, ...request } = run;
        return locally(work, request, signal);
      }),
    exports: () => within({}, work => listExports(work.warehouse, 'locally')),
    bytes: (exportId, name) =>
      within({}, async work =>
        Buffer.concat(await Array.fromAsync(exportedBytes(work.warehouse, exportId, name))),
      ),
    leftovers: async () => {
      const names = await readdir(join(folder, 'data'), { recursive: true }).catch(() => []);
      return names.filter(name => name !== 'spool');
    },
  };
}

/** The lines of a file. */
export function linesOf(file: Buffer): readonly string[] {
  return file.toString('utf8').replace(/\n$/, '').split('\n');
}
