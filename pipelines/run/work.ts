import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import type { HeartlandClient } from '../../sources/heartland/http/client.ts';
import type { PageSlots } from '../../sources/heartland/http/slots.ts';
import type { Configuration } from '../settings/schema.ts';
import type { Report } from './report.ts';

/** All that a job needs to work for one merchant. */
export interface Work {
  readonly configuration: Configuration;
  readonly warehouse: Warehouse;
  readonly heartland: HeartlandClient;
  /** Places for pages in memory, shared by everything the run does. */
  readonly slots: PageSlots;
  /** Permissions that the token's user is known to lack; left out where nobody has asked. */
  readonly lacks?: ReadonlySet<string>;
  readonly runId: string;
  readonly report: Report;
  /** This moment; fixed in tests. */
  readonly now: () => Date;
}
