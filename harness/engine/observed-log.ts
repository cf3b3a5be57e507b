/** The run's event log, with the engine and progress listening: what they hear of is written already. */
import type { EventBody, EventLog, RunEvent, Sha256 } from '../contracts.js';

export type EventListener = (event: RunEvent) => void;

export class ObservedLog implements EventLog {
  readonly #inner: EventLog;
  readonly #listeners = new Set<EventListener>();

  constructor(inner: EventLog) {
    this.#inner = inner;
  }

  /** Returns the way to stop listening. */
  listen(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async append(body: EventBody, options?: { durable?: boolean; fence?: number }): Promise<RunEvent> {
    const event = await this.#inner.append(body, options);
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  follow(after: number, signal: AbortSignal): AsyncIterable<RunEvent> {
    return this.#inner.follow(after, signal);
  }

  head(): Promise<{ seq: number; hash: Sha256 }> {
    return this.#inner.head();
  }
}
