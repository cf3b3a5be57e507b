/**
 * The evidence store over a folder: each blob is a file named by its SHA-256, written once, never changed.
 * A blob exists only whole: bytes go to a file in `.partial`, are flushed, and only then get their name.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobRef, BlobWriter, EvidenceStore } from '../contracts.js';
import { Grouped } from './grouped.js';
import { processAlive } from './process-alive.js';

/** Bytes held in memory by one writer at most, besides the chunk in hand. */
const BUFFER = 256 * 1024;
const READ_SIZE = 128 * 1024;
const PARTIAL = '.partial';

/** A writer that can also be given up; `size` counts what was written so far. */
export interface FolderBlobWriter extends BlobWriter {
  readonly size: number;
  /** Forgets the bytes. Nothing happens after `seal`. */
  discard(): Promise<void>;
}
export interface FolderEvidence extends EvidenceStore {
  readonly dir: string;
  create(): Promise<FolderBlobWriter>;
}

/** Opens the store whose files lie directly in `dir` (`RUN/evidence`); the folder is made when it is missing. */
export async function openEvidence(dir: string): Promise<FolderEvidence> {
  await mkdir(dir, { recursive: true });
  return new FolderStore(dir);
}

class FolderStore implements FolderEvidence {
  readonly dir: string;
  readonly #syncFolder: Grouped;
  #ready?: Promise<void>;

  constructor(dir: string) {
    this.dir = dir;
    this.#syncFolder = new Grouped(() => syncFolder(dir));
  }

  async create(): Promise<FolderBlobWriter> {
    this.#ready ??= this.#prepare();
    await this.#ready;
    // The temporary name is ours alone: nothing that a peer sent ever becomes part of a path.
    return new Writer(this.dir, join(this.dir, PARTIAL, `${process.pid}-${randomUUID()}`), this.#syncFolder);
  }

  async *read(blob: BlobRef, range?: { from: number; to?: number }): AsyncIterable<Uint8Array> {
    const path = blobPath(this.dir, blob);
    const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
      throw new Error(`evidence ${blob.sha256}: expected a file ${path}, found ${error.code === 'ENOENT' ? 'none' : error.message}; is the run folder whole? (assay verify)`);
    });
    try {
      let at = Math.max(0, range?.from ?? 0);
      const to = Math.min(range?.to ?? Infinity, blob.size);
      // A reader of the whole blob also learns whether it still is what its name says.
      const hash = at === 0 && to === blob.size ? createHash('sha256') : undefined;
      while (at < to) {
        const buffer = Buffer.allocUnsafe(Math.min(READ_SIZE, to - at));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) throw new Error(`evidence ${blob.sha256}: expected ${blob.size} bytes, found ${at}; the file was cut (assay verify)`);
        const bytes = buffer.subarray(0, bytesRead);
        hash?.update(bytes);
        at += bytesRead;
        // Checked before the last piece is handed out: who reads to the end never ends on altered bytes.
        if (hash && at === to) {
          const found = hash.digest('hex');
          if (found !== blob.sha256) throw new Error(`evidence ${blob.sha256}: the file's bytes hash to ${found}; it was altered (assay verify)`);
        }
        yield bytes;
      }
    } finally {
      await file.close();
    }
  }

  /** Makes the folder for unfinished blobs and removes what processes that are gone left in it. */
  async #prepare(): Promise<void> {
    const partial = join(this.dir, PARTIAL);
    await mkdir(partial, { recursive: true });
    for (const name of await readdir(partial)) {
      const pid = Number(name.split('-')[0]);
      if (Number.isInteger(pid) && pid > 0 && !processAlive(pid)) await rm(join(partial, name), { force: true });
    }
  }
}

class Writer implements FolderBlobWriter {
  readonly #dir: string;
  readonly #temporary: string;
  readonly #syncFolder: Grouped;
  readonly #hash = createHash('sha256');
  #held: Buffer[] = [];
  #heldBytes = 0;
  #file?: FileHandle;
  #tail: Promise<void> = Promise.resolve();
  #state: 'open' | 'sealed' | 'discarded' = 'open';
  size = 0;

  constructor(dir: string, temporary: string, syncFolderOf: Grouped) {
    this.#dir = dir;
    this.#temporary = temporary;
    this.#syncFolder = syncFolderOf;
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#state !== 'open') throw new Error(`evidence: write after the blob was ${this.#state}`);
    if (chunk.length === 0) return;
    this.#hash.update(chunk);
    this.size += chunk.length;
    // Copied, since a caller may use its buffer again once this promise is resolved.
    this.#held.push(Buffer.from(chunk));
    this.#heldBytes += chunk.length;
    if (this.#heldBytes >= BUFFER) await this.#flush();
  }

  async seal(): Promise<BlobRef> {
    if (this.#state !== 'open') throw new Error(`evidence: seal after the blob was ${this.#state}`);
    this.#state = 'sealed';
    await this.#flush();
    const blob = { sha256: this.#hash.digest('hex'), size: this.size };
    const path = blobPath(this.#dir, blob);
    const present = (await stat(path).catch(() => undefined))?.size === blob.size;
    this.#file ??= await open(this.#temporary, 'wx');
    try {
      if (!present) await this.#file.sync();
    } finally {
      await this.#file.close();
    }
    if (present) await rm(this.#temporary, { force: true });
    else await rename(this.#temporary, path);
    // Also for a blob that was there: its name may still be on the way to the disk.
    await this.#syncFolder.run();
    return blob;
  }

  async discard(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'discarded';
    await this.#tail.catch(() => undefined);
    await this.#file?.close();
    if (this.#file) await rm(this.#temporary, { force: true });
  }

  /** One write for all that is held; writes of one blob never overtake each other. */
  #flush(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    this.#tail = this.#tail.then(async () => {
      if (held.length === 0) return;
      this.#file ??= await open(this.#temporary, 'wx');
      await writeAll(this.#file, held.length === 1 && held[0] ? held[0] : Buffer.concat(held));
    });
    return this.#tail;
  }
}

function blobPath(dir: string, blob: BlobRef): string {
  if (!/^[0-9a-f]{64}$/.test(blob.sha256)) throw new Error(`evidence: expected a SHA-256 of 64 hex digits, found ${JSON.stringify(blob.sha256)}`);
  return join(dir, blob.sha256);
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  let at = 0;
  while (at < bytes.length) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
}

/** A new name is durable only when its folder is. */
export async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
