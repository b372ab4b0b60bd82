import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DeliveryError } from '../transforms/errors.ts';
import { interrupted } from '../transforms/interruption.ts';
import { AtomicUpload, noLimits, removed, type ServerLimits } from './atomic-upload.ts';
import { inAttempts } from './attempts.ts';
import type { Deliver, DeliveredFile, SpooledFile } from './delivery.ts';
import { checkFileName } from './file-name.ts';
import { isTemporaryNameOf, onDisk } from './local-file.ts';
import {
  DEFAULT_TIMEOUT_MS,
  RemoteFailure,
  type RemoteFolder,
  type RemoteOptions,
  type RemoteServer,
} from './remote-folder.ts';
import { TemporaryDeliveryError } from './sink.ts';

/** Limit for cleaning up after a failure, so that Ctrl-C ends soon. */
const CLEAN_UP_TIMEOUT_MS = 3000;

/**
 * Delivers files to a server, in order, over one connection.
 *
 * Retries what may pass: after a lost or stalled connection it continues the upload. A refused
 * log-in, a full disk or a missing permission is final. Throws `DeliveryError` with the file, the
 * server and what was delivered before, or `InterruptedError` after an abort. Either way partial
 * uploads are removed as far as the server allows.
 */
export function deliverToServer(server: RemoteServer, options: RemoteOptions): Deliver {
  return async (files, signal, delivered = () => {}) => {
    for (const file of files) {
      checkFileName(file.name);
      await onDisk(dirname(file.path), file.name, () => access(file.path));
    }
    const delivery = new RemoteDelivery(server, options, signal);
    try {
      for (const file of files) delivered(await delivery.deliver(file));
      await delivery.removeLeftoversOf(files);
      return delivery.receipts;
    } finally {
      delivery.close();
    }
  };
}

/** One delivery: its connection, which is opened again after a loss, and its receipts. */
class RemoteDelivery {
  readonly receipts: DeliveredFile[] = [];
  readonly #server: RemoteServer;
  readonly #options: RemoteOptions;
  readonly #signal: AbortSignal;
  readonly #limits: ServerLimits = noLimits();
  #folder: RemoteFolder | undefined;

  constructor(server: RemoteServer, options: RemoteOptions, signal: AbortSignal) {
    this.#server = server;
    this.#options = options;
    this.#signal = signal;
  }

  async deliver(file: SpooledFile): Promise<DeliveredFile> {
    const { attempts = 4, backoffMs = 1000, viaTemporaryName = true } = this.#options;
    const upload = new AtomicUpload(this.#server, file, {
      isRenamed: viaTemporaryName,
      limits: this.#limits,
    });
    try {
      const uploaded = await inAttempts(
        { most: attempts, backoffMs },
        this.#signal,
        error => error instanceof RemoteFailure && error.fault.isTemporary,
        async () => upload.upload(await this.#open()),
      );
      const destination = this.#server.addressOf(file.name);
      const receipt = { file: file.name, destination, bytes: file.bytes, ...uploaded };
      this.receipts.push(receipt);
      return receipt;
    } catch (error) {
      await this.#cleanUp(upload);
      throw this.#failure(error, file, upload);
    }
  }

  /** Removes temporary files of killed runs; the files are delivered, so failures are ignored. */
  async removeLeftoversOf(files: readonly SpooledFile[]): Promise<void> {
    try {
      const folder = await this.#open();
      for (const name of await folder.list()) {
        if (files.some(file => isTemporaryNameOf(file.name, name))) await removed(folder, name);
      }
    } catch {}
  }

  close(): void {
    this.#folder?.close();
  }

  async #open(): Promise<RemoteFolder> {
    if (this.#folder?.isOpen) return this.#folder;
    this.#folder?.close();
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    this.#folder = await this.#server.open(this.#signal, timeoutMs);
    return this.#folder;
  }

  /** Cleans up over a new connection, because the failed one may hang. */
  async #cleanUp(upload: AtomicUpload): Promise<void> {
    if (!upload.abandon()) return;
    const timeoutMs = Math.min(CLEAN_UP_TIMEOUT_MS, this.#options.timeoutMs ?? CLEAN_UP_TIMEOUT_MS);
    let folder: RemoteFolder | undefined;
    try {
      folder = await this.#server.open(AbortSignal.timeout(2 * timeoutMs), timeoutMs);
      await upload.cleanUp(folder);
    } catch {
      // The first failure is the one to report; it names what is left.
    } finally {
      folder?.close();
    }
  }

  #failure(error: unknown, file: SpooledFile, upload: AtomicUpload): unknown {
    const before = `Delivered before it: ${this.receipts.map(each => each.file).join(', ') || 'none'}`;
    const after = `${before}. ${upload.leftovers()}`;
    if (this.#signal.aborted) return interrupted(`Sending "${file.name}"`, after);
    if (!(error instanceof RemoteFailure)) return error;
    const { code, reason, said, next, isTemporary } = error.fault;
    const Failure = isTemporary ? TemporaryDeliveryError : DeliveryError;
    return new Failure(code, {
      problem: `"${file.name}" was not delivered to ${this.#server.addressOf()}: ${reason}`,
      found: said,
      next: `${next} ${after}.`,
    });
  }
}
