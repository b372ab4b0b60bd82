/** What a kind of destination consists of: its settings, its sink, its connection test. */
import { defer, from, switchMap } from 'rxjs';
import { z } from 'zod';
import type { ConnectionTest } from '../../sinks/connection-test.ts';
import type { Deliver } from '../../sinks/delivery.ts';
import type { Sink } from '../../sinks/sink.ts';
import { sinkOf } from '../../sinks/spooled-sink.ts';
import { line, oneOf, wholeNumber, yesNo } from '../settings/value.ts';

/** One kind of destination, as `sftp`. */
export interface DestinationType<Schema extends z.ZodType> {
  /** Its settings, with a literal `type`. */
  readonly schema: Schema;
  /** Loads its libraries and makes the delivery. */
  open(settings: z.infer<Schema>): Promise<Deliver>;
  /** Writes a small file as a delivery does, and removes it. Throws `DeliveryError`. */
  test(settings: z.infer<Schema>, signal: AbortSignal): Promise<ConnectionTest>;
}

/** Declares a kind of destination, so that its settings' type follows from its schema. */
export function destinationType<Schema extends z.ZodType>(
  type: DestinationType<Schema>,
): DestinationType<Schema> {
  return type;
}

/** A sink that is loaded when a delivery starts: most commands send nothing. */
export function loadedSink(load: () => Promise<Deliver>): Sink {
  return files => defer(() => from(load())).pipe(switchMap(deliver => sinkOf(deliver)(files)));
}

/** Settings that every kind of destination has: the combinators of `sinks/compose.ts`. */
export const COMMON = {
  compress: oneOf(['gzip', 'zip'])
    .optional()
    .describe('Compress each file: gzip (.gz) or zip (.zip). Default: not compressed.'),
  file: line('a name with {file}, {stem} or {extension}, as {stem}_acme{extension}')
    .optional()
    .describe('Other file name, made of {file}, {stem} and {extension}. Default {file}.'),
  archive: line('the name of another destination')
    .optional()
    .describe('Destination that gets a copy after the delivery. Default: none.'),
  retries: wholeNumber(0, 100)
    .default(0)
    .describe('How often a delivery that failed temporarily is repeated. Default 0.'),
  retry_minutes: wholeNumber(1, 60)
    .default(5)
    .describe('Minutes before the first repetition; doubled after that, up to 60. Default 5.'),
};

/** Settings of a server with a log-in and folders. */
export const SERVER = {
  host: z
    .string('the name or address of a server, as ftp.acme.example')
    .regex(/^[\w.:[\]-]+$/, 'the name or address of a server, as ftp.acme.example')
    .describe('Server.'),
  user: line('a user name').describe('User name.'),
  directory: line('a folder on the server, as feeds')
    .default('.')
    .describe('Folder on the server. Default: the log-in folder.'),
  timeout_ms: wholeNumber(1000, 600_000)
    .default(30_000)
    .describe('Milliseconds without any response before the connection fails. Default 30000.'),
  attempts: wholeNumber(1, 10).default(3).describe('Most attempts for each file. Default 3.'),
  via_temporary_name: yesNo()
    .default(true)
    .describe('Upload under a temporary name and rename. Default true.'),
};

/** The same settings for a client. */
export function serverOf(to: {
  readonly host: string;
  readonly user: string;
  readonly directory: string;
  readonly timeout_ms: number;
  readonly attempts: number;
  readonly via_temporary_name: boolean;
}) {
  const { host, user, directory, timeout_ms: timeoutMs, attempts } = to;
  return { host, user, directory, timeoutMs, attempts, viaTemporaryName: to.via_temporary_name };
}
