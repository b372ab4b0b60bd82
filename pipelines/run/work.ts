import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import type { HeartlandClient } from '../../sources/heartland/http/client.ts';
import type { PageSlots } from '../../sources/heartland/http/slots.ts';
import type { Configuration } from '../settings/schema.ts';
import type { Report } from './report.ts';

/** Everything a job needs to work for one merchant. */
export interface Work {
  readonly configuration: Configuration;
  readonly warehouse: Warehouse;
  readonly heartland: HeartlandClient;
  /** Slots for pages in memory, shared by the whole run. */
  readonly slots: PageSlots;
  /** Permissions that the token's user lacks, if they were read. */
  readonly lacks?: ReadonlySet<string>;
  readonly runId: string;
  readonly report: Report;
  /** The current time; fixed in tests. */
  readonly now: () => Date;
}
