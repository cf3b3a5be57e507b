/** One attempt of a scenario: its steps in order, each started, carried out and finished in the log. */
import type { Answer, AttemptFacts, EvidenceStore, Json, Matcher, Prompt, RunEvent, SutDescription, ViewSource } from '../contracts.js';
import type { Host } from '../wire/host.js';
import { log } from '../wire/log.js';
import { foreignExchanges } from './foreign.js';
import { Mailbox } from './mailbox.js';
import type { ObservedLog } from './observed-log.js';
import type { Operator } from './operator.js';
import { follow, resolveReferences, UnresolvedReference } from './references.js';
import { eventBody, typedEvent, type RunEvents, type StepOutcome } from './run-events.js';
import type { LoadedStep, Scenario } from './scenario.js';
import type { Stage } from './stage.js';
import { isStepFailure, isStepSkipped, isTimedOut, type EngineContext, type GivenStudy, type Parameters, type Preview, type Verb } from './step.js';
import { sutValues } from './sut-endpoints.js';
import { listenerValues } from './wiring.js';

export interface AttemptOptions {
  id: string;
  scenario: Scenario;
  given: AttemptFacts['given'];
  study?: GivenStudy;
  verbs: ReadonlyMap<string, Verb>;
  sut: SutDescription;
  stage: Stage;
  host: Host;
  log: ObservedLog;
  evidence: EvidenceStore;
  views: ViewSource;
  operator: Operator;
  preview?: () => Promise<Preview>;
  signal: AbortSignal;
  clock: () => Date;
  /** Events of this attempt from before an interruption. */
  before: readonly RunEvent[];
}
type Status = 'running' | 'waiting for SUT' | 'waiting for operator';
interface Ending {
  outcome: StepOutcome;
  message?: string;
  ours?: boolean;
  result?: Json;
}
/** The result of another step that this one needs and that is not there. */
class MissingResult extends Error {}

export class Attempt {
  readonly #options: AttemptOptions;
  readonly #mailbox: Mailbox;
  readonly #results = new Map<string, Json>();
  /** Why an `as` name has no result. */
  readonly #missing = new Map<string, string>();
  readonly #delivered = new Map<string, { sop: string }>();
  readonly #awaits: RunEvents['await.started'][] = [];
  readonly #finished = new Set<number>();
  readonly #begun = new Set<number>();
  #status: Status = 'running';
  readonly #stopHearing: () => void;

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.#mailbox = new Mailbox(options.log, options.before);
    this.#stopHearing = options.log.listen((event) => this.#hear(event));
    for (const event of options.before) this.#replay(event);
    this.#tellAgain();
  }

  /** Carries out every step that is not finished yet. Resolves also where steps fail; `aborted` when the signal ended it. */
  async run(): Promise<'finished' | 'interrupted'> {
    const { scenario, signal, log, id } = this.#options;
    try {
      for (const step of scenario.steps) {
        if (signal.aborted) break;
        if (this.#finished.has(step.index)) continue;
        await this.#step(step);
      }
      // Interrupted is what did not come to its last step.
      const status = scenario.steps.every(({ index }) => this.#finished.has(index)) ? 'finished' : 'interrupted';
      for (const foreign of await foreignExchanges(this.#mailbox.exchanges, this.#awaits, this.#mailbox.taken, this.#options.views)) {
        await log.append(eventBody('exchange.foreign', { attempt: id, ...foreign }));
      }
      await log.append(eventBody('attempt.finished', { attempt: id, status }), { durable: true });
      return status;
    } finally {
      this.#stopHearing();
      this.#mailbox.close();
    }
  }

  async #step(step: LoadedStep): Promise<void> {
    const { id, verbs, log, signal } = this.#options;
    const verb = verbs.get(step.verb);
    if (!verb) throw new Error(`The verb "${step.verb}" is not known.`);
    const about = { attempt: id, index: step.index, verb: step.verb };
    let parameters: Parameters;
    try {
      parameters = this.#parameters(step);
    } catch (error) {
      const skipped = error instanceof MissingResult;
      await this.#finish(step, { ...about, summary: this.#roughSummary(verb, step) }, skipped ? { outcome: 'skipped', message: error.message } : { outcome: 'failed', message: (error as Error).message, ours: true });
      return;
    }
    const summary = verb.summary(parameters);
    await log.append(eventBody('step.started', { ...about, summary }));
    const ending = await this.#carryOut(verb, parameters, step).then(
      (result): Ending => ({ outcome: 'done', ...(result !== undefined && { result }), ...(verb.told && { message: verb.told(result) }) }),
      (error: unknown): Ending => endingOf(error, signal),
    );
    if (ending.ours) await log.append(eventBody('incident', { what: `Step ${step.index + 1} (${summary}) failed inside Assay: ${ending.message}` }), { durable: true });
    await this.#setStatus('running');
    await this.#finish(step, { ...about, summary }, ending);
  }

  async #carryOut(verb: Verb, parameters: Parameters, step: LoadedStep): Promise<Json | void> {
    this.#options.signal.throwIfAborted();
    return verb.run(parameters, this.#context(step, verb));
  }

  async #finish(step: LoadedStep, about: { attempt: string; index: number; verb: string; summary: string }, ending: Ending): Promise<void> {
    await this.#options.log.append(eventBody('step.finished', { ...about, ...ending }), { durable: true });
    log.info({ attempt: about.attempt, step: about.index, verb: about.verb, outcome: ending.outcome, ...(ending.ours !== undefined && { ours: ending.ours }) }, 'step');
    if (ending.outcome !== 'aborted') this.#note(step, ending);
  }

  #note(step: LoadedStep, { outcome, result }: Ending): void {
    this.#finished.add(step.index);
    const as = step.parameters['as'];
    if (typeof as !== 'string') return;
    if (result !== undefined) this.#results.set(as, result);
    else {
      this.#results.delete(as);
      this.#missing.set(as, `step ${step.index + 1} (${step.verb}) ${outcome === 'done' ? 'gave no result' : outcome === 'skipped' ? 'was skipped' : outcome}`);
    }
  }

  /** Parameters with references resolved, without `as` and `after`, which are the engine's. */
  #parameters(step: LoadedStep): Parameters {
    const resolved = resolveReferences(step.parameters, (names, reference) => this.#lookup(names, reference, step)) as Parameters;
    return Object.fromEntries(Object.entries(resolved).filter(([name]) => name !== 'as' && name !== 'after'));
  }

  /** Of a step that cannot be carried out: references that lead nowhere stay as they are written. */
  #roughSummary(verb: Verb, step: LoadedStep): string {
    const lenient = resolveReferences(step.parameters, (names, reference) => {
      try {
        return this.#lookup(names, reference, step);
      } catch {
        return reference;
      }
    }) as Parameters;
    return verb.summary(lenient);
  }

  #lookup(names: readonly string[], reference: string, step: LoadedStep): Json {
    const [root = '', ...path] = names;
    const scope = this.#scope(root, step);
    const value = scope === undefined ? undefined : follow(scope, path);
    if (value !== undefined) return value;
    const missing = this.#missing.get(root);
    if (scope === undefined && missing !== undefined) throw new MissingResult(`it needs ${reference}, but ${missing}`);
    throw new UnresolvedReference(reference, names, 'names nothing that is known here');
  }

  #scope(root: string, step: LoadedStep): Json | undefined {
    const { given, sut, scenario, stage } = this.#options;
    switch (root) {
      case 'study':
        return given.study && { uid: given.study.uid, accession: given.study.accession?.number ?? '', accessionAuthority: given.study.accession?.authority ?? '' };
      case 'patient':
        return given.patient && { birthDate: '', sex: '', ...given.patient };
      case 'sut':
        return sutValues(sut, scenario.actorUnderTest);
      case 'timing':
        return { ...DEFAULT_TIMING, ...sut.timing };
      case 'case':
        return step.row;
      default:
        return stage.has(root) ? stage.get(root).endpoints : this.#results.get(root);
    }
  }

  #context(step: LoadedStep, verb: Verb): EngineContext {
    const { id, sut, scenario, given, study, stage, host, log, evidence, views, signal, clock, preview } = this.#options;
    const resumed = this.#begun.has(step.index);
    return {
      attempt: id,
      index: step.index,
      sut,
      actorUnderTest: scenario.actorUnderTest,
      given,
      ...(study && { study }),
      views,
      host: (simulator) => host.for(simulator),
      exchanges: () => this.#mailbox.exchanges,
      delivered: () => [...this.#delivered.values()],
      result: (name) => this.#results.get(name),
      values: () => this.#values(),
      ...(preview && { preview }),
      signal,
      log,
      evidence,
      clock,
      simulator: (name) => stage.get(name),
      next: (matcher, withinMs) => this.#next(step, matcher, withinMs),
      ask: (prompt) => this.#ask(step, resumed && verb.onResume === 'ask' ? { ...prompt, text: `(The run was interrupted here, and what was sent meanwhile did not arrive. Do it again, or confirm it where the product is still going to send.) ${prompt.text}` } : prompt),
    };
  }

  async #next(step: LoadedStep, matcher: Matcher, withinMs: number): ReturnType<EngineContext['next']> {
    const { id, stage, signal, clock, host } = this.#options;
    const endpoint = stage.endpoint(matcher.at, 'url') ?? stage.endpoint(matcher.at, 'dicom');
    await this.#setStatus('waiting for SUT');
    return this.#mailbox.next({ attempt: id, index: step.index, matcher, withinMs, signal, clock, announceProbe: (own) => void host.recorder.probes.add(own), ...(endpoint !== undefined && { endpoint }) });
  }

  async #ask(step: LoadedStep, prompt: Prompt): Promise<Answer> {
    await this.#setStatus('waiting for operator');
    const answer = await this.#options.operator.ask(prompt, this.#options.signal);
    await this.#options.log.append(eventBody('prompt.answered', { attempt: this.#options.id, index: step.index, prompt, answer }), { durable: true });
    return answer;
  }

  #values(): Record<string, string> {
    const { given, sut, stage } = this.#options;
    const { patient, study } = given;
    return {
      ...(study && { 'study.uid': study.uid }),
      ...(study?.accession && { 'study.accession': study.accession.number, ...(study.accession.authority && { 'study.accessionAuthority': study.accession.authority }) }),
      ...(patient && { 'patient.name': patient.name, 'patient.departmentalId': patient.departmentalId, 'patient.domainId': patient.domainId }),
      ...listenerValues((simulator, name) => stage.endpoint(simulator, name)),
      'submission.timeoutMs': String(sut.timing['submission'] ?? DEFAULT_TIMING.submission),
    };
  }

  async #setStatus(status: Status): Promise<void> {
    if (this.#status === status) return;
    this.#status = status;
    await this.#options.log.append(eventBody('run.status', { status }));
  }

  #hear(event: RunEvent): void {
    const known = typedEvent(event);
    if (known?.type === 'await.started') this.#awaits.push(known.data);
    if (known?.type !== 'dimse.instance') return;
    const { direction, status, sopInstance } = known.data;
    if (direction === 'sent' && status === 0) this.#delivered.set(sopInstance, { sop: sopInstance });
  }

  /** A wait that was broken off: what the product sent while nobody listened is lost, and no silence of the product. So it is told once more. */
  #tellAgain(): void {
    const { steps } = this.#options.scenario;
    for (const step of steps) {
      if (step.verb !== 'await' || !this.#begun.has(step.index) || this.#finished.has(step.index)) continue;
      const { stimulus } = step.parameters;
      const told = steps.find(({ index, parameters }) => index < step.index && typeof parameters['as'] === 'string' && stimulus === `\${${parameters['as']}}`);
      if (told) this.#finished.delete(told.index);
    }
  }

  /** Takes up what was done before an interruption. */
  #replay(event: RunEvent): void {
    this.#hear(event);
    const known = typedEvent(event);
    if (known?.type === 'step.started') this.#begun.add(known.data.index);
    if (known?.type === 'await.ended' && known.data.exchange !== undefined) this.#mailbox.take(known.data.exchange);
    if (known?.type !== 'step.finished' || known.data.outcome === 'aborted') return;
    const step = this.#options.scenario.steps[known.data.index];
    if (step) this.#note(step, known.data);
  }
}

/** Deadlines that a SUT file need not declare. */
export const DEFAULT_TIMING = { submission: 600_000, answer: 60_000 };

function endingOf(error: unknown, signal: AbortSignal): Ending {
  if (isTimedOut(error)) return { outcome: 'timed out', message: error.message };
  if (isStepSkipped(error)) return { outcome: 'skipped', message: error.message, ...(error.result !== undefined && { result: error.result }) };
  if (signal.aborted) return { outcome: 'aborted', message: 'the run was interrupted' };
  if (isStepFailure(error)) return { outcome: 'failed', message: error.message, ours: false, ...(error.result !== undefined && { result: error.result }) };
  return { outcome: 'failed', message: error instanceof Error ? error.message : String(error), ours: true };
}
