/** Turns events into lines for a terminal: one line a step, the waiting with what is left of it, near misses below it. */
import type { RunEvent } from '../contracts.js';
import { typedEvent, type RunEvents, type StepOutcome } from './run-events.js';

export interface ProgressOptions {
  /** Default: standard output. */
  write?(text: string): void;
  /** A terminal: the line of the current step is drawn anew each second. */
  tty?: boolean;
  columns?: number;
  now?: () => number;
}

const MARKS: Record<StepOutcome, string> = { done: '✔', failed: '✘', 'timed out': '✘', skipped: '–', aborted: '■' };
const COLOURS: Record<StepOutcome, number> = { done: 32, failed: 31, 'timed out': 31, skipped: 90, aborted: 33 };

export interface ProgressLines {
  /** Give it each event as it comes (`onEvent` of a run). */
  event(event: RunEvent): void;
  end(): void;
}

export const progressLines = (options: ProgressOptions): ProgressLines => new Progress(options);

class Progress implements ProgressLines {
  readonly #options: ProgressOptions;
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  #step?: { number: number; summary: string };
  #until?: number;
  #drawn = false;
  #timer?: NodeJS.Timeout;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#write = (text) => (options.write ? options.write(text) : void process.stdout.write(text));
    this.#now = options.now ?? Date.now;
  }

  event(event: RunEvent): void {
    const known = typedEvent(event);
    switch (known?.type) {
      case 'attempt.started':
        this.#line(`${known.data.scenario}${known.data.n > 1 ? ` (attempt ${known.data.n})` : ''}`);
        break;
      case 'step.started':
        this.#step = { number: known.data.index + 1, summary: known.data.summary };
        this.#draw();
        break;
      case 'await.started':
        this.#wait(known.data);
        break;
      case 'await.ended':
        this.#stopWaiting();
        break;
      case 'await.nearMiss':
        this.#line(`      · ${known.data.why}`);
        break;
      case 'run.status':
        // The prompt of a person is not to be drawn over.
        if (known.data.status === 'waiting for operator') this.#clear();
        break;
      case 'step.finished':
        this.#finished(known.data);
        break;
      case 'incident':
        this.#line(`  ! ${known.data.what}`);
        break;
      case 'run.interrupted':
        this.#line(known.data.why === 'interrupted' ? '  interrupted' : `  interrupted: ${known.data.why}`);
        break;
      default:
    }
  }

  end(): void {
    this.#stopWaiting();
    this.#clear();
  }

  #wait({ withinMs, until }: RunEvents['await.started']): void {
    this.#until = Date.parse(until);
    if (!this.#options.tty) {
      if (this.#step) this.#line(`  … ${this.#step.number} ${this.#step.summary}, ${left(withinMs)} at most`);
      return;
    }
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), 1000);
    this.#timer.unref();
  }

  #stopWaiting(): void {
    clearInterval(this.#timer);
    this.#until = undefined;
  }

  #finished({ index, summary, outcome, message }: RunEvents['step.finished']): void {
    this.#step = undefined;
    const mark = this.#options.tty ? `\x1b[${COLOURS[outcome]}m${MARKS[outcome]}\x1b[0m` : MARKS[outcome];
    this.#line(`  ${mark} ${index + 1} ${summary}${outcome === 'done' && message !== undefined ? `: ${message}` : ''}`);
    if (outcome !== 'done') this.#line(`      ${[...(outcome === 'failed' ? [] : [outcome]), ...(message === undefined ? [] : [message])].join(': ')}`);
  }

  /** The line of the current step; only where it can be drawn over. */
  #draw(): void {
    if (!this.#options.tty || !this.#step) return;
    const rest = this.#until === undefined ? '' : `   ${left(Math.max(0, this.#until - this.#now()))} left`;
    const text = `  … ${this.#step.number} ${this.#step.summary}`;
    const room = (this.#options.columns ?? process.stdout.columns ?? 100) - rest.length - 1;
    this.#write(`\r\x1b[2K${text.length > room ? `${text.slice(0, Math.max(0, room - 1))}…` : text}${rest}`);
    this.#drawn = true;
  }

  #clear(): void {
    if (this.#drawn) this.#write('\r\x1b[2K');
    this.#drawn = false;
  }

  #line(text: string): void {
    this.#clear();
    this.#write(`${text}\n`);
    this.#draw();
  }
}

function left(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`;
}
