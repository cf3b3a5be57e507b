/** Puts what the transports capture into the event log, and tells who listens (the engine). */
import { EventEmitter } from 'node:events';
import type { BlobRef, EventLog, EvidenceStore, Exchange, Json, Message } from '../contracts.js';
import { log } from './log.js';
import { OwnDials } from './own-dials.js';

/** An attempt that did not become an exchange as wanted: a failed TLS handshake, garbage, a reset. `peer` is host:port. */
export interface WireProblem {
  connection?: string;
  simulator: string;
  what: string;
  peer: string;
  at: string;
}
export interface DimseInstance {
  exchange: string;
  sopClass: string;
  sopInstance: string;
  study: string;
  series: string;
  transferSyntax: string;
  dataset: BlobRef;
  direction: 'sent' | 'received';
  status?: number;
}
export interface RecorderOptions {
  run: string;
  evidence: EvidenceStore;
  log: EventLog;
  clock: () => Date;
}

/** A flood of bad connections must not fill the log: so many problems in a minute are told, then only counted. */
const PROBLEMS_PER_MINUTE = 200;

export class Recorder {
  readonly run: string;
  readonly evidence: EvidenceStore;
  readonly clock: () => Date;
  readonly dials = new OwnDials();
  /** Connections (`host:port` of the dialling end) by which the engine proves that a listener can be reached: they carry nothing, and that is no problem. */
  readonly probes = new Set<string>();
  readonly #log: EventLog;
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  #minute = 0;
  #told = 0;

  constructor(options: RecorderOptions) {
    this.run = options.run;
    this.evidence = options.evidence;
    this.clock = options.clock;
    this.#log = options.log;
  }

  now(): string {
    return this.clock().toISOString();
  }

  /** Called with each exchange once it has ended and is in the log. Returns the way to stop. */
  onExchange(listener: (exchange: Exchange) => void): () => void {
    this.#emitter.on('exchange', listener);
    return () => this.#emitter.off('exchange', listener);
  }

  onProblem(listener: (problem: WireProblem) => void): () => void {
    this.#emitter.on('problem', listener);
    return () => this.#emitter.off('problem', listener);
  }

  /** `interim`: a 1xx answer; kept as evidence, but no message of the exchange. */
  async message(exchange: string, connection: string, message: Message, how: { durable?: boolean; interim?: boolean } = {}): Promise<void> {
    const data = { exchange, connection, message: message as unknown as Json, ...(how.interim ? { interim: true } : {}) };
    await this.#log.append({ type: 'exchange.message', v: 1, data }, { durable: how.durable ?? false });
  }

  async ended(exchange: Exchange): Promise<void> {
    await this.#log.append({ type: 'exchange.ended', v: 1, data: { exchange: exchange as unknown as Json } }, { durable: true });
    log.info({ exchange: exchange.id, transaction: exchange.transaction, ended: exchange.ended, initiator: exchange.initiator.address, responder: exchange.responder.address }, 'exchange');
    this.#emit('exchange', exchange);
  }

  async instance(instance: DimseInstance): Promise<void> {
    await this.#log.append({ type: 'dimse.instance', v: 1, data: JSON.parse(JSON.stringify(instance)) as Json }, { durable: true });
  }

  problem(problem: Omit<WireProblem, 'at'>): void {
    if (this.probes.delete(problem.peer)) return;
    const told: WireProblem = { ...problem, at: this.now() };
    this.#emit('problem', told);
    const minute = Math.floor(Date.now() / 60_000);
    if (minute !== this.#minute) {
      const untold = this.#told - PROBLEMS_PER_MINUTE;
      this.#minute = minute;
      this.#told = 0;
      if (untold > 0) this.#append('wire.problem', { ...told, what: `${untold} more problems with connections came within a minute and were only counted`, peer: 'several' });
    }
    this.#told += 1;
    if (this.#told > PROBLEMS_PER_MINUTE) return;
    log.warn({ simulator: told.simulator, peer: told.peer }, told.what);
    this.#append('wire.problem', { ...told });
  }

  /** Something of ours went wrong: in the report, and never the SUT's fault. */
  incident(what: string): void {
    log.error(what);
    this.#append('incident', { what });
  }

  #append(type: string, data: Json): void {
    this.#log.append({ type, v: 1, data }).catch((error: Error) => log.error({ err: error }, 'the event log refused an event'));
  }

  /** A listener that throws must not end a connection. */
  #emit(name: string, value: Exchange | WireProblem): void {
    for (const listener of this.#emitter.listeners(name)) {
      try {
        (listener as (value: unknown) => void)(value);
      } catch (error) {
        log.error({ err: error as Error }, `a listener for ${name} failed`);
      }
    }
  }
}

/** host:port, with brackets around an IPv6 address. */
export function hostPort(host: string | undefined, port: number | undefined): string {
  const plain = (host ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '');
  return `${plain.includes(':') ? `[${plain}]` : plain}:${port ?? 0}`;
}
