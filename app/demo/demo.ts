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

/** A table of the warehouse: its rows, and how many of them this run added and changed. */
interface TableState {
  readonly table: string;
  readonly rows: number;
  readonly inserted: number;
  readonly changed: number;
}

/** What the demo made, and where it is. */
export interface DemoResult {
  readonly streams: readonly StreamResult[];
  readonly tables: readonly TableState[];
  /** Of the shop, for the moments that are shown. */
  readonly timezone: string;
  readonly feed: LocallyResult;
  readonly month: ManagementOneResult;
  /** The configuration it wrote; the other commands work with it. */
  readonly configurationFile: string;
  /** What Locally has received. */
  readonly locallyInbox: string;
  /** What arrived by e-mail: the file at Management One, and the list of what to mend at the shop's own address. */
  readonly mailed: readonly SavedMail[];
  readonly dataFolder: string;
}

/**
 * The whole way, on this machine, with nothing set up: a stand-in Heartland account, an FTP and a mail server are
 * started, the account is pulled into an embedded Postgres, and both exports are made and sent.
 *
 * @param folder where it keeps everything; a second run goes on from there
 */
export async function demo(
  folder: string,
  report: Report,
  signal: AbortSignal,
): Promise<DemoResult> {
  report({ kind: 'stage', title: 'Starting a Heartland account, an FTP server and a mail server' });
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
    try {
      const made = await wholeWay(session.work, signal);
      const tables = await lookAtTables(session.work);
      const mailed = await saveMail(standIns.smtp, join(folder, 'mailed'));
      await session.close('done', 0, 'The demo is done.');
      const { locallyInbox } = standIns;
      return {
        ...made,
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
  } finally {
    await standIns.close();
  }
}

async function wholeWay(work: Work, signal: AbortSignal) {
  work.report({ kind: 'stage', title: 'Heartland → warehouse' });
  const streams = chosenStreams(work.configuration);
  const results = await untilAborted(sync(work, streams), signal, 'The demo');
  const failed = results.find(result => result.failure !== undefined);
  if (failed !== undefined) throw failed.failure;
  // Each run of the demo has a mail server of its own, which has not seen the month yet.
  const feed = await locally(work, {}, signal);
  const month = await managementOne(work, { resend: true }, signal);
  return { streams: results, timezone: work.configuration.timezone, feed, month };
}

async function lookAtTables({
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
