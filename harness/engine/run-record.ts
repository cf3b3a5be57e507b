/**
 * Reads a run folder back from its event log and evidence alone: what judge and reports start from.
 * An interrupted or killed run reads as far as it came.
 */
import { ConfigurationError } from '../configuration-error.js';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptRecord, Exchange, Programme, Requirement, RunRecord, Sha256, TrueInstance } from '../contracts.js';
import { readEvents, verifyChain } from '../wire/event-log.js';
import { openEvidence } from '../wire/evidence.js';
import { typedEvent, type RunEvents, type TypedEvent } from './run-events.js';
import { instancesOfAnswers } from './retrieved-study.js';

export interface OpenRunOptions {
  /** The run is still going on (a preview): its status is what the log says last. Otherwise a run that did not end was interrupted. */
  live?: boolean;
}

/** Opens a run folder. Broken chains do not stop it: `chainProblem` says where. */
export async function openRun(dir: string, options: OpenRunOptions = {}): Promise<RunRecord> {
  const file = join(dir, 'events.jsonl');
  const chain = await verifyChain(file).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigurationError(`${dir}: expected a run folder with events.jsonl in it, found none (${error.code ?? error.message}). Name the folder that "assay run" wrote.`);
  });
  const reading = new Reading();
  try {
    for await (const event of readEvents(file)) {
      const known = typedEvent(event);
      if (known) reading.take(known);
    }
  } catch (error) {
    chain.problem ??= { line: chain.events + 1, what: (error as Error).message };
  }
  const { opened } = reading;
  if (!opened) throw new ConfigurationError(`${file}: expected the event run.opened in its first line, found none. The folder holds no run that can be judged.`);

  const [catalogue, programme] = await Promise.all([
    readHashed<Requirement[]>(join(dir, 'catalogue.json'), opened.data.catalogueSha),
    readHashed<Programme>(join(dir, 'programme.json'), opened.data.programmeSha),
  ]);
  const evidence = await openEvidence(join(dir, 'evidence'));
  const record: RunRecord = {
    id: opened.data.run,
    kind: opened.data.kind,
    opened: opened.at,
    status: options.live ? reading.status : reading.ended,
    sut: opened.data.sut,
    catalogue: catalogue.value,
    catalogueSha: opened.data.catalogueSha,
    programme: programme.value,
    programmeSha: opened.data.programmeSha,
    exchanges: reading.exchanges,
    attempts: reading.attemptRecords(options.live ?? false),
    steps: reading.steps,
    incidents: reading.incidents,
    attestations: reading.attestations,
    chainHead: chain.head.hash,
    evidence,
  };
  const problem = chain.problem ? `events.jsonl, line ${chain.problem.line}: ${chain.problem.what}` : (catalogue.problem ?? programme.problem);
  if (problem) record.chainProblem = problem;
  if (chain.torn) record.incidents.push({ at: reading.last, what: `The last line of the event log (line ${chain.torn.line}) is torn: its writer was killed.` });
  await addRetrievedStudies(record);
  return record;
}

/** A study that the SUT holds already, by RAD-69: where nothing was delivered, the truth is what the SUT itself gave out. */
async function addRetrievedStudies(record: RunRecord): Promise<void> {
  for (const attempt of record.attempts) {
    if (attempt.delivered.length > 0) continue;
    const answers = record.exchanges.filter((e) => attempt.exchanges.includes(e.id) && e.transaction === 'RAD-69');
    if (answers.length === 0) continue;
    const { instances, evidence } = await instancesOfAnswers(answers, record.evidence);
    attempt.delivered = instances;
    record.evidence = evidence;
  }
}

async function readHashed<T>(file: string, expected: Sha256): Promise<{ value: T; problem?: string }> {
  const text = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigurationError(`${file}: expected the file as used in the run, found none (${error.code}). The run folder is not whole.`);
  });
  const found = createHash('sha256').update(text).digest('hex');
  const problem = found === expected ? undefined : `${file.split('/').at(-1)}: its bytes hash to ${found}, the run was opened with ${expected}`;
  return { value: JSON.parse(text.toString('utf8')) as T, ...(problem && { problem }) };
}

interface OpenAttempt {
  record: AttemptRecord;
  exchanges: string[];
}

/** Folds the events into a record. */
class Reading {
  opened?: { at: string; data: RunEvents['run.opened'] };
  status: RunRecord['status'] = 'ready';
  ended: RunRecord['status'] = 'interrupted';
  last = '';
  readonly exchanges: Exchange[] = [];
  readonly steps: RunRecord['steps'] = [];
  readonly incidents: RunRecord['incidents'] = [];
  readonly attestations: RunRecord['attestations'] = [];
  readonly #attempts: OpenAttempt[] = [];
  readonly #sent: RunEvents['dimse.instance'][] = [];
  readonly #attemptOf = new Map<string, OpenAttempt>();
  readonly #foreign = new Set<string>();
  readonly #unended = new Map<string, RunEvents['exchange.message'][]>();
  #current?: OpenAttempt;

  take(event: TypedEvent): void {
    this.last = event.at;
    if (this.#current) this.#current.record.end = event.at;
    switch (event.type) {
      case 'run.opened':
        this.opened ??= event;
        break;
      case 'run.status':
        this.status = event.data.status;
        break;
      case 'run.finished':
        this.status = this.ended = 'finished';
        break;
      case 'run.interrupted':
        this.status = this.ended = 'interrupted';
        break;
      case 'run.resumed':
        this.ended = 'interrupted';
        if (event.data.attempt !== undefined) {
          this.#current = this.#find(event.data.attempt);
          if (this.#current) this.#current.record.status = 'running';
        }
        break;
      case 'attempt.started':
        this.#start(event.at, event.data);
        break;
      case 'attempt.finished': {
        const attempt = this.#find(event.data.attempt);
        if (attempt) attempt.record.status = event.data.status;
        if (attempt) attempt.record.end = event.at;
        this.#current = undefined;
        break;
      }
      case 'step.started': {
        const { attempt, index, verb, summary } = event.data;
        // A step that is taken up again after an interruption is one step.
        this.#dropEarlier(attempt, index);
        this.steps.push({ attempt, index, verb, summary, outcome: 'aborted', start: event.at, end: event.at });
        break;
      }
      case 'step.finished':
        this.#finishStep(event.at, event.data);
        break;
      case 'prompt.answered':
        this.#answer(event.data);
        break;
      case 'await.ended': {
        const { attempt, index, ...rest } = event.data;
        this.#find(attempt)?.record.facts.awaits.push({ step: index, ...rest });
        break;
      }
      case 'exchange.message':
        if (!event.data.interim) this.#unended.set(event.data.exchange, [...(this.#unended.get(event.data.exchange) ?? []), event.data]);
        break;
      case 'exchange.ended':
        this.#unended.delete(event.data.exchange.id);
        this.#exchange(event.data.exchange);
        break;
      case 'exchange.foreign':
        this.#foreign.add(event.data.exchange);
        break;
      case 'dimse.instance':
        if (event.data.direction === 'sent') this.#sent.push(event.data);
        break;
      case 'incident':
        this.incidents.push({ at: event.at, what: event.data.what });
        break;
      default:
    }
  }

  attemptRecords(live: boolean): AttemptRecord[] {
    if (!live) for (const [id, messages] of this.#unended) this.#exchange(cutOff(id, this.opened?.data.run ?? '', messages));
    const byExchange = new Map(this.exchanges.map((exchange) => [exchange.id, exchange]));
    for (const instance of this.#sent) {
      const exchange = byExchange.get(instance.exchange);
      // What our simulators send to one another is not delivered to the SUT.
      if (instance.status !== 0 || exchange?.responder.role === 'simulator') continue;
      const { record } = this.#attemptOf.get(instance.exchange) ?? this.#current ?? {};
      if (!record || record.facts.delivered.includes(instance.sopInstance)) continue;
      record.facts.delivered.push(instance.sopInstance);
      record.delivered.push(trueInstance(instance));
    }
    for (const attempt of this.#attempts) {
      const { record } = attempt;
      record.exchanges = attempt.exchanges.filter((id) => !this.#foreign.has(id));
      if (!live && record.status !== 'finished') record.status = 'interrupted';
    }
    const records = this.#attempts.map((attempt) => attempt.record);
    // The last complete attempt of a scenario counts (re-run rule); all are kept.
    for (const [i, record] of records.entries()) {
      record.superseded = records.slice(i + 1).some((later) => later.facts.scenario === record.facts.scenario && later.status === 'finished');
    }
    return records;
  }

  #find(id: string): OpenAttempt | undefined {
    return this.#attempts.find((attempt) => attempt.record.facts.id === id);
  }

  #start(at: string, data: RunEvents['attempt.started']): void {
    const facts = { id: data.attempt, scenario: data.scenario, given: data.given, stimuli: [], awaits: [], failures: [], delivered: [] };
    this.#current = {
      record: { facts, scenarioSha: data.scenarioSha, ...(data.exercises && { exercises: data.exercises }), n: data.n, superseded: false, start: at, end: at, status: 'running', exchanges: [], delivered: [] },
      exchanges: [],
    };
    this.#attempts.push(this.#current);
  }

  /** Belongs to the attempt in which it ended; one that ended while our listeners were closed, to the attempt before. */
  #exchange(exchange: Exchange): void {
    this.exchanges.push(exchange);
    const attempt = this.#current ?? this.#attempts.at(-1);
    if (!attempt) return;
    attempt.exchanges.push(exchange.id);
    this.#attemptOf.set(exchange.id, attempt);
  }

  #dropEarlier(attempt: string, index: number): void {
    const at = this.steps.findIndex((step) => step.attempt === attempt && step.index === index);
    if (at >= 0) this.steps.splice(at, 1);
  }

  #finishStep(at: string, data: RunEvents['step.finished']): void {
    const { attempt, index, verb, summary, outcome, message, ours } = data;
    const step = this.steps.find((s) => s.attempt === attempt && s.index === index && s.outcome === 'aborted');
    if (step) Object.assign(step, { outcome, end: at });
    else this.steps.push({ attempt, index, verb, summary, outcome, start: at, end: at });
    if (outcome === 'failed') this.#find(attempt)?.record.facts.failures.push({ step: index, verb, message: message ?? '', ours: ours ?? false });
  }

  #answer({ attempt, index, prompt, answer }: RunEvents['prompt.answered']): void {
    if (prompt.kind === 'attest') this.attestations.push({ ...prompt, ...answer });
    else if (answer.value === 'done' || answer.value === 'yes') this.#find(attempt)?.record.facts.stimuli.push({ step: index, text: prompt.text, at: answer.at, by: answer.by });
  }
}

/** A kill came between a message and the end of its exchange: what was received is kept, though not from whom. */
function cutOff(id: string, run: string, messages: readonly RunEvents['exchange.message'][]): Exchange {
  const unknown = { role: 'peer', system: 'unknown', address: '' } as const;
  return { id, run, connection: messages[0]?.connection ?? '', protocol: 'http', vantage: 'terminated', initiator: unknown, responder: unknown, messages: messages.map(({ message }) => message), ended: 'reset' };
}

const trueInstance = (sent: RunEvents['dimse.instance']): TrueInstance => ({
  study: sent.study,
  series: sent.series,
  sop: sent.sopInstance,
  sopClass: sent.sopClass,
  transferSyntax: sent.transferSyntax,
  blob: sent.dataset,
  offset: 0,
  length: sent.dataset.size,
});
