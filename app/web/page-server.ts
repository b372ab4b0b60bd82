import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Configuration } from '../../pipelines/settings/schema.ts';
import { ConfigurationError } from '../../transforms/errors.ts';
import { Jobs } from './jobs.ts';
import { Merchants } from './merchant-access.ts';
import { page } from './page.ts';
import { Users } from './users.ts';
import { LIMITS, MAX_CONNECTIONS, startWebhookServer } from './webhook-server.ts';

export interface PageServerOptions {
  readonly configurations: readonly Configuration[];
  readonly host: string;
  readonly port: number;
  readonly signal: AbortSignal;
  readonly onTrouble: (text: string) => void;
}

/** A running page. */
export interface PageServer {
  readonly url: string;
  /** Where Locally's messages arrive; undefined without `locally.orders`. */
  readonly webhook: string | undefined;
  /** The one-time link that adds the first user; undefined when there are users. */
  readonly welcome: string | undefined;
  close(): Promise<void>;
}

const LOOPBACK = /^(127\.|::1$|localhost$)/;

/**
 * Starts the page, and with it the receiver of Locally's messages where one merchant has it.
 *
 * Without any user, whoever comes first would be the owner. So the first user is added with a link
 * that only this terminal shows, and only if no other machine can reach the page.
 *
 * @throws ConfigurationError without users on an address that others can reach
 */
export async function startPage(options: PageServerOptions): Promise<PageServer> {
  const { configurations, host, port, signal, onTrouble } = options;
  const users = await Users.open(configurations[0]!);
  const merchants = new Merchants(configurations, signal);
  const jobs = new Jobs();
  const closeAll = async () => {
    await jobs.close();
    await merchants.close();
    await users.close();
  };
  try {
    const isFirst = (await users.list()).length === 0;
    if (isFirst && !LOOPBACK.test(host)) throw noUsers(host);
    const welcome = isFirst ? randomBytes(16).toString('base64url') : undefined;
    const now = () => new Date();
    const app = page({
      ...{ merchants, users, jobs, onTrouble, now },
      ...(welcome !== undefined && { welcome }),
    });
    const listener = getRequestListener(app.fetch);
    const only = configurations.length === 1 ? configurations[0]! : undefined;
    const hasOrders = only?.locally?.orders !== undefined;
    const running = hasOrders
      ? await startWebhookServer({
          ...{ warehouse: await merchants.warehouse(only.merchant), configuration: only },
          ...{ host, port, onTrouble, page: listener },
        })
      : await plainServer(listener, host, port);
    const url = `${new URL(running.url).origin}/`;
    return {
      url,
      webhook: hasOrders ? running.url : undefined,
      welcome: welcome && `${url}welcome?code=${welcome}`,
      close: async () => {
        await running.close();
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function plainServer(
  listener: ReturnType<typeof getRequestListener>,
  host: string,
  port: number,
) {
  const server: Server = createServer(LIMITS, listener);
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/`,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function noUsers(host: string): ConfigurationError {
  return new ConfigurationError('NO_USERS', {
    problem: 'The page has no users yet, and others can reach this address',
    found: host,
    next: 'Add the first one with: tillstream user add NAME --role admin.',
  });
}
