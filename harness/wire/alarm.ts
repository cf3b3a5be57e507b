/** One timer that is set anew; it keeps no process alive. */
export class Alarm {
  #timer?: NodeJS.Timeout;

  set(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
