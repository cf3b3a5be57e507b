/** Worker processes that validate against schemas, killed when they hang and replaced when they die. */
import { fork, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { SchemaProblem } from '../contracts.js';
import { codeEnding } from '../root.js';
import type { Job, Outcome, Reply } from './worker.js';

export interface PoolOptions {
  /** Processes at most. */
  size?: number;
  /** Milliseconds for one batch, and half a second for each megabyte, after which the process is killed. */
  timeLimit?: number;
  /** Documents after which a process is replaced: libxml2's memory grows. */
  recycleAfter?: number;
  /** Characters of one document. */
  maxLength?: number;
  /** The worker's program; for tests. */
  program?: string;
}

/** The document cannot be validated, and it is the document's doing: it kills or stalls the validator, or exceeds its limits. */
export class Unvalidatable extends Error {}

interface Task {
  text: string;
  schemasDir: string | undefined;
  /** Validated alone, since a batch that it was in killed a process. */
  alone: boolean;
  deaths: number;
  resolve(problems: SchemaProblem[]): void;
  reject(error: Error): void;
}
interface Worker {
  process: ChildProcess;
  ready: boolean;
  done: number;
  batch?: Task[];
  timer?: NodeJS.Timeout;
}

const BATCH_DOCUMENTS = 64;
const BATCH_LENGTH = 4_000_000;
/** Below libxml2's 16-bit line numbers. */
const BATCH_LINES = 50_000;
/** libxml2 refuses a text node of more than 10 MB; without `huge`, which is never used. */
const DEFAULT_MAX_LENGTH = 64_000_000;

const lineCount = (text: string): number => {
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
};

export class SchemaPool {
  private readonly workers: Worker[] = [];
  private readonly queue: Task[] = [];
  private failedStarts = 0;
  private closed = false;

  constructor(private readonly options: PoolOptions = {}) {}

  /** Problems of one element, given as text, against Assay's schemas, or against those in a folder. */
  validate(text: string, schemasDir?: string): Promise<SchemaProblem[]> {
    if (this.closed) return Promise.reject(new Error('The schema pool is closed.'));
    if (text.length > (this.options.maxLength ?? DEFAULT_MAX_LENGTH)) return Promise.reject(new Unvalidatable(`it has ${text.length} characters, more than schemas are checked on`));
    if (/<!DOCTYPE/i.test(text)) return Promise.reject(new Unvalidatable('it holds a document type declaration, which is never read'));
    return new Promise((resolve, reject) => {
      this.queue.push({ text, schemasDir, alone: false, deaths: 0, resolve, reject });
      this.dispatch();
    });
  }

  /** Ends every process. What still waits is rejected. */
  close(): void {
    this.closed = true;
    for (const worker of this.workers.splice(0)) worker.process.kill('SIGKILL');
    for (const task of this.queue.splice(0)) task.reject(new Error('The schema pool was closed.'));
  }

  private dispatch(): void {
    while (this.queue.length > 0) {
      let worker = this.workers.find(({ ready, batch }) => ready && !batch);
      if (!worker) {
        const size = this.options.size ?? Math.max(1, Math.min(4, availableParallelism()));
        const starting = this.workers.some(({ ready }) => !ready);
        if (this.workers.length < size && !starting) worker = this.start();
        return;
      }
      this.give(worker, this.nextBatch());
    }
  }

  private nextBatch(): Task[] {
    const first = this.queue.shift() as Task;
    const batch = [first];
    let length = first.text.length;
    let lines = lineCount(first.text);
    while (!first.alone && batch.length < BATCH_DOCUMENTS) {
      const next = this.queue[0];
      if (!next || next.alone || next.schemasDir !== first.schemasDir) break;
      length += next.text.length;
      lines += lineCount(next.text);
      if (length > BATCH_LENGTH || lines > BATCH_LINES) break;
      batch.push(this.queue.shift() as Task);
    }
    return batch;
  }

  private give(worker: Worker, batch: Task[]): void {
    worker.batch = batch;
    worker.process.ref();
    worker.process.channel?.ref();
    // Two tries of an ordinary message stay below the time that a check has; large ones get more.
    const size = batch.reduce((sum, { text }) => sum + text.length, 0);
    worker.timer = setTimeout(() => worker.process.kill('SIGKILL'), (this.options.timeLimit ?? 10_000) + size / 2_000);
    const job: Job = { texts: batch.map(({ text }) => text), ...(batch[0]?.schemasDir !== undefined && { schemasDir: batch[0].schemasDir }) };
    worker.process.send(job, (error) => error && worker.process.kill('SIGKILL'));
  }

  private start(): Worker {
    const program = this.options.program ?? fileURLToPath(new URL(`./worker${codeEnding}`, import.meta.url));
    const { PATH, HOME, TMPDIR } = process.env;
    const child = fork(program, [], {
      // From source the child needs the same loader; from `dist` none. What else this process was started with (an inspector) is not passed on.
      execArgv: codeEnding === '.ts' ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] : [],
      serialization: 'advanced', // large texts as they are, not as JSON
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { PATH, HOME, TMPDIR },
    });
    const worker: Worker = { process: child, ready: false, done: 0 };
    this.workers.push(worker);
    child.on('message', (reply: Reply) => this.receive(worker, reply));
    child.on('error', () => child.kill('SIGKILL'));
    child.on('exit', () => this.bury(worker));
    return worker;
  }

  private receive(worker: Worker, reply: Reply): void {
    if ('ready' in reply) {
      worker.ready = true;
      this.failedStarts = 0;
      this.rest(worker);
    } else {
      const batch = worker.batch ?? [];
      worker.batch = undefined;
      clearTimeout(worker.timer);
      worker.done += batch.length;
      this.rest(worker);
      batch.forEach((task, index) => settle(task, reply, index));
      if (worker.done >= (this.options.recycleAfter ?? 2_000)) {
        this.workers.splice(this.workers.indexOf(worker), 1);
        worker.process.kill();
      }
    }
    this.dispatch();
  }

  /** An idle process keeps nobody alive. */
  private rest(worker: Worker): void {
    worker.process.unref();
    worker.process.channel?.unref();
  }

  /** A process died: its batch is tried again, one document at a time; a document that kills twice alone is at fault. */
  private bury(worker: Worker): void {
    clearTimeout(worker.timer);
    const index = this.workers.indexOf(worker);
    if (index >= 0) this.workers.splice(index, 1);
    if (this.closed) return void worker.batch?.forEach((task) => task.reject(new Error('The schema pool was closed.')));
    if (!worker.ready && ++this.failedStarts >= 3) {
      for (const task of this.queue.splice(0)) task.reject(new Error('The schema validator does not start. Is libxmljs2 installed and built? Try: npm rebuild libxmljs2'));
      this.failedStarts = 0;
      return;
    }
    for (const task of (worker.batch ?? []).reverse()) {
      if (task.alone || worker.batch?.length === 1) task.deaths++;
      task.alone = true;
      if (task.deaths >= 2) task.reject(new Unvalidatable('the validator died or was stopped on it, twice'));
      else this.queue.unshift(task);
    }
    this.dispatch();
  }
}

function settle(task: Task, reply: Exclude<Reply, { ready: true }>, index: number): void {
  if ('failed' in reply) return task.reject(new Error(`The schemas could not be used: ${reply.failed}`));
  const outcome: Outcome | undefined = reply.outcomes[index];
  if (!outcome) task.reject(new Error('The schema validator gave no answer for a document.'));
  else if ('unreadable' in outcome) task.reject(new Unvalidatable(`libxml2 cannot read it: ${outcome.unreadable}`));
  else task.resolve(outcome.problems);
}
