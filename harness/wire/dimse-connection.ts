/**
 * One accepted DICOM connection: every byte is captured, PDUs are held against the state table of the upper layer (PS3.8 section 9.2),
 * and each data set becomes a blob of its own before the SCP on top hears of it.
 */
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { DimseHandler, Exchange, Party } from '../contracts.js';
import { Alarm } from './alarm.js';
import { DimseDraft } from './dimse-draft.js';
import { ABORT, associateReject, dataPdu, PDU, PduError, PduFramer, providerAbort, readAssociate, readPdvs, type Pdu, type Pdv } from './dimse-pdu.js';
import { startScp } from './dimse-scp.js';
import { StoreIntake } from './dimse-intake.js';
import { Deferred } from './http-draft.js';
import { log } from './log.js';
import { hostPort, type Recorder } from './recorder.js';
import { Tee } from './tee.js';

export interface DimseLimits {
  connections: number;
  /** The ARTIM timer: for the association request, and for the peer to close after the end. */
  artimMs: number;
  /** Silence inside an association. */
  idleMs: number;
}
export interface DimseConnectionOptions {
  recorder: Recorder;
  simulator: string;
  aeTitle: string;
  limits: DimseLimits;
  initiator: Party;
  responder: Party;
  handler: DimseHandler;
}
/** Sta2, Sta3, Sta6, Sta8 and Sta13 of the state table. */
type State = 'awaiting request' | 'answering' | 'established' | 'releasing' | 'awaiting close';

export class DimseConnection {
  readonly id = randomUUID();
  readonly #socket: Socket;
  readonly #options: DimseConnectionOptions;
  readonly #tee: Tee;
  readonly #draft: DimseDraft;
  readonly #intake: StoreIntake;
  readonly #inbound = new PduFramer();
  readonly #outbound = new PduFramer();
  readonly #closed = new Deferred<void>();
  #initiator: Party;
  #state: State = 'awaiting request';
  #ended?: Exchange['ended'];
  #why?: string;
  #work: Promise<void> = Promise.resolve();
  readonly #alarm = new Alarm();

  constructor(socket: Socket, options: DimseConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#initiator = options.initiator;
    this.#draft = new DimseDraft(options.recorder, this.id);
    this.#intake = new StoreIntake(options.recorder, options.handler, this.#draft, options.simulator);
    this.#tee = new Tee({ outgoing: (chunk) => this.#fromScp(chunk), ended: async () => this.#endOurs(), dropped: () => undefined }, { address: socket.remoteAddress, port: socket.remotePort });
    this.#tee.on('error', () => undefined);
    startScp(this.#tee, {
      status: (messageId) => this.#intake.status(messageId),
      failed: (error) => {
        options.recorder.incident(`${options.simulator}: the DICOM library gave an association up: ${error.message}`);
        void this.#safely(this.#abort(ABORT.notSpecified, 'given up by Assay', 'reset'));
      },
    });
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      socket.pause();
      this.#alarm.stop();
      this.#do(async () => {
        await this.#take(chunk);
        this.#watch();
        socket.resume();
      });
    });
    socket.on('end', () => this.#do(async () => void socket.destroy()));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#onClose());
    this.#watch();
  }

  /** Resolved when the socket is gone and everything about it is in the log. */
  get done(): Promise<void> {
    return this.#closed.promise;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #do(action: () => Promise<void>): void {
    this.#work = this.#safely(this.#work.then(action));
  }

  /** A failure of ours (the disk is full) ends this connection, and nothing else. */
  #safely(work: Promise<void>): Promise<void> {
    return work.catch((error: Error) => {
      log.error({ err: error, simulator: this.#options.simulator }, 'association given up');
      this.#options.recorder.incident(`${this.#options.simulator}: an association was given up: ${error.message}`);
      this.#socket.destroy();
    });
  }

  async #take(chunk: Buffer): Promise<void> {
    await this.#draft.capture('initiator', chunk);
    if (this.#state === 'awaiting close') return;
    try {
      for (const pdu of this.#inbound.push(chunk)) await this.#receive(pdu);
    } catch (error) {
      if (!(error instanceof PduError)) throw error;
      await this.#abort(error.reason, error.message, 'malformed');
    }
  }

  async #receive(pdu: Pdu): Promise<void> {
    if (this.#state === 'awaiting close') return;
    if (pdu.type === PDU.abort) {
      this.#end('reset', 'the peer aborted the association');
      this.#socket.destroy();
      return;
    }
    if (this.#state === 'awaiting request' && pdu.type === PDU.associateRq) return this.#requested(pdu);
    if (this.#state === 'established' && pdu.type === PDU.data) {
      for (const pdv of readPdvs(pdu.bytes)) await this.#value(pdv);
      return;
    }
    if (this.#state === 'established' && pdu.type === PDU.releaseRq) {
      this.#state = 'releasing';
      return this.#tee.deliver(pdu.bytes);
    }
    const names = ['', 'A-ASSOCIATE-RQ', 'A-ASSOCIATE-AC', 'A-ASSOCIATE-RJ', 'P-DATA-TF', 'A-RELEASE-RQ', 'A-RELEASE-RP', 'A-ABORT'];
    const wanted = this.#state === 'awaiting request' ? 'expected an A-ASSOCIATE-RQ' : `expected no such PDU while ${this.#state}`;
    throw new PduError(`${wanted}, found ${names[pdu.type]}`, ABORT.unexpectedPdu);
  }

  async #requested(pdu: Pdu): Promise<void> {
    const request = readAssociate(pdu.bytes);
    this.#initiator = { ...this.#initiator, address: `${request.callingAe}@${this.#initiator.address}` };
    this.#adopt();
    this.#intake.callingAe = request.callingAe;
    if ((request.protocolVersion & 1) === 0) return this.#reject(2, 2, `the association asks for protocol version ${request.protocolVersion}, expected 1`);
    if (request.calledAe !== this.#options.aeTitle) return this.#reject(1, 7, `the association is for AE title ${JSON.stringify(request.calledAe)}, expected ${JSON.stringify(this.#options.aeTitle)}`);
    if (request.callingAe === '') return this.#reject(1, 3, 'the association has no calling AE title');
    this.#state = 'answering';
    await this.#tee.deliver(pdu.bytes);
  }

  /** A dial of our own host: recorded here, and taken over there. */
  #adopt(): void {
    const dial = this.#options.recorder.dials.find(this.#socket.remoteAddress, this.#socket.remotePort);
    if (!dial) return;
    this.#initiator = { ...this.#initiator, role: 'simulator', system: dial.simulator, actor: dial.actor };
    this.#draft.cause = dial.cause;
    dial.adopted ??= this.#draft.over.promise;
  }

  async #value(pdv: Pdv): Promise<void> {
    const commands = await this.#intake.take(pdv);
    // The SCP gets commands, and of a data set only that it has ended.
    if (pdv.command) await this.#tee.deliver(dataPdu(pdv));
    else if (commands === 'committed') await this.#tee.deliver(dataPdu({ ...pdv, bytes: Buffer.alloc(0) }));
  }

  // ── Outbound ──────────────────────────────────────────────────────────────

  async #fromScp(chunk: Buffer): Promise<void> {
    for (const pdu of this.#outbound.push(chunk)) {
      if (this.#state === 'awaiting close') return;
      if (pdu.type === PDU.associateAc) {
        const accepted = readAssociate(pdu.bytes).contexts.filter((context) => context.result === 0);
        this.#intake.contexts = new Map(accepted.map((context) => [context.id, context.transferSyntaxes[0] ?? '']));
        this.#state = 'established';
      }
      if (pdu.type === PDU.releaseRp) {
        await this.#send(pdu.bytes);
        this.#end('complete');
        this.#socket.end();
        continue;
      }
      await this.#send(pdu.bytes);
    }
  }

  async #send(bytes: Buffer): Promise<void> {
    await this.#draft.capture('responder', bytes);
    await new Promise<void>((resolve) => this.#socket.write(bytes, () => resolve()));
  }

  #endOurs(): void {
    this.#socket.end();
  }

  async #reject(source: 1 | 2, reason: number, why: string): Promise<void> {
    this.#end('refused', why);
    await this.#send(associateReject(source, reason));
  }

  async #abort(reason: number, why: string, ended: Exchange['ended']): Promise<void> {
    if (this.#state === 'awaiting close') return;
    this.#end(ended, why);
    await this.#send(providerAbort(reason));
    this.#socket.end();
    this.#socket.resume();
  }

  // ── The end ───────────────────────────────────────────────────────────────

  #end(ended: Exchange['ended'], why?: string): void {
    this.#state = 'awaiting close';
    this.#ended ??= ended;
    this.#why ??= why;
    this.#watch();
  }

  #watch(): void {
    const { artimMs, idleMs } = this.#options.limits;
    if (this.#state === 'awaiting close') this.#alarm.set(artimMs, () => this.#socket.destroy());
    else if (this.#state === 'awaiting request') this.#alarm.set(artimMs, () => this.#silent());
    else this.#alarm.set(idleMs, () => void this.#safely(this.#abort(ABORT.notSpecified, `no PDU came within an open association for ${idleMs / 1000} s`, 'timeout')));
  }

  /** ARTIM expired in Sta2: the transport connection is closed (AA-2), without a PDU. */
  #silent(): void {
    this.#end('timeout', `no association request came within ${this.#options.limits.artimMs / 1000} s`);
    this.#socket.destroy();
  }

  #onClose(): void {
    this.#alarm.stop();
    this.#tee.destroy();
    this.#do(async () => {
      await this.#intake.giveUp();
      if (this.#draft.received === 0) {
        this.#tell(this.#why ?? 'the connection was opened and closed without a byte');
      } else {
        if (this.#state !== 'awaiting close') this.#why ??= 'the connection was closed without A-RELEASE or A-ABORT';
        if (this.#why) this.#tell(this.#why);
        await this.#draft.finish(this.#ended ?? 'reset', this.#initiator, this.#options.responder);
        await this.#draft.over.promise.catch(() => undefined);
      }
      this.#closed.resolve();
    });
  }

  #tell(what: string): void {
    this.#options.recorder.problem({ connection: this.id, simulator: this.#options.simulator, what, peer: hostPort(this.#socket.remoteAddress, this.#socket.remotePort) });
  }
}
