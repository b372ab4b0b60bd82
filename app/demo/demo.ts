import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askThisMachineDirectly } from '../../network/proxies.ts';
import { type LocallyResult, locally } from '../../pipelines/exports/locally/locally.ts';
import { managementOne } from '../../pipelines/exports/management-one/management-one.ts';
import type { ManagementOneResult } from '../../pipelines/exports/management-one/result.ts';
import { chosenStreams } from '../../pipelines/run/configured-streams.ts';
import type { Report } from '../../pipelines/run/report.ts';
import { openSession } from '../../pipelines/run/session.ts';
import { untilAborted } from '../../pipelines/run/stopping.ts';
import { allTables } from '../../pipelines/run/tables.ts';
import type { Work } from '../../pipelines/run/work.ts';
import { type StreamResult, sync } from '../../pipelines/sync/sync.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import { localDate } from '../../transforms/day.ts';
import { readConfiguration } from '../configuration/read.ts';
import { demoConfiguration } from './configuration.ts';
import { type SavedMail, saveMail, startStandIns } from './stand-ins.ts';

/** A table of the warehouse: its rows, and how many this run added and changed. */
interface TableState {
  readonly table: string;
  readonly rows: number;
  readonly inserted: number;
  readonly changed: number;
}

/** The results of the demo, and where they are. */
export interface DemoResult {
  readonly streams: readonly StreamResult[];
  readonly tables: readonly TableState[];
  /** Time zone of the shop, for the times shown. */
  readonly timezone: string;
  readonly feed: LocallyResult;
  readonly month: ManagementOneResult;
  /** The configuration it wrote, for use with other commands. */
  readonly configurationFile: string;
  /** Folder with the files that Locally received. */
  readonly locallyInbox: string;
  /** E-mails: the month-end file for Management One, and the shop's list of issues to fix. */
  readonly mailed: readonly SavedMail[];
  readonly dataFolder: string;
}

/**
 * Runs everything end to end on this machine, with a sample account and no setup.
 *
 * Starts a stand-in Heartland, an FTP server and a mail server, pulls the account into an embedded
 * Postgres, and builds and delivers both exports.
 *
 * @param folder for all files; a second run continues there
 * @param meanwhile runs after it is complete, while its servers still answer
 */
export async function demo(
  folder: string,
  report: Report,
  signal: AbortSignal,
  meanwhile: (made: DemoResult) => Promise<void> = async () => {},
): Promise<DemoResult> {
  report({
    kind: 'stage',
    title: 'Starting a sample Heartland account, an FTP server and a mail server',
  });
  askThisMachineDirectly();
  await mkdir(folder, { recursive: true });
  const today = localDate(new Date(), 'America/Chicago');
  const standIns = await startStandIns(folder, today);
  try {
    const configurationFile = join(folder, 'tillstream.yaml');
    await writeFile(configurationFile, demoConfiguration(standIns, today));
    const configuration = await readConfiguration(configurationFile, {});

    report({ kind: 'stage', title: 'Starting Postgres' });
    const session = await openSession({ configuration, command: 'demo', report, signal });
    let made: DemoResult;
    try {
      const results = await syncAndExport(session.work, signal);
      const tables = await tableStates(session.work);
      const mailed = await saveMail(standIns.smtp, join(folder, 'mailed'));
      await session.close('done', 0, 'The demo is complete.');
      const { locallyInbox } = standIns;
      made = {
        ...results,
        tables,
        configurationFile,
        locallyInbox,
        mailed,
        dataFolder: configuration.data_folder,
      };
    } catch (error) {
      const isInterrupted = signal.aborted;
      await session.close(
        isInterrupted ? 'interrupted' : 'failed',
        isInterrupted ? 130 : 1,
        String(error),
      );
      throw error;
    }
    await meanwhile(made);
    return made;
  } finally {
    await standIns.close();
  }
}

async function syncAndExport(work: Work, signal: AbortSignal) {
  work.report({ kind: 'stage', title: 'Heartland → warehouse' });
  const streams = chosenStreams(work.configuration);
  const synced = await untilAborted(sync(work, streams), signal, 'The demo');
  const failed = synced.find(result => result.failure !== undefined);
  if (failed !== undefined) throw failed.failure;
  // Each run starts a new mail server, which has not received the month yet.
  const feed = await locally(work, {}, signal);
  const month = await managementOne(work, { resend: true }, signal);
  return { streams: synced, timezone: work.configuration.timezone, feed, month };
}

async function tableStates({
  configuration,
  warehouse,
  runId,
}: Work): Promise<readonly TableState[]> {
  const states: TableState[] = [];
  for (const { name } of allTables(chosenStreams(configuration))) {
    const [state] = await warehouse.query<Omit<TableState, 'table'>>(
      statement('status/table-in-run', { table: name }),
      [runId, name],
    );
    states.push({ table: name, ...state! });
  }
  return states;
}
