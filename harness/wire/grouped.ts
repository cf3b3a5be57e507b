/**
 * Groups callers of a costly action that serves all who wait (a flush to disk): a caller that comes while one is under way
 * waits for the next, since the running one may have begun before the caller's bytes were written.
 */
export class Grouped {
  #running?: Promise<void>;
  #next?: Promise<void>;
  readonly #action: () => Promise<void>;

  constructor(action: () => Promise<void>) {
    this.#action = action;
  }

  run(): Promise<void> {
    if (!this.#running) return this.#start();
    this.#next ??= this.#running.then(
      () => this.#start(),
      () => this.#start(),
    );
    return this.#next;
  }

  #start(): Promise<void> {
    this.#next = undefined;
    const running = this.#action().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}
