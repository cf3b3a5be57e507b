/** The append-only event log of a run: one writer, each line carrying the hash of the line before. */
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdir, open, readFile, truncate, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EventBody, EventLog, RunEvent, Sha256 } from '../contracts.js';
import { canonicalJson } from '../canonical-json.js';
import { eventHash, readLines, verifyChain } from './event-file.js';
import { syncFolder } from './evidence.js';
import { takeLock } from './lock.js';

export { CHAIN_START, eventHash, readEvents, verifyChain, type ChainReport } from './event-file.js';

/** The log of a run while it is written. */
export interface RunLog extends EventLog {
  readonly file: string;
  close(): Promise<void>;
}
export interface EventLogOptions {
  clock?: () => Date;
  /** Lease of the worker that owns the run: appends that carry an older one are refused. */
  fence?: number;
}

/**
 * Opens or begins the log and takes its lock. A last line that a kill tore is cut off, and an `incident` event says so;
 * a chain that is broken further up is refused, since what stands behind it could not be trusted.
 */
export async function openEventLog(file: string, options: EventLogOptions = {}): Promise<RunLog> {
  await mkdir(dirname(file), { recursive: true });
  const release = await takeLock(`${file}.lock`);
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'a');
    await syncFolder(dirname(file));
    const chain = await verifyChain(file);
    if (chain.problem) throw new Error(`${file}, line ${chain.problem.line}: ${chain.problem.what}; this log cannot be continued`);
    let cut: { bytes: number; sha256: Sha256; line: number } | undefined;
    if (chain.torn) {
      const tail = (await readFile(file)).subarray(chain.torn.start);
      cut = { line: chain.torn.line, bytes: tail.length, sha256: createHash('sha256').update(tail).digest('hex') };
      await truncate(file, chain.torn.start);
    }
    const log = new FileLog(file, handle, release, chain.head, chain.end, options);
    if (cut) {
      const what = `The last line of the event log (line ${cut.line}, ${cut.bytes} bytes) was torn when its writer was killed; it was cut off`;
      await log.append({ type: 'incident', v: 1, data: { what, cut } }, { durable: true });
    }
    return log;
  } catch (error) {
    await handle?.close();
    await release();
    throw error;
  }
}

interface Waiting {
  line: string;
  durable: boolean;
  done(): void;
  failed(error: unknown): void;
}

class FileLog implements RunLog {
  readonly file: string;
  readonly #handle: FileHandle;
  readonly #release: () => Promise<void>;
  readonly #clock: () => Date;
  readonly #grown = new EventEmitter().setMaxListeners(0);
  #fence: number;
  #head: { seq: number; hash: Sha256 };
  /** Bytes that are written: followers read up to here. */
  #written: number;
  #queue: Waiting[] = [];
  #writing?: Promise<void>;
  #broken?: Error;
  #closed = false;

  constructor(file: string, handle: FileHandle, release: () => Promise<void>, head: { seq: number; hash: Sha256 }, written: number, options: EventLogOptions) {
    this.file = file;
    this.#handle = handle;
    this.#release = release;
    this.#head = head;
    this.#written = written;
    this.#clock = options.clock ?? (() => new Date());
    this.#fence = options.fence ?? 0;
  }

  append(body: EventBody, options: { durable?: boolean; fence?: number } = {}): Promise<RunEvent> {
    if (this.#broken) return Promise.reject(this.#broken);
    if (this.#closed) return Promise.reject(new Error(`${this.file}: append after close`));
    if (options.fence !== undefined) {
      if (options.fence < this.#fence) return Promise.reject(new Error(`${this.file}: expected lease ${this.#fence}, found ${options.fence}: another worker owns this run now`));
      this.#fence = options.fence;
    }
    // Number and hash are given at once, in the order of the calls; only the disk is waited for.
    const unhashed = { seq: this.#head.seq + 1, at: this.#clock().toISOString(), type: body.type, v: body.v, data: body.data, prev: this.#head.hash };
    const event: RunEvent = { ...unhashed, hash: eventHash(unhashed) };
    this.#head = { seq: event.seq, hash: event.hash };
    return new Promise((resolve, reject) => {
      this.#queue.push({ line: `${canonicalJson(event)}\n`, durable: options.durable ?? false, done: () => resolve(event), failed: reject });
      this.#writing ??= this.#drain();
    });
  }

  async head(): Promise<{ seq: number; hash: Sha256 }> {
    return this.#head;
  }

  async *follow(after: number, signal: AbortSignal): AsyncIterable<RunEvent> {
    let at = 0;
    while (!signal.aborted) {
      const to = this.#written;
      for await (const line of readLines(this.file, at, to)) {
        at = line.end;
        const event = JSON.parse(line.text) as RunEvent;
        if (event.seq > after) yield event;
        if (signal.aborted) return;
      }
      if (this.#written > to) continue;
      if (this.#closed) return;
      await once(this.#grown, 'grown', { signal }).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing;
    this.#grown.emit('grown');
    if (!this.#broken) await this.#handle.datasync();
    await this.#handle.close();
    await this.#release();
  }

  /** Writes whatever waits in one go, and flushes once for all who asked for it. */
  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        const bytes = Buffer.from(batch.map((waiting) => waiting.line).join(''), 'utf8');
        for (let at = 0; at < bytes.length; ) at += (await this.#handle.write(bytes, at)).bytesWritten;
        if (batch.some((waiting) => waiting.durable)) await this.#handle.datasync();
        this.#written += bytes.length;
        for (const waiting of batch) waiting.done();
        this.#grown.emit('grown');
      } catch (error) {
        // A chain with a hole is none: from here on nothing is accepted.
        this.#broken = new Error(`${this.file}: could not be written (${(error as Error).message}); the run cannot go on`);
        for (const waiting of [...batch, ...this.#queue]) waiting.failed(this.#broken);
        this.#queue = [];
      }
    }
    this.#writing = undefined;
  }
}
