/** One HTTP exchange while it happens: its two blobs, and what becomes of them. */
import { randomUUID } from 'node:crypto';
import type { BlobWriter, Exchange, Message, Party } from '../contracts.js';
import { MessageFramer, type FramerLimits, type FramingProblem } from './http-framer.js';
import type { Recorder } from './recorder.js';

interface Side {
  writer: BlobWriter;
  framer: MessageFramer;
  start: string;
  end: string;
  complete: boolean;
}

/** A store may know how to forget an unfinished blob. */
type Discardable = BlobWriter & { discard?(): Promise<void> };

/** A promise that is settled from outside. */
export class Deferred<T> {
  resolve!: (value: T) => void;
  reject!: (error: Error) => void;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor() {
    this.promise.catch(() => undefined); // Nobody need wait for it.
  }
}

export class HttpDraft {
  readonly id = randomUUID();
  readonly connection: string;
  readonly recorder: Recorder;
  readonly limits: FramerLimits;
  request?: Side;
  response?: Side;
  /** Why the answer cannot be framed. */
  responseProblem?: FramingProblem;
  transaction?: string;
  cause?: string;
  /** Resolved with the whole exchange once it is in the log. */
  readonly over = new Deferred<Exchange>();
  #messages: Message[] = [];
  #storing?: Promise<Message | undefined>;
  #finished = false;

  constructor(recorder: Recorder, connection: string, limits: FramerLimits) {
    this.recorder = recorder;
    this.connection = connection;
    this.limits = limits;
  }

  get finished(): boolean {
    return this.#finished;
  }

  async beginRequest(): Promise<Side> {
    const now = this.recorder.now();
    return (this.request = { writer: await this.recorder.evidence.create(), framer: new MessageFramer('request', this.limits), start: now, end: now, complete: false });
  }

  /** Captures bytes of the answer: 1xx answers are blobs of their own. Returns whether the final answer is whole. */
  async captureResponse(chunk: Uint8Array, method: string | undefined): Promise<boolean> {
    let at = 0;
    while (at < chunk.length) {
      this.response ??= await this.#beginResponse(method === 'HEAD');
      const side = this.response;
      // What is not framed any more (nonsense, or bytes behind the end) still belongs to the answer.
      const framed = side.complete ? { end: chunk.length, done: true } : side.framer.consume(chunk, at);
      if ('problem' in framed) this.responseProblem ??= framed.problem;
      await side.writer.write(chunk.subarray(at, framed.end));
      side.end = this.recorder.now();
      at = framed.end;
      if (!framed.done) continue;
      side.complete = true;
      const status = side.framer.head?.status ?? 0;
      if (status >= 100 && status < 200 && status !== 101) {
        this.response = undefined;
        const raw = await side.writer.seal();
        await this.recorder.message(this.id, this.connection, { from: 'responder', raw, start: side.start, end: side.end, complete: true }, { interim: true });
      }
    }
    return this.response?.complete ?? false;
  }

  /** Seals the request and puts it into the log; done once, and durable when this is resolved, for every caller. */
  storeRequest(): Promise<Message | undefined> {
    this.#storing ??= this.request ? this.#store(this.request) : Promise.resolve(undefined);
    return this.#storing;
  }

  async #store(side: Side): Promise<Message> {
    const message: Message = { from: 'initiator', raw: await side.writer.seal(), start: side.start, end: side.end, complete: side.complete };
    this.#messages.push(message);
    await this.recorder.message(this.id, this.connection, message, { durable: true });
    return message;
  }

  /** Seals what is open and records the exchange as ended. Only the first call counts. */
  async finish(ended: Exchange['ended'], initiator: Party, responder: Party): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    try {
      await this.storeRequest();
      if (this.response) {
        const side = this.response;
        const message: Message = { from: 'responder', raw: await side.writer.seal(), start: side.start, end: side.end, complete: side.complete };
        this.#messages.push(message);
        await this.recorder.message(this.id, this.connection, message);
      }
      const exchange: Exchange = {
        id: this.id,
        run: this.recorder.run,
        connection: this.connection,
        ...(this.cause ? { cause: this.cause } : {}),
        protocol: 'http',
        vantage: 'terminated',
        initiator,
        responder,
        ...(this.transaction ? { transaction: this.transaction } : {}),
        messages: this.#messages,
        ended,
      };
      await this.recorder.ended(exchange);
      this.over.resolve(exchange);
    } catch (error) {
      this.over.reject(error as Error);
    }
  }

  /** Nothing that counts came, or another records it: no exchange. */
  async discard(): Promise<void> {
    this.#finished = true;
    for (const side of [this.request, this.response]) {
      const writer: Discardable | undefined = side?.writer;
      await writer?.discard?.();
    }
    this.over.reject(new Error('nothing was recorded'));
  }

  async #beginResponse(noBody: boolean): Promise<Side> {
    const now = this.recorder.now();
    return { writer: await this.recorder.evidence.create(), framer: new MessageFramer('response', this.limits, noBody), start: now, end: now, complete: false };
  }
}
