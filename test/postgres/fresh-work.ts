import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import type { WorkEvent } from '../../pipelines/run/report.ts';
import { openSession, type Session } from '../../pipelines/run/session.ts';
import type { Work } from '../../pipelines/run/work.ts';
import { configurationSchema } from '../../pipelines/settings/schema.ts';

export interface FreshWorkOptions {
  /** The stand-in Heartland to work with. */
  readonly heartland: { readonly baseUrl: string; readonly token: string };
  /** Sections of the configuration as they would be written in YAML, laid over a working default. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** The moment it is; default noon UTC on 2026-11-21. */
  readonly now?: Date;
  /** Another run on the same merchant; default a merchant of its own. */
  readonly merchant?: string;
  /** Another way to the test run's Postgres, or another database of it. */
  readonly warehouseUrl?: string;
}

export interface FreshWork {
  readonly work: Work;
  readonly session: Session;
  readonly events: readonly WorkEvent[];
  close(): Promise<void>;
}

const NOON = new Date('2026-11-21T12:00:00Z');

/** A run on a merchant of its own, in the test run's real Postgres. */
export async function freshWork(options: FreshWorkOptions): Promise<FreshWork> {
  const events: WorkEvent[] = [];
  const configuration = configurationSchema.parse(freshConfiguration(options));
  const now = options.now ?? NOON;
  const session = await openSession({
    configuration,
    command: 'test',
    report: event => events.push(event),
    now: () => now,
  });
  return { work: session.work, session, events, close: () => session.close('done', 0, 'test') };
}

/** A configuration that works against the stand-in, as it would be written in YAML. */
export function freshConfiguration(options: FreshWorkOptions): Record<string, unknown> {
  const { heartland, ...sections } = options.configuration ?? {};
  return {
    merchant: options.merchant ?? freshMerchant(),
    timezone: 'America/Chicago',
    item_fields: { upc: 'custom@upc', class_code: 'custom@class_code' },
    // As far back as the small account goes; days before it are empty, and asking for each takes time.
    history: { from: monthsBefore(options.now ?? NOON, 3) },
    ...sections,
    heartland: {
      base_url: options.heartland.baseUrl,
      token: options.heartland.token,
      timeout_ms: 10_000,
      ...(heartland as object | undefined),
    },
    warehouse: { url: options.warehouseUrl ?? inject('warehouseUrl') },
  };
}

/** A merchant's name that no other test uses. */
export function freshMerchant(): string {
  return `t_${randomBytes(6).toString('hex')}`;
}

function monthsBefore(now: Date, count: number): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - count, 1))
    .toISOString()
    .slice(0, 10);
}
