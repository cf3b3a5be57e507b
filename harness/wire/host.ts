/**
 * What simulators stand on: their only way to the network and the disk. One `Host` serves all simulators of a run (or of a stand-alone
 * `assay simulate`), so that it knows which incoming connections are its own dials; `host.for(name)` is one simulator's share of it.
 */
import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventLog, EvidenceStore, Exchange, Listening, Party, SimulatorHost } from '../contracts.js';
import type { DimseLimits } from './dimse-connection.js';
import { dialDimse } from './dimse-dial.js';
import { listenDimse } from './dimse-listen.js';
import { openEventLog } from './event-log.js';
import { openEvidence } from './evidence.js';
import { listenHttp, type HttpLimits } from './http-capture.js';
import { dialHttp } from './http-dial.js';
import { Recorder, type WireProblem } from './recorder.js';

export interface HostOptions {
  run: string;
  evidence: EvidenceStore;
  log: EventLog;
  /** Parent of the simulators' private folders. */
  dataDir: string;
  /** Address that listeners bind to; default 127.0.0.1. */
  bind?: string;
  /** Name or address under which peers reach us; default: what is bound. */
  advertise?: string;
  /** Who is at the other end of connections that are not our own; default the SUT (`assay simulate`: a peer). */
  peer?: Pick<Party, 'role' | 'system'>;
  clock?: () => Date;
  random?: () => number;
  /** Ends every dial, and tells simulators to stop. */
  signal?: AbortSignal;
  /** Limits of what peers send; that of the body holds for answers to our dials, too. */
  http?: Partial<HttpLimits>;
  dimse?: Partial<DimseLimits>;
}
export interface Host {
  readonly recorder: Recorder;
  /** One simulator's way to network and disk. */
  for(simulator: string, options?: { fault?: string }): SimulatorHost;
  /** Told of each exchange once it has ended and is in the log. Returns the way to stop. */
  onExchange(listener: (exchange: Exchange) => void): () => void;
  /** Told of attempts that became no proper exchange: failed TLS handshakes, resets, garbage, refused dials. */
  onProblem(listener: (problem: WireProblem) => void): () => void;
  /** Ends all listeners and dials of this host. */
  close(): Promise<void>;
}

export function createHost(options: HostOptions): Host {
  const clock = options.clock ?? (() => new Date());
  const recorder = new Recorder({ run: options.run, evidence: options.evidence, log: options.log, clock });
  const bind = options.bind ?? '127.0.0.1';
  const advertise = options.advertise ?? (bind === '0.0.0.0' || bind === '::' ? '127.0.0.1' : bind);
  const peer = options.peer ?? { role: 'sut', system: 'sut' };
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const listening = new Set<Listening>();

  const dials = new Set<Promise<unknown>>();
  const dialled = <T>(dial: Promise<T>): Promise<T> => {
    dials.add(dial);
    const over = (): unknown => dials.delete(dial);
    dial.then(over, over);
    return dial;
  };
  const keep = (opened: Listening): Listening => {
    const kept: Listening = {
      ...opened,
      close: async () => {
        listening.delete(kept);
        await opened.close();
      },
    };
    listening.add(kept);
    return kept;
  };

  return {
    recorder,
    for: (simulator, { fault } = {}) => {
      const dataDir = join(options.dataDir, simulator);
      mkdirSync(dataDir, { recursive: true });
      return {
        listenHttp: async (listen, handler) => keep(await listenHttp({ recorder, simulator, bind, advertise, peer, limits: options.http }, listen, handler)),
        dialHttp: (request) => dialled(dialHttp({ recorder, simulator, peer, signal, bodyBytes: options.http?.bodyBytes }, request)),
        listenDimse: async (listen, handler) => keep(await listenDimse({ recorder, simulator, bind, advertise, peer, limits: options.dimse }, listen, handler)),
        dialDimse: (request) => dialled(dialDimse({ recorder, simulator, peer, signal }, request)),
        evidence: options.evidence,
        dataDir,
        random: options.random ?? Math.random,
        clock,
        signal,
        ...(fault ? { fault } : {}),
      };
    },
    onExchange: (listener) => recorder.onExchange(listener),
    onProblem: (listener) => recorder.onProblem(listener),
    close: async () => {
      stop.abort();
      await Promise.all([...listening].map((one) => one.close()));
      await Promise.allSettled(dials);
    },
  };
}

export interface StandaloneOptions extends Partial<Omit<HostOptions, 'evidence' | 'log' | 'dataDir'>> {
  /** Gets `events.jsonl`, `evidence/` and `data/`. */
  dir: string;
}

/** A host with an event log and an evidence folder of its own: `assay simulate`, and the reference system's process. */
export async function openStandaloneHost(options: StandaloneOptions): Promise<Host> {
  await mkdir(join(options.dir, 'data'), { recursive: true });
  const evidence = await openEvidence(join(options.dir, 'evidence'));
  const log = await openEventLog(join(options.dir, 'events.jsonl'), { clock: options.clock });
  const host = createHost({
    ...options,
    run: options.run ?? 'simulate',
    peer: options.peer ?? { role: 'peer', system: 'peer' },
    evidence,
    log,
    dataDir: join(options.dir, 'data'),
  });
  return {
    ...host,
    close: async () => {
      await host.close();
      await log.close();
    },
  };
}
