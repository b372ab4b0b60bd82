import type { Context } from 'hono';
import type { SecureHeadersVariables } from 'hono/secure-headers';
import type { Configuration } from '../../pipelines/settings/schema.ts';
import type { Jobs } from './jobs.ts';
import type { Merchants } from './merchant-access.ts';
import type { Role, User, Users } from './users.ts';

/** What the routes of one merchant find in their context. */
export interface PageEnvironment {
  Variables: SecureHeadersVariables & { user: User; role: Role; configuration: Configuration };
}

export interface PageOptions {
  readonly merchants: Merchants;
  readonly users: Users;
  readonly jobs: Jobs;
  /** Code of the one-time link for the first user. */
  readonly welcome?: string;
  readonly onTrouble: (text: string) => void;
  readonly now: () => Date;
}

export type PageContext = Context<PageEnvironment>;
