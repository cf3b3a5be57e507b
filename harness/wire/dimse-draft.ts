/** One association while it happens: both directions as two blobs. */
import { randomUUID } from 'node:crypto';
import type { BlobWriter, Exchange, Message, Party } from '../contracts.js';
import { Deferred } from './http-draft.js';
import type { Recorder } from './recorder.js';

interface Side {
  writer: BlobWriter;
  start: string;
  end: string;
  bytes: number;
}

export class DimseDraft {
  readonly id = randomUUID();
  readonly connection: string;
  readonly recorder: Recorder;
  transaction?: string;
  cause?: string;
  readonly over = new Deferred<Exchange>();
  readonly #sides: { initiator?: Side; responder?: Side } = {};
  #finished = false;

  constructor(recorder: Recorder, connection: string) {
    this.recorder = recorder;
    this.connection = connection;
  }

  get finished(): boolean {
    return this.#finished;
  }

  get received(): number {
    return this.#sides.initiator?.bytes ?? 0;
  }

  /** C-STORE outranks C-ECHO: an association may hold both. */
  saw(transaction: 'C-STORE' | 'C-ECHO'): void {
    if (this.transaction !== 'C-STORE') this.transaction = transaction;
  }

  async capture(from: 'initiator' | 'responder', chunk: Uint8Array): Promise<void> {
    if (this.#finished) return;
    const now = this.recorder.now();
    const side = (this.#sides[from] ??= { writer: await this.recorder.evidence.create(), start: now, end: now, bytes: 0 });
    await side.writer.write(chunk);
    side.end = now;
    side.bytes += chunk.length;
  }

  async finish(ended: Exchange['ended'], initiator: Party, responder: Party): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    try {
      const messages: Message[] = [];
      for (const from of ['initiator', 'responder'] as const) {
        const side = this.#sides[from];
        if (!side) continue;
        const message: Message = { from, raw: await side.writer.seal(), start: side.start, end: side.end, complete: ended === 'complete' };
        messages.push(message);
        await this.recorder.message(this.id, this.connection, message);
      }
      const exchange: Exchange = {
        id: this.id,
        run: this.recorder.run,
        connection: this.connection,
        ...(this.cause ? { cause: this.cause } : {}),
        protocol: 'dimse',
        vantage: 'terminated',
        initiator,
        responder,
        ...(this.transaction ? { transaction: this.transaction } : {}),
        messages,
        ended,
      };
      await this.recorder.ended(exchange);
      this.over.resolve(exchange);
    } catch (error) {
      this.over.reject(error as Error);
    }
  }

  /** Another records it. */
  async discard(): Promise<void> {
    this.#finished = true;
    for (const side of Object.values(this.#sides)) {
      const writer: BlobWriter & { discard?(): Promise<void> } = side.writer;
      await writer.discard?.();
    }
    this.over.reject(new Error('nothing was recorded'));
  }
}
