import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { managementOne } from '../../pipelines/exports/management-one/management-one.ts';
import type { ManagementOneRequest } from '../../pipelines/exports/management-one/result.ts';
import { exportedBytes } from '../../sinks/postgres/exports.ts';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import { type Month, parseMonth } from '../../transforms/month.ts';
import { type FreshWork, freshWork } from '../postgres/fresh-work.ts';
import { CLASSES } from '../stand-ins/heartland/catalogue-facts.ts';
import { formatDay } from '../stand-ins/heartland/ledger/calendar.ts';
import {
  type Heartland,
  type HeartlandOptions,
  startHeartland,
} from '../stand-ins/heartland/server.ts';
import { type SmtpServer, startSmtp } from '../stand-ins/smtp/server.ts';

/** The moment of every test unless it says otherwise: noon in Chicago, three weeks after the month. */
export const NOW = new Date('2026-11-21T18:00:00Z');
export const LIST = Object.keys(CLASSES);

/** A retailer with an account, a warehouse and a mail server, all of them real. */
export interface Retailer {
  readonly heartland: Heartland;
  readonly smtp: SmtpServer;
  readonly fresh: FreshWork;
  readonly folder: string;
  /** Runs the export, of October 2026 unless said. */
  run(
    request?: Omit<ManagementOneRequest, 'month'> & { readonly month?: string | Month },
  ): ReturnType<typeof managementOne>;
}

/** Policies with which the stand-in's dirt does not hold a file. */
export const LENIENT = {
  problems: {
    no_class_code: 'unclassified',
    unknown_class_code: 'unclassified',
    no_location: 'leave_out',
  },
  unexplained_limit: { units: 50, cost: 5000 },
} as const;

export async function retailer(
  options: {
    readonly account?: HeartlandOptions;
    readonly section?: Readonly<Record<string, unknown>>;
    readonly configuration?: Readonly<Record<string, unknown>>;
    readonly now?: Date;
  } = {},
): Promise<Retailer> {
  const folder = await mkdtemp(join(tmpdir(), 'management-one-'));
  const heartland = await startHeartland({ asOf: '2026-11-21', months: 3, ...options.account });
  const smtp = await startSmtp();
  const locations = heartland.ledger.locations.map(location => [
    location.publicId,
    location.zone === 'America/Chicago' ? {} : { timezone: location.zone },
  ]);
  const fresh = await freshWork({
    heartland,
    now: options.now ?? NOW,
    configuration: {
      data_folder: folder,
      history: { from: formatDay(heartland.ledger.startsOn) },
      locations: Object.fromEntries(locations),
      ...options.configuration,
      management_one: {
        client_id: '4321',
        class_codes: LIST,
        ...options.section,
        email: {
          from: 'Acme <ops@acme.example>',
          to: ['affiliate@m1.example'],
          ...(options.section?.email as object | undefined),
          smtp: smtp.url,
        },
      },
    },
  });
  onTestFinished(async () => {
    await fresh.close();
    await Promise.all([heartland.close(), smtp.close()]);
    await rm(folder, { recursive: true, force: true });
  });
  const { signal } = new AbortController();
  return {
    heartland,
    smtp,
    fresh,
    folder,
    run: ({ month = '2026-10', ...request } = {}) =>
      managementOne(
        fresh.work,
        { month: typeof month === 'string' ? parseMonth(month) : month, ...request },
        signal,
      ),
  };
}

/** The bytes that an export kept of its only file. */
export async function keptFile(warehouse: Warehouse, exportId: string, name: string) {
  const chunks: Buffer[] = [];
  for await (const chunk of exportedBytes(warehouse, exportId, name)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The rows of a default file by `location|class`. */
export function parseFile(text: string): Map<string, Record<string, string>> {
  const [header, ...lines] = text.split('\r\n').slice(0, -1);
  const names = header!.split('|');
  return new Map(
    lines.map(line => {
      const row = Object.fromEntries(line.split('|').map((cell, n) => [names[n]!, cell]));
      return [`${row.Location}|${row.ClassCode}`, row];
    }),
  );
}
