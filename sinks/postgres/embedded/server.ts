import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { TillstreamError, WarehouseError } from '../../../transforms/errors.ts';
import { ServerNotTrusted } from '../authentication.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { environmentOfChildren } from './environment.ts';
import { type Holder, holderOf, isAlive } from './lock-file.ts';
import { canReach, logOf, ownFolder, postgresOwner } from './owner.ts';
import { passwordOf } from './password.ts';
import { enter, isComingOrGoing, NotThisServer, type Presence } from './presence.ts';
import { reachablePrograms } from './programs.ts';

/** A Postgres of our own: no service to install, its data in a folder beside the configuration. */
export interface EmbeddedPostgres {
  /** Connection URL with its password, of the database `warehouse`. */
  readonly url: string;
  /** Stops it unless another command is at work in it; then that one will. */
  leave(): Promise<void>;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Its folder, made when it is not there; holds `data`, `log`, `password`. */
  readonly folder: string;
  /** Server settings, as `fsync=off`. */
  readonly settings?: readonly string[];
  /** Variables that the server is to have, beside those it gets anyway. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Programs of Postgres; default those that came with `npm ci`. */
  readonly binaries?: Binaries;
}

const DATABASE = 'warehouse';
const USER = 'tillstream';
/** Always tried first, so that the address a person wrote down stays true. */
const USUAL_PORT = 54_329;
/** How long a server that another command starts or stops is waited for. */
const PATIENCE_MS = 20_000;
/** How long a server that cannot prove itself may still be one that is about to go. */
const PROOF_MS = 2_000;
const run = promisify(execFile);

/**
 * Starts the embedded Postgres, or joins it where it already runs. It listens on 127.0.0.1 only, with a password
 * that only the folder's owner can read. It is a process of its own: Ctrl-C here does not reach it, so that what is
 * going on can be rolled back and written down.
 */
export async function startEmbedded({
  folder,
  settings = [],
  environment = {},
  binaries: given,
}: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const owner = await postgresOwner();
  const home = resolve(folder);
  const data = join(home, 'data');
  if (!(await canReach(home, owner))) throw unreachable(home);
  const { binaries, password } = await prepare().catch(cause => {
    throw notOurs(home, cause);
  });
  if (!(await exists(join(data, 'PG_VERSION')))) await initialise();

  const { url, presence } = await enterOrStart();
  return { url, leave, stop };

  async function prepare() {
    const found = given ?? (await findBinaries());
    await ownFolder(home, owner);
    await removeLeftovers(home);
    return {
      binaries: await reachablePrograms(found, home, owner),
      password: await passwordOf(home),
    };
  }

  /** Made whole beside its place, then put there: another command may do the same in this moment. */
  async function initialise(): Promise<void> {
    const made = await mkdtemp(join(home, `new-${process.pid}-`));
    try {
      const passwordFile = join(made, 'password');
      await writeFile(passwordFile, password, { mode: 0o600 });
      if (owner !== undefined)
        for (const path of [made, passwordFile]) await chown(path, owner.uid, owner.gid);
      await as(binaries.initdb, [
        ...['-D', join(made, 'data'), '-U', USER, '-E', 'UTF8', '--locale=C'],
        ...['--auth=scram-sha-256', `--pwfile=${passwordFile}`],
      ]);
      await rename(join(made, 'data'), data).catch(async error => {
        if (!(await exists(join(data, 'PG_VERSION')))) throw notPostgres(data, error);
      });
    } finally {
      await rm(made, { recursive: true, force: true });
    }
  }

  /** Another command may be starting or stopping it in this moment; then this one looks again. */
  async function enterOrStart(): Promise<{ url: string; presence: Presence }> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        const port = (await portOfRunning(data)) ?? (await startSomewhere());
        // Whoever listens there has to prove that it knows the password, and never gets it.
        const url = `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}?sslmode=disable&require_auth=scram-sha-256`;
        return { url, presence: await enter(url, DATABASE, data) };
      } catch (error) {
        const holder = await holderOf(data);
        const isPassing = isComingOrGoing(error) || foundAnother(error) || holder !== undefined;
        // Whoever has no proof now has none later; ours may be about to end.
        const until = isNoProof(error) ? deadline - PATIENCE_MS + PROOF_MS : deadline;
        if (!isPassing || Date.now() > until)
          throw holder !== undefined && isNoProof(error)
            ? notThisServer(data, holder, error as Error)
            : error;
        await wait(100);
      }
    }
  }

  /** Another program may take the port between looking and starting, so a failed start is tried elsewhere once. */
  async function startSomewhere(): Promise<number> {
    const usual = await freePort();
    try {
      await start(usual);
      return usual;
    } catch {
      const other = await listenOn(0);
      await start(other);
      return other;
    }
  }

  async function start(port: number): Promise<void> {
    const options = [
      `port=${port}`,
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      ...settings,
    ];
    const log = await logOf(home, owner);
    await as(binaries.pg_ctl, [
      ...['start', '-w', '-t', '60', '-D', data, '-l', log],
      ...['-o', options.map(option => `-c ${option}`).join(' ')],
    ]);
  }

  async function leave(): Promise<void> {
    try {
      if (await presence.isLast()) await stop();
    } finally {
      await presence.end();
    }
  }

  async function stop(): Promise<void> {
    try {
      await as(binaries.pg_ctl, ['stop', '-w', '-m', 'fast', '-D', data]);
    } finally {
      await presence.end();
    }
  }

  async function as(program: string, args: readonly string[]): Promise<void> {
    try {
      // Without its own stdio the server would hold ours open for as long as it lives.
      const env = { ...environmentOfChildren(), ...environment };
      await run(program, args, { ...owner, cwd: home, env });
    } catch (cause) {
      const { stderr = '', stdout = '' } = cause as { stderr?: string; stdout?: string };
      const log = join(home, 'log');
      const written = await readFile(log, 'utf8').catch(() => '');
      throw new WarehouseError(
        'EMBEDDED_POSTGRES_FAILED',
        {
          problem: `The embedded Postgres in ${home} did not start or stop as it should`,
          found: lastLines(`${stdout}\n${stderr}\n${written}`),
          next: `If it says that the disk is full, free some, then run the command again; else the whole of it is in ${log}. Keep the folder: what was sent is written down in it.`,
        },
        cause,
      );
    }
  }
}

/** Removes what an `initdb` or a copy left behind whose command was killed: 188 MB each time. */
async function removeLeftovers(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.startsWith('new-')) continue;
    const path = join(home, name);
    const maker = Number(/^new-(\d+)-/.exec(name)?.[1]);
    const madeAt = await stat(path).then(
      found => found.mtimeMs,
      () => 0,
    );
    // A number comes again; what was begun an hour ago is nobody's work any more.
    const isAtWork = maker > 0 && isAlive(maker) && Date.now() - madeAt < 3_600_000;
    if (!isAtWork) await rm(path, { recursive: true, force: true });
  }
}

/** The port that a server on this data folder listens on, if one is alive. */
async function portOfRunning(data: string): Promise<number | undefined> {
  const { port } = (await holderOf(data)) ?? {};
  return port !== undefined && (await isListening(port)) ? port : undefined;
}

/** Whether a start failed where another server was on the data folder a moment ago; pg_ctl says so, in the C locale. */
function foundAnother(error: unknown): boolean {
  const { stderr } = ((error as Error).cause ?? {}) as { stderr?: string };
  return stderr?.includes('another server might be running') ?? false;
}

/** Whether something answers that is no server of ours, or another one than this folder's. */
function isNoProof(error: unknown): boolean {
  return error instanceof ServerNotTrusted || error instanceof NotThisServer;
}

async function isListening(port: number): Promise<boolean> {
  return !(await canListen(port));
}

async function freePort(): Promise<number> {
  return (await canListen(USUAL_PORT)) ? USUAL_PORT : listenOn(0);
}

async function canListen(port: number): Promise<boolean> {
  return listenOn(port).then(
    () => true,
    () => false,
  );
}

function listenOn(port: number): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolvePort(typeof address === 'object' && address ? address.port : port));
    });
  });
}

function notThisServer(data: string, { pid, port }: Holder, cause: Error): WarehouseError {
  return new WarehouseError(
    'EMBEDDED_POSTGRES_NOT_OURS',
    {
      problem: `What listens on port ${port} is not the embedded Postgres of ${data}, though ${join(data, 'postmaster.pid')} names it`,
      found: `process ${pid}: ${cause.message}`,
      next: `Nothing secret was sent to it. Where process ${pid} is no Postgres on that folder, remove the file postmaster.pid, then run the command again.`,
    },
    cause,
  );
}

function unreachable(home: string): WarehouseError {
  return new WarehouseError('FOLDER_OUT_OF_REACH', {
    problem: `Postgres does not run as root, and the user it is lent to cannot enter ${home}`,
    next: 'Set data_folder to a place outside of root’s home, as /var/lib/tillstream, or run as an ordinary user.',
  });
}

function notOurs(home: string, cause: unknown): unknown {
  const { code } = cause as { code?: string };
  if (code === undefined || cause instanceof TillstreamError) return cause;
  return new WarehouseError(
    'FOLDER_NOT_WRITABLE',
    {
      problem: `The folder of the embedded Postgres, ${home}, cannot be used`,
      found: code,
      expected: 'a folder that the user who runs the command may write to',
      next: 'Run the command as the user who made it, or name another place with data_folder.',
    },
    cause,
  );
}

function notPostgres(data: string, cause: unknown): WarehouseError {
  return new WarehouseError(
    'FOLDER_NOT_POSTGRES',
    {
      problem: `The folder ${data} is there already, and is none that Postgres made`,
      found: (cause as { code?: string }).code,
      next: 'If there is nothing in it that you need, remove it; else name another place with data_folder.',
    },
    cause,
  );
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' / ');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
