/** What arrived during an attempt, and the waiting for it: event-driven, with the near misses told as they come. */
import type { Exchange, Matcher, RunEvent } from '../contracts.js';
import { listenerReachable } from './reachable.js';
import { eventBody, typedEvent, type RunEvents } from './run-events.js';
import type { ObservedLog } from './observed-log.js';
import { TimedOut } from './step.js';

export interface AwaitOptions {
  attempt: string;
  index: number;
  matcher: Matcher;
  withinMs: number;
  /** Address of the simulator's listener, as peers are told it. */
  endpoint?: string;
  announceProbe(own: string): void;
  signal: AbortSignal;
  clock: () => Date;
}
type Problem = RunEvents['wire.problem'];
type Arrival = { exchange: Exchange } | { problem: Problem };

/** A flood of messages must not fill the log. */
const MISSES_TOLD = 100;

export class Mailbox {
  readonly #arrivals: Arrival[] = [];
  readonly #taken = new Set<string>();
  readonly #log: ObservedLog;
  readonly #stop: () => void;
  #wake: () => void = () => undefined;

  /** `before`: events of the same attempt from before an interruption. */
  constructor(log: ObservedLog, before: readonly RunEvent[] = []) {
    this.#log = log;
    for (const event of before) this.#hear(event);
    this.#stop = log.listen((event) => this.#hear(event));
  }

  close(): void {
    this.#stop();
  }

  get exchanges(): readonly Exchange[] {
    return this.#arrivals.flatMap((arrival) => ('exchange' in arrival ? [arrival.exchange] : []));
  }

  /** The next exchange that matches and that no earlier await took. Rejects with `TimedOut`, or with the signal's reason. */
  async next(options: AwaitOptions): Promise<Exchange> {
    const { attempt, index, matcher, withinMs, signal, clock } = options;
    signal.throwIfAborted();
    const until = new Date(clock().getTime() + withinMs).toISOString();
    await this.#log.append(eventBody('await.started', { attempt, index, transaction: matcher.transaction, at: matcher.at, withinMs, until, where: matcher.where }));
    const reach = options.endpoint === undefined ? { reachable: false, why: `${matcher.at} has no listener` } : await listenerReachable(options.endpoint, signal, (own) => options.announceProbe(own));
    if (!reach.reachable && !signal.aborted) await this.#nearMiss(options, `our own listener cannot be reached: ${reach.why}. Check "reach:" in the SUT file and the firewall.`);
    const ended = (outcome: RunEvents['await.ended']['outcome'], exchange?: Exchange): Promise<unknown> =>
      this.#log.append(
        eventBody('await.ended', { attempt, index, transaction: matcher.transaction, at: matcher.at, withinMs, outcome, ...(exchange && { exchange: exchange.id }), listenerReachable: reach.reachable || exchange !== undefined }),
        { durable: true },
      );

    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), withinMs);
    const over = AbortSignal.any([deadline.signal, signal]);
    let misses = 0;
    const miss = async (why: string, exchange?: string): Promise<void> => {
      misses += 1;
      if (misses <= MISSES_TOLD) await this.#nearMiss(options, why, exchange);
      else if (misses === MISSES_TOLD + 1) await this.#nearMiss(options, 'there are more of these; they are kept as evidence and not listed here');
    };
    try {
      for (let at = 0; ; at++) {
        const arrival = await this.#arrival(at, over);
        if (!arrival) break;
        if ('problem' in arrival) {
          if (arrival.problem.simulator === matcher.at) await miss(`${arrival.problem.what}${arrival.problem.peer ? ` (from ${arrival.problem.peer})` : ''}`);
          continue;
        }
        const { exchange } = arrival;
        // What our simulators say to one another, or we to the product, is nobody's attempt at what is awaited.
        if (exchange.initiator.role === 'simulator' || this.#taken.has(exchange.id)) continue;
        const why = await mismatch(exchange, matcher);
        if (why === undefined) {
          this.#taken.add(exchange.id);
          await ended('arrived', exchange);
          return exchange;
        }
        await miss(why, exchange.id);
      }
    } finally {
      clearTimeout(timer);
    }
    if (signal.aborted) {
      await ended('aborted');
      signal.throwIfAborted();
    }
    await ended('timed out');
    throw new TimedOut(`no ${matcher.transaction} arrived at ${matcher.at} within ${withinMs / 1000} s${reach.reachable ? '' : '; our own listener could not be reached, either'}`);
  }

  get taken(): ReadonlySet<string> {
    return this.#taken;
  }

  /** Taken by an await of before an interruption. */
  take(exchange: string): void {
    this.#taken.add(exchange);
  }

  async #arrival(at: number, over: AbortSignal): Promise<Arrival | undefined> {
    while (at >= this.#arrivals.length) {
      if (over.aborted) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        over.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return this.#arrivals[at];
  }

  async #nearMiss({ attempt, index }: AwaitOptions, why: string, exchange?: string): Promise<void> {
    await this.#log.append(eventBody('await.nearMiss', { attempt, index, why, ...(exchange !== undefined && { exchange }) }));
  }

  #hear(event: RunEvent): void {
    const known = typedEvent(event);
    if (known?.type === 'exchange.ended') this.#arrivals.push({ exchange: known.data.exchange });
    else if (known?.type === 'wire.problem') this.#arrivals.push({ problem: known.data });
    else return;
    this.#wake();
  }
}

async function mismatch(exchange: Exchange, matcher: Matcher): Promise<string | undefined> {
  if (exchange.responder.system !== matcher.at) return `${exchange.transaction ?? 'a message'} arrived, but at ${exchange.responder.system}`;
  if (exchange.transaction === undefined) return `a message arrived that is no known transaction (it ended as ${exchange.ended})`;
  if (exchange.transaction !== matcher.transaction) return `${exchange.transaction} arrived, awaited is ${matcher.transaction}`;
  const why = await matcher.explain(exchange);
  return why === undefined ? undefined : `${exchange.transaction} arrived, but ${why}`;
}
