import type { DeliveredFile, SpooledFile } from './delivery.ts';
import { temporaryName } from './local-file.ts';
import { RemoteFailure, type RemoteFolder, type RemoteServer } from './remote-folder.ts';

/** What an attempt did, for the receipt. */
export type Uploaded = Required<
  Pick<DeliveredFile, 'detail' | 'verified' | 'unverified' | 'capabilities'>
>;

/** What a server turned out to be unable to do; found out once, for all files of a delivery. */
export interface ServerLimits {
  refusesDotNames: boolean;
  /** Files disappear as soon as they are uploaded, so they cannot be renamed. */
  takesFilesAway: boolean;
  cannotResume: boolean;
}

/** Nothing is known yet: the server is expected to do everything. */
export function noLimits(): ServerLimits {
  return { refusesDotNames: false, takesFilesAway: false, cannotResume: false };
}

/**
 * Uploads one file so that its name on the server always holds the complete old or new file.
 *
 * The file is uploaded under a temporary name, verified, and renamed. {@link upload} may be called
 * again after a lost connection: it continues the partial upload and reads the file back. Whatever
 * the server cannot do is part of the text that it returns, for the receipt.
 */
export class AtomicUpload {
  readonly #server: RemoteServer;
  readonly #file: SpooledFile;
  readonly #isRenamed: boolean;
  readonly #limits: ServerLimits;
  /** Temporary files that may be on the server. */
  readonly #parts = new Set<string>();
  /** The partial upload that the next attempt continues. */
  #resumable: string | undefined;
  /** Name of the old file while the new one takes its place. */
  #backup: string | undefined;
  /** Whether an upload under the file's own name has started and not been verified. */
  #isOwnNamePartial = false;
  readonly #notes = new Set<string>();
  #verified: readonly string[] = [];
  #unverified: readonly string[] = [];
  #found: Record<string, boolean> = {};

  constructor(
    server: RemoteServer,
    file: SpooledFile,
    { isRenamed, limits }: { readonly isRenamed: boolean; readonly limits: ServerLimits },
  ) {
    this.#server = server;
    this.#file = file;
    this.#isRenamed = isRenamed;
    this.#limits = limits;
  }

  /** Makes one attempt and returns what happened, for the receipt. Throws `RemoteFailure`. */
  async upload(folder: RemoteFolder): Promise<Uploaded> {
    this.#notes.clear();
    this.#verified = [];
    this.#unverified = [];
    this.#found = {};
    await this.cleanUp(folder);
    const isRenamed = this.#isRenamed && !this.#limits.takesFilesAway;
    const summary = isRenamed
      ? await this.#uploadAndRename(folder)
      : await this.#uploadAndVerify(folder, this.#file.name, 0);
    if (this.#limits.refusesDotNames) {
      this.#notes.add(
        'the server refuses names with a leading dot, so the temporary name had none',
      );
    }
    if (this.#isRenamed && this.#limits.takesFilesAway) {
      this.#notes.add('uploaded without a temporary name: the server takes files away at once');
    }
    return {
      detail: [summary, ...this.#notes].join('; '),
      verified: this.#verified,
      unverified: this.#unverified,
      capabilities: {
        ...this.#found,
        ...(this.#limits.refusesDotNames && { hiddenNames: false }),
        ...(this.#limits.takesFilesAway && { keepsFiles: false }),
        ...(this.#limits.cannotResume && { resume: false }),
      },
    };
  }

  /** Restores the old file if nothing replaced it, and removes partial uploads. */
  async cleanUp(folder: RemoteFolder): Promise<void> {
    try {
      await this.#restoreBackup(folder);
    } finally {
      for (const part of this.#parts) {
        if (part !== this.#resumable) await this.#removePart(folder, part);
      }
    }
  }

  /** Gives up the partial upload; returns whether there is anything to clean up. */
  abandon(): boolean {
    this.#resumable = undefined;
    return this.#parts.size > 0 || this.#backup !== undefined;
  }

  /** What is left on the server, as one or two sentences without the last full stop. */
  leftovers(): string {
    const left = [
      ...(this.#backup === undefined
        ? []
        : [`If "${this.#file.name}" is missing there, rename "${this.#backup}" to it`]),
      ...(this.#parts.size === 0
        ? []
        : [`Temporary files may be left there, remove them: ${[...this.#parts].join(', ')}`]),
    ];
    if (left.length > 0) return left.join('. ');
    return this.#isOwnNamePartial
      ? `"${this.#file.name}" may be incomplete there`
      : 'No temporary file was left there';
  }

  async #uploadAndRename(folder: RemoteFolder): Promise<string> {
    const { part, summary } = await this.#uploadPart(folder);
    try {
      await this.#putInPlace(folder, part);
    } catch (error) {
      if (!folder.isOpen || !(await this.#isMissing(folder, part))) throw error;
      // A drop folder took the file under its temporary name: it has to be sent under its own.
      this.#resumable = undefined;
      this.#parts.delete(part);
      await this.#restoreBackup(folder);
      this.#limits.takesFilesAway = true;
      return this.#uploadAndVerify(folder, this.#file.name, 0);
    }
    this.#parts.delete(part);
    this.#resumable = undefined;
    return summary;
  }

  /** Uploads under a temporary name; without a leading dot where the server refuses one. */
  async #uploadPart(folder: RemoteFolder): Promise<{ part: string; summary: string }> {
    const part = this.#resumable ?? this.#temporaryName();
    const from = this.#resumable === undefined ? 0 : await this.#resumeAt(folder, part);
    this.#parts.add(part);
    this.#resumable = part;
    try {
      return { part, summary: await this.#uploadAndVerify(folder, part, from) };
    } catch (error) {
      const isRefused = error instanceof RemoteFailure && error.fault.isRefusal === true;
      if (!isRefused || !folder.isOpen) throw error;
      this.#resumable = undefined;
      if (from > 0 && !this.#limits.cannotResume) {
        this.#limits.cannotResume = true;
        await this.#removePart(folder, part);
        return this.#uploadPart(folder);
      }
      if (this.#limits.refusesDotNames) throw error;
      await this.#forgetRefused(folder, part);
      return this.#tryWithoutDot(folder, error);
    }
  }

  async #tryWithoutDot(folder: RemoteFolder, refusal: RemoteFailure) {
    this.#limits.refusesDotNames = true;
    try {
      return await this.#uploadPart(folder);
    } catch (error) {
      // The same refusal without the dot: the name was not the reason.
      if (error instanceof RemoteFailure && error.fault.isRefusal === true) {
        this.#limits.refusesDotNames = false;
        for (const part of this.#parts) await this.#forgetRefused(folder, part);
        throw refusal;
      }
      throw error;
    }
  }

  /** A refused upload usually leaves nothing. */
  async #forgetRefused(folder: RemoteFolder, part: string): Promise<void> {
    const size = await folder.size(part);
    if (size === 'missing') this.#parts.delete(part);
    else await this.#removePart(folder, part);
  }

  async #uploadAndVerify(folder: RemoteFolder, name: string, from: number): Promise<string> {
    const file = this.#file;
    if (name === file.name) this.#isOwnNamePartial = true;
    await folder.upload(file.path, name, from);
    const size = await folder.size(name);
    const sent = bytesOf(file.bytes);
    if (typeof size === 'number' && size !== file.bytes) {
      this.#resumable = undefined;
      throw this.#damaged(`${bytesOf(size)} there, ${sent} sent`);
    }
    // Its size alone does not show that both parts of a resumed file fit together.
    if (from > 0 && (await folder.sha256(name)) !== file.sha256) {
      this.#resumable = undefined;
      throw this.#damaged('different content there');
    }
    this.#isOwnNamePartial = false;
    const isSizeKnown = typeof size === 'number';
    this.#verified = [...(isSizeKnown ? ['size'] : []), ...(from > 0 ? ['content'] : [])];
    this.#unverified = isSizeKnown ? [] : [VERIFICATION[size]];
    this.#found.size = isSizeKnown;
    const resumed = from > 0 ? `, resumed after ${bytesOf(from)} and read back` : '';
    return `${sent} uploaded${resumed}, ${VERIFICATION[typeof size === 'number' ? 'known' : size]}`;
  }

  /** Where to continue a partial upload; 0 to start again. */
  async #resumeAt(folder: RemoteFolder, part: string): Promise<number> {
    if (this.#limits.cannotResume) return 0;
    const size = await folder.size(part);
    if (typeof size !== 'number' || size > this.#file.bytes) return 0;
    const from = Math.max(0, size - this.#server.uncertainBytes);
    return from < this.#file.bytes ? from : 0;
  }

  /** Renames; the old file is moved first where the server does not rename over a file. */
  async #putInPlace(folder: RemoteFolder, part: string): Promise<void> {
    const { name } = this.#file;
    try {
      await folder.rename(part, name);
      return;
    } catch (error) {
      if (!folder.isOpen || !isRefusal(error)) throw error;
      if ((await folder.size(part)) === 'missing' || (await this.#isMissing(folder, name))) {
        throw error;
      }
      const backup = part.replace('.part-', '.old-');
      // Set before the command: if its answer is lost, the old file may already have moved.
      this.#backup = backup;
      await folder.rename(name, backup).catch((refusal: unknown) => {
        if (folder.isOpen) this.#backup = undefined;
        // Where sizes are unknown there may be no old file, and the first refusal is the reason.
        throw folder.isOpen ? error : refusal;
      });
    }
    const backup = this.#backup;
    await folder.rename(part, name);
    this.#backup = undefined;
    const about =
      'the server does not rename over an existing file, so the old one was moved first';
    this.#notes.add(about);
    this.#found.renameOver = false;
    await this.#removeBackup(folder, backup!);
  }

  async #restoreBackup(folder: RemoteFolder): Promise<void> {
    const backup = this.#backup;
    if (backup === undefined) return;
    if (await this.#isMissing(folder, this.#file.name)) {
      // Refused where nothing was moved: then the old file never left its name.
      if (!(await this.#isMissing(folder, backup))) await folder.rename(backup, this.#file.name);
    } else if ((await folder.size(this.#file.name)) === 'unknown') {
      await folder.rename(backup, this.#file.name);
    } else {
      await this.#removeBackup(folder, backup);
    }
    this.#backup = undefined;
  }

  async #removeBackup(folder: RemoteFolder, backup: string): Promise<void> {
    if (await removed(folder, backup)) return;
    this.#found.delete = false;
    this.#notes.add(`the server refused to delete the old file, which is now "${backup}"`);
  }

  async #removePart(folder: RemoteFolder, part: string): Promise<void> {
    if (await removed(folder, part)) {
      this.#parts.delete(part);
      return;
    }
    this.#found.delete = false;
    this.#notes.add(`the server refused to delete the temporary file "${part}"`);
  }

  async #isMissing(folder: RemoteFolder, name: string): Promise<boolean> {
    return (await folder.size(name)) === 'missing';
  }

  #temporaryName(): string {
    const hidden = temporaryName(this.#file.name);
    return this.#limits.refusesDotNames ? hidden.slice(1) : hidden;
  }

  #damaged(said: string): RemoteFailure {
    return new RemoteFailure({
      code: `${this.#server.protocol}_CUT_SHORT`,
      reason: 'the uploaded file is not the one that was sent',
      said,
      next: 'Run the command again; if it fails again, contact the administrator of the server.',
      isTemporary: true,
    });
  }
}

const VERIFICATION = {
  known: 'size verified',
  unknown: 'size not verified: the server does not report sizes',
  missing: 'size not verified: the server no longer shows the file',
} as const;

/** Deletes a file; returns false if the server refused to, and true if it does not exist. */
export async function removed(folder: RemoteFolder, name: string): Promise<boolean> {
  try {
    await folder.remove(name);
    return true;
  } catch (error) {
    if (!folder.isOpen) throw error;
    return (await folder.size(name)) === 'missing';
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof RemoteFailure && error.fault.isRefusal === true;
}

function bytesOf(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'byte' : 'bytes'}`;
}
