/**
 * One accepted connection: bytes are framed into messages and stored on their way to the parser, one request at a time;
 * what never becomes a request ends as an exchange too. A pipelined request waits in the socket until the one before is answered.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Exchange, HttpAnswer, Party, ReceivedHttp } from '../contracts.js';
import { Alarm } from './alarm.js';
import { sendAnswer } from './http-answer.js';
import { Deferred, HttpDraft } from './http-draft.js';
import { patience, silence, storeAndRecognise } from './http-intake.js';
import type { ConnectionOptions } from './http-options.js';
import { refusalBytes, simulatorFailed, type Refusal } from './http-refusal.js';
import { log } from './log.js';
import { hostPort } from './recorder.js';
import { Tee } from './tee.js';

/** After a refusal the peer's bytes are taken a little longer, so that it can read the answer (RFC 9112 section 9.6). */
const LINGER_MS = 1000;
const LINGER_BYTES = 1024 * 1024;
const LINGER_TOTAL_MS = 5000;

export class HttpConnection {
  readonly id = randomUUID();
  readonly tee: Tee;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #closed = new Deferred<void>();
  #initiator: Party;
  #draft?: HttpDraft;
  #stored = new Deferred<ReceivedHttp>();
  #work: Promise<void> = Promise.resolve();
  readonly #alarm = new Alarm();
  #refused?: { ended: Exchange['ended']; draft: HttpDraft; bytes: number };
  /** Our direction has ended: nothing more is answered here. */
  #closing = false;
  #fault?: 'reset' | 'timeout';
  /** Set when a simulator's fault breaks the connection. */
  #cutByUs = false;
  #bytes = 0;
  /** Bytes that had come when our direction ended. */
  #answered = 0;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#initiator = options.initiator;
    this.tee = new Tee(
      { outgoing: (chunk) => this.#outgoing(chunk), ended: () => this.#endOurs(), dropped: () => this.#dropped() },
      { address: socket.remoteAddress, port: socket.remotePort },
    );
    this.tee.on('error', () => undefined);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      socket.pause();
      this.#alarm.stop();
      this.#do(async () => {
        await this.#take(chunk);
        socket.resume();
      });
    });
    socket.on('end', () => this.#do(() => this.#peerEnded()));
    socket.on('error', () => (this.#fault ??= 'reset'));
    socket.on('close', () => this.#onClose());
    this.#alarm.set(this.#options.limits.keepAliveMs, () => socket.destroy());
  }

  /** Resolved when the socket is gone and everything about it is in the log. */
  get done(): Promise<void> {
    return this.#closed.promise;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Called with each parsed request: drains the body, waits until it is stored, and has it answered. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.resume();
    const received = await this.#stored.promise.catch(() => undefined);
    if (!received || response.destroyed) return;
    await sendAnswer(response, await this.#answer(received), () => this.#cut());
  }

  /** The parser behind the tee refuses what the framer let pass. */
  parserError(error: Error & { code?: string; reason?: string }): void {
    if (error.code === 'ECONNRESET' || error.code === 'ERR_STREAM_PREMATURE_CLOSE' || this.#refused || !this.#draft) return;
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
    void this.#safely(this.#refuse(this.#draft, 'malformed', { status, why: `not HTTP/1.1: ${error.reason ?? error.message} (${error.code ?? 'parser'})` }));
  }

  async #answer(received: ReceivedHttp): Promise<HttpAnswer> {
    try {
      return await this.#options.handler(received);
    } catch (error) {
      this.#options.recorder.incident(`${this.#options.simulator} could not answer exchange ${received.exchange}: ${(error as Error).message}`);
      return simulatorFailed();
    }
  }

  // ── Inbound ───────────────────────────────────────────────────────────────

  /** One thing after the other: chunks, the end, the close. */
  #do(action: () => Promise<void>): void {
    this.#work = this.#safely(this.#work.then(action));
  }

  /** A failure of ours (the disk is full) ends this connection, and nothing else. */
  #safely(work: Promise<void>): Promise<void> {
    return work.catch((error: Error) => {
      log.error({ err: error, simulator: this.#options.simulator }, 'connection given up');
      this.#options.recorder.incident(`${this.#options.simulator}: a connection was given up: ${error.message}`);
      this.#socket.destroy();
    });
  }

  async #take(chunk: Buffer): Promise<void> {
    this.#bytes += chunk.length;
    let at = 0;
    while (at < chunk.length) {
      if (this.#refused) return this.#linger(chunk.subarray(at));
      if (this.#closing && this.#bytes > LINGER_BYTES + this.#answered) {
        this.#socket.destroy();
        return;
      }
      const draft = (this.#draft ??= await this.#begin());
      const side = draft.request;
      if (!side) return;
      const framed = this.#closing ? { end: chunk.length, done: false } : side.framer.consume(chunk, at);
      const piece = chunk.subarray(at, framed.end);
      await side.writer.write(piece);
      side.end = this.#options.recorder.now();
      at = framed.end;
      if (this.#closing) return; // Behind a last answer: kept until the connection is gone, never answered.
      if (framed.problem) return this.#refuse(draft, 'malformed', framed.problem);
      if (framed.done) this.#requestDone(draft);
      await this.tee.deliver(piece);
      if (framed.done) await draft.over.promise;
    }
    this.#watch();
  }

  async #begin(): Promise<HttpDraft> {
    const { recorder } = this.#options;
    const draft = new HttpDraft(recorder, this.id, this.#options.limits);
    const dial = recorder.dials.find(this.#socket.remoteAddress, this.#socket.remotePort);
    if (dial) {
      this.#initiator = { ...this.#initiator, role: 'simulator', system: dial.simulator, actor: dial.actor };
      draft.cause = dial.cause;
      draft.transaction = dial.transaction;
      dial.adopted ??= draft.over.promise;
    }
    this.#stored = new Deferred<ReceivedHttp>();
    await draft.beginRequest();
    const forget = (): void => {
      if (this.#draft === draft) this.#draft = undefined;
    };
    draft.over.promise.then(forget, forget);
    return draft;
  }

  /** The request's last byte is here. It is stored while the parser still reads it. */
  #requestDone(draft: HttpDraft): void {
    const stored = this.#stored;
    if (!draft.request) return;
    draft.request.complete = true;
    storeAndRecognise(draft, this.#options).then(
      (received) => {
        stored.resolve(received);
        // Answered already, by the parser itself (417).
        if (draft.response?.complete) void this.#finish(draft, 'complete');
      },
      (error: Error) => {
        // Not on disk: then no answer either.
        stored.reject(error);
        if (!draft.finished) this.#options.recorder.incident(`${this.#options.simulator}: a request could not be stored: ${error.message}`);
        this.#socket.destroy();
      },
    );
  }

  async #peerEnded(): Promise<void> {
    this.#alarm.stop();
    const draft = this.#draft;
    if (this.#refused) return void this.#socket.destroy();
    if (draft?.request && !draft.request.complete && !draft.request.framer.blank) {
      return this.#refuse(draft, 'reset', { status: 400, why: 'the connection was closed in the middle of a request' });
    }
    this.tee.deliverEnd();
    if (this.#closing) this.#socket.destroy();
    else this.#alarm.set(LINGER_TOTAL_MS, () => this.#socket.destroy());
  }

  #watch(): void {
    const draft = this.#draft;
    if (this.#closing || this.#refused || draft?.request?.complete) return;
    const { ms, refusal } = patience(draft, this.#options.limits, this.#options.recorder.clock());
    this.#alarm.set(ms, () => (draft && refusal ? void this.#safely(this.#refuse(draft, 'timeout', refusal)) : void this.#socket.destroy()));
  }

  // ── Outbound ──────────────────────────────────────────────────────────────

  async #outgoing(chunk: Buffer): Promise<void> {
    if (this.#refused || this.#socket.destroyed) return;
    await this.#send(this.#draft, chunk);
    const draft = this.#draft;
    if (draft?.response?.complete && draft.request?.complete) void this.#finish(draft, 'complete');
  }

  /** Captured first, sent then. */
  async #send(draft: HttpDraft | undefined, chunk: Buffer): Promise<void> {
    await draft?.captureResponse(chunk, draft.request?.framer.head?.method);
    const sent = new Promise<void>((resolve) => this.#socket.write(chunk, () => resolve()));
    const stall = setTimeout(() => {
      this.#fault = 'timeout';
      this.#socket.destroy();
    }, this.#options.limits.stallMs);
    await sent; // Also called when the socket is destroyed.
    clearTimeout(stall);
  }

  async #endOurs(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#answered = this.#bytes;
    const draft = this.#draft;
    // A response without a length ends with the connection (RFC 9112 section 6.3).
    if (draft?.response && !draft.response.complete && draft.response.framer.finish()) {
      draft.response.complete = true;
      if (draft.request?.complete) void this.#finish(draft, 'complete');
    }
    if (this.#refused) return;
    this.#socket.end(() => this.#cutByUs && this.#socket.destroy());
    this.#alarm.set(LINGER_TOTAL_MS, () => this.#socket.destroy());
  }

  #dropped(): void {
    if (!this.#refused && !this.#closing) this.#socket.destroy();
  }

  /** A simulator's fault: the connection breaks here. */
  #cut(): void {
    this.#cutByUs = true;
    this.tee.end(); // Behind what is still to be written.
  }

  // ── Refusals and the end ──────────────────────────────────────────────────

  async #refuse(draft: HttpDraft, ended: Exchange['ended'], problem: Refusal): Promise<void> {
    if (this.#refused || draft.finished) return;
    this.#alarm.stop();
    this.#refused = { ended, draft, bytes: 0 };
    this.#stored.reject(new Error(problem.why));
    this.#tell(problem.why);
    if (!draft.response) await this.#send(draft, refusalBytes(problem));
    this.#closing = true;
    this.#socket.end();
    this.tee.destroy();
    this.#alarm.set(LINGER_MS, () => this.#socket.destroy());
    setTimeout(() => this.#socket.destroy(), LINGER_TOTAL_MS).unref();
    this.#socket.resume();
  }

  async #linger(chunk: Buffer): Promise<void> {
    const refused = this.#refused;
    const side = refused?.draft.request;
    if (!refused || !side) return;
    refused.bytes += chunk.length;
    if (!side.complete && !refused.draft.finished && refused.bytes <= LINGER_BYTES) {
      await side.writer.write(chunk);
      side.end = this.#options.recorder.now();
    }
    if (refused.bytes > LINGER_BYTES) return void this.#socket.destroy();
    this.#alarm.set(LINGER_MS, () => this.#socket.destroy());
  }

  async #finish(draft: HttpDraft, ended: Exchange['ended']): Promise<void> {
    await draft.finish(ended, this.#initiator, this.#options.responder);
  }

  #onClose(): void {
    this.#alarm.stop();
    // Whoever waits for this exchange, waits in vain.
    this.#stored.reject(new Error('the connection ended'));
    this.tee.destroy();
    // A request that is whole has the line of work waiting for its answer; an unfinished one is ended when that line is done with it.
    if (this.#draft?.request?.complete) void this.#finishOnClose(this.#draft);
    this.#do(async () => {
      if (this.#draft) await this.#finishOnClose(this.#draft);
      if (this.#bytes === 0) this.#tell(silence(this.#initiator.tls !== undefined, this.#fault !== undefined));
      this.#closed.resolve();
    });
  }

  async #finishOnClose(draft: HttpDraft): Promise<void> {
    if (draft.finished) {
      await draft.over.promise.catch(() => undefined);
      return;
    }
    if (draft.request?.framer.blank && !draft.request.complete) return draft.discard();
    if (!this.#refused && !this.#cutByUs) this.#tell(this.#fault === 'timeout' ? 'the peer did not take the answer in time' : 'the connection broke off in the middle of an exchange');
    await this.#finish(draft, this.#refused?.ended ?? this.#fault ?? 'reset');
  }

  #tell(what: string): void {
    this.#options.recorder.problem({ connection: this.id, simulator: this.#options.simulator, what, peer: hostPort(this.#socket.remoteAddress, this.#socket.remotePort) });
  }
}
