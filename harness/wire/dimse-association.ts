/** The requesting side of one association: a PDU at a time, captured both ways, failures in plain words. */
import { once } from 'node:events';
import { connect as tcpConnect, isIP, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type { Exchange, TlsSettings } from '../contracts.js';
import { readCommand, type Command } from './dimse-command.js';
import type { DimseDraft } from './dimse-draft.js';
import { abortion, associateRequest, dataPdu, PDU, PduError, PduFramer, providerAbort, readAssociate, readPdvs, rejection, releaseRequest, userAbort, type Associate, type Pdu, type PresentationContext } from './dimse-pdu.js';
import { hostPort } from './recorder.js';
import { tlsOptions, tlsReason } from './tls.js';

/** Why an association came to nothing: how its exchange ends, and words for a person. */
export class AssociationError extends Error {
  readonly ended: Exchange['ended'];

  constructor(ended: Exchange['ended'], what: string) {
    super(what);
    this.ended = ended;
  }
}

export interface AssociationRequest {
  host: string;
  port: number;
  calledAe: string;
  callingAe: string;
  contexts: Omit<PresentationContext, 'result'>[];
  timeoutMs: number;
  tls?: Partial<TlsSettings>;
}

const OUR_MAX_PDU = 256 * 1024;
/** Fragments of a peer without a limit, and at most for one with a large limit. */
const FRAGMENT = 128 * 1024;
/** PS3.8 table D.1-1: no P-DATA-TF is smaller than what one value's header needs. */
const SMALLEST_PDU = 128;

export class ClientAssociation {
  readonly socket: Socket;
  readonly #draft: DimseDraft;
  readonly #request: AssociationRequest;
  readonly #framer = new PduFramer();
  readonly #pdus: Pdu[] = [];
  #waiting?: { resolve(pdu: Pdu): void; reject(error: Error): void };
  #failure?: Error;
  #work: Promise<void> = Promise.resolve();
  #peer?: Associate;

  private constructor(socket: Socket, draft: DimseDraft, request: AssociationRequest) {
    this.socket = socket;
    this.#draft = draft;
    this.#request = request;
    socket.on('data', (chunk: Buffer) => {
      socket.pause();
      this.#work = this.#work.then(async () => {
        await draft.capture('responder', chunk);
        for (const pdu of this.#framer.push(chunk)) this.#arrived(pdu);
        socket.resume();
      });
      this.#work.catch((error: Error) => {
        if (error instanceof PduError) socket.write(providerAbort(error.reason));
        this.#fail(new AssociationError('malformed', `the peer answered something that is not DICOM: ${error.message}`));
      });
    });
    socket.on('error', (error) => this.#fail(new AssociationError('reset', `the connection was reset (${error.message})`)));
    socket.on('close', () => void this.#work.catch(() => undefined).then(() => this.#fail(new AssociationError('reset', 'the peer closed the connection without a word'))));
  }

  /** Connects, and tells in words why it could not. */
  static async connect(request: AssociationRequest, draft: DimseDraft): Promise<ClientAssociation> {
    const { host, port, tls } = request;
    const socket = tls ? tlsConnect({ host, port, ...(await tlsOptions(tls)), ...(isIP(host) ? {} : { servername: host }) }) : tcpConnect({ host, port });
    socket.setNoDelay(true); // Small command PDUs must not wait for an acknowledgement.
    const where = hostPort(host, port);
    const limit = Math.min(10_000, request.timeoutMs);
    const timer = setTimeout(() => socket.destroy(new AssociationError('timeout', `no connection to ${where} after ${limit / 1000} s`)), limit);
    try {
      await once(socket, tls ? 'secureConnect' : 'connect');
    } catch (error) {
      socket.destroy();
      throw explainConnect(error as Error, where, tls !== undefined);
    } finally {
      clearTimeout(timer);
    }
    return new ClientAssociation(socket, draft, request);
  }

  /** Negotiates; gives the accepted transfer syntax by context id. */
  async open(): Promise<Map<number, string>> {
    await this.#send(associateRequest({ ...this.#request, contexts: this.#request.contexts.map((context) => ({ ...context, result: 0 })), maxPdu: OUR_MAX_PDU }));
    const answer = await this.#next('an answer to the association request');
    if (answer.type === PDU.associateRj) throw new AssociationError('refused', rejection(answer.bytes));
    if (answer.type !== PDU.associateAc) throw await this.#unexpected(answer, 'A-ASSOCIATE-AC');
    const peer = (this.#peer = this.#read(() => readAssociate(answer.bytes)));
    return new Map(peer.contexts.filter((context) => context.result === 0).map((context) => [context.id, context.transferSyntaxes[0] ?? '']));
  }

  async command(context: number, bytes: Buffer): Promise<void> {
    await this.#send(dataPdu({ context, command: true, last: true, bytes }));
  }

  /** Sends a data set in fragments that fit the peer's limit; `seen` gets each piece too. */
  async dataset(context: number, source: AsyncIterable<Buffer>, seen: (piece: Buffer) => Promise<void>): Promise<void> {
    const limit = this.#peer?.maxPdu ?? 0;
    // Fragments have an even length (PS3.8 annex E.1).
    const size = ((limit === 0 ? FRAGMENT : Math.max(SMALLEST_PDU, Math.min(limit, FRAGMENT))) - 6) & ~1;
    let held: Buffer = Buffer.alloc(0);
    for await (const chunk of source) {
      await seen(chunk);
      held = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
      // One piece is kept back: the last fragment has to say that it is the last.
      while (held.length > size) {
        await this.#send(dataPdu({ context, command: false, last: false, bytes: held.subarray(0, size) }));
        held = held.subarray(size);
      }
    }
    // A deflated data set may end at an odd byte in its file: a NUL makes it even (PS3.5 annex A.5).
    if (held.length % 2 === 1) {
      const pad = Buffer.alloc(1);
      await seen(pad);
      held = Buffer.concat([held, pad]);
    }
    await this.#send(dataPdu({ context, command: false, last: true, bytes: held }));
  }

  /** The next response, a data set behind it passed over. */
  async response(): Promise<Command> {
    const command: Buffer[] = [];
    let found: Command | undefined;
    for (;;) {
      const pdu = await this.#next('a response');
      if (pdu.type !== PDU.data) throw await this.#unexpected(pdu, 'P-DATA-TF');
      for (const pdv of this.#read(() => readPdvs(pdu.bytes))) {
        if (pdv.command) command.push(pdv.bytes);
        if (!pdv.last) continue;
        if (pdv.command) found = this.#read(() => readCommand(Buffer.concat(command)));
        if (found && (!found.hasDataset || !pdv.command)) return found;
      }
    }
  }

  /** Releases in good order; a peer that just closes has said enough. */
  async release(): Promise<void> {
    await this.#send(releaseRequest());
    const answer = await this.#next('an A-RELEASE-RP');
    if (answer.type !== PDU.releaseRp) throw await this.#unexpected(answer, 'A-RELEASE-RP');
  }

  async abort(): Promise<void> {
    if (this.socket.destroyed || this.#failure) return;
    await this.#send(userAbort()).catch(() => undefined);
  }

  /** Everything that came is captured when this is resolved. */
  async close(): Promise<void> {
    this.socket.end();
    this.socket.destroy();
    await this.#work.catch(() => undefined);
  }

  /** Ends every wait. */
  cancel(error: Error): void {
    this.#fail(error);
    this.socket.destroy();
  }

  #read<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw new AssociationError('malformed', `the peer's answer is broken: ${(error as Error).message}`);
    }
  }

  async #unexpected(pdu: Pdu, wanted: string): Promise<AssociationError> {
    if (pdu.type === PDU.abort) return new AssociationError('reset', abortion(pdu.bytes));
    await this.#send(providerAbort(2)).catch(() => undefined);
    return new AssociationError('malformed', `expected ${wanted}, found a PDU of type ${pdu.type}`);
  }

  async #send(bytes: Buffer): Promise<void> {
    if (this.#failure) throw this.#failure;
    await this.#draft.capture('initiator', bytes);
    if (this.socket.write(bytes)) return;
    const timer = setTimeout(() => this.cancel(new AssociationError('timeout', `the peer took nothing for ${this.#request.timeoutMs / 1000} s`)), this.#request.timeoutMs);
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.socket.off('drain', done).off('close', done);
        resolve();
      };
      this.socket.on('drain', done).on('close', done);
    });
    clearTimeout(timer);
  }

  async #next(what: string): Promise<Pdu> {
    const ready = this.#pdus.shift();
    if (ready) return ready;
    if (this.#failure) throw this.#failure;
    const limit = this.#request.timeoutMs;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Pdu>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        timer = setTimeout(() => reject(new AssociationError('timeout', `${what} did not come within ${limit / 1000} s`)), limit);
      });
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
    }
  }

  #arrived(pdu: Pdu): void {
    // The bytes belong to a buffer of the socket's that others wait behind.
    if (this.#waiting) this.#waiting.resolve(pdu);
    else this.#pdus.push(pdu);
    this.#waiting = undefined;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#waiting?.reject(error);
  }
}

function explainConnect(error: Error & { code?: string }, where: string, tls: boolean): AssociationError {
  if (error instanceof AssociationError) return error;
  const reasons: Record<string, string> = {
    ECONNREFUSED: `nothing listens at ${where} (connection refused)`,
    ENOTFOUND: `the host name in ${where} is not known (DNS)`,
    EAI_AGAIN: `the host name in ${where} could not be looked up (DNS)`,
  };
  const reason = reasons[error.code ?? ''];
  if (reason) return new AssociationError('refused', reason);
  if (tls) return new AssociationError('refused', `TLS with ${where} failed: ${tlsReason(error) ?? error.message}`);
  return new AssociationError('refused', `no connection to ${where}: ${error.message}`);
}
