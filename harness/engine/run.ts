/** Carries out scenarios against a product and leaves a run folder. What happened is in the log; whether it was right is for the judge. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { ReportModel, RunEvent, Simulator, SutDescription, TlsSettings } from '../contracts.js';
import { Views } from '../formats/viewer.js';
import { redactSut } from '../sut/secret.js';
import { openEventLog, readEvents, type RunLog } from '../wire/event-log.js';
import { openEvidence } from '../wire/evidence.js';
import { createHost, type Host, type HostOptions } from '../wire/host.js';
import { ConfigurationError } from '../configuration-error.js';
import { Attempt, DEFAULT_TIMING } from './attempt.js';
import { attemptsIn, endpointsIn } from './earlier.js';
import { claimProduct } from './exclusive.js';
import { prepareGiven, type Fixtures, type Given, type OwnStudy } from './given.js';
import { ObservedLog, type EventListener } from './observed-log.js';
import type { Operator } from './operator.js';
import { follow, referencesIn } from './references.js';
import { eventBody, typedEvent, type TypedEvent } from './run-events.js';
import { createRunFolder } from './run-folder.js';
import { parseScenario, type Scenario } from './scenario.js';
import { Stage } from './stage.js';
import { builtInVerbs, type Preview, type Verb } from './step.js';
import { sutValues } from './sut-endpoints.js';

/** What both a new run and a resumed one need. */
export interface StageHands {
  simulators: ReadonlyMap<string, Simulator>;
  fixtures: Fixtures;
  operator: Operator;
  /** The vendor's own study instead of a fixture. */
  ownStudy?: OwnStudy;
  verbs?: ReadonlyMap<string, Verb>;
  /** The verdict so far, of a run folder that is still written. */
  judge?: (dir: string) => Promise<Preview>;
  /** Ends the run as interrupted, with everything kept. */
  signal?: AbortSignal;
  onEvent?: EventListener;
  clock?: () => Date;
  random?: () => number;
  /** Certificate and key of our listeners. */
  tls?: TlsSettings;
  fault?: { simulator: string; id: string };
  /** Other limits of HTTP messages than the usual ones. */
  http?: HostOptions['http'];
}
export interface RunOptions extends StageHands {
  /** Folder in which the run's own folder is made. */
  runs: string;
  kind: ReportModel['kind'];
  sut: SutDescription;
  /** Bytes of the catalogue and the programme, kept as they are. */
  catalogue: Uint8Array;
  programme: Uint8Array;
  scenarios: readonly Scenario[];
  tool: { name: string; version: string };
}
export interface RunOutcome {
  dir: string;
  run: string;
  status: 'finished' | 'interrupted';
}

/** Starts a run. Rejects with a `ConfigurationError` where the set-up does not allow it. */
export async function run(options: RunOptions): Promise<RunOutcome> {
  for (const scenario of options.scenarios) requireSutValues(scenario, options.sut);
  const sut = redactSut(options.sut);
  const folder = await createRunFolder(options.runs, (options.clock ?? (() => new Date()))(), { ...options, sut });
  const work = new Work(folder.dir, folder.id, options.sut, options);
  return work.do(options.scenarios, [], async (log) => {
    const { kind, tool } = options;
    await log.append(eventBody('run.opened', { run: folder.id, kind, tool, sut, catalogueSha: folder.catalogueSha, programmeSha: folder.programmeSha }), { durable: true });
  });
}

export interface ResumeOptions extends StageHands {
  /** The product's description with its secrets; without it, the one of the run folder. */
  sut?: SutDescription;
}

/** Takes an interrupted run up at its first unfinished step: same folder, same addresses, same study. */
export async function resumeRun(dir: string, options: ResumeOptions): Promise<RunOutcome> {
  const events: RunEvent[] = [];
  for await (const event of readEvents(join(dir, 'events.jsonl'))) events.push(event);
  const known = events.map(typedEvent).filter((event): event is TypedEvent => event !== undefined);
  const opened = known.find((event) => event.type === 'run.opened');
  if (opened?.type !== 'run.opened') throw new ConfigurationError(`${dir}: expected an interrupted run, found a folder whose log does not begin with run.opened.`);
  if (known.some((event) => event.type === 'run.finished')) throw new ConfigurationError(`${dir}: the run is finished; there is nothing to resume. Start a new run.`);
  const planned = known.find((event) => event.type === 'run.planned');
  if (planned?.type !== 'run.planned') throw new ConfigurationError(`${dir}: expected an interrupted run, found one that had not begun with any scenario. Start a new run.`);
  const verbs = options.verbs ?? (await builtInVerbs());
  const scenarios: Scenario[] = [];
  for (const address of planned.data.scenarios) {
    const file = join(dir, 'scenarios', `${address}.yaml`);
    scenarios.push(parseScenario(await readFile(file, 'utf8'), file, address, { verbs }));
  }
  const work = new Work(dir, opened.data.run, options.sut ?? opened.data.sut, { ...options, verbs });
  return work.do(scenarios, events, async () => undefined);
}

/** A reference to the SUT file that leads nowhere is told before anything starts. */
function requireSutValues(scenario: Scenario, sut: SutDescription): void {
  for (const step of scenario.steps) {
    for (const { names, text } of referencesIn(step.parameters)) {
      if (names[0] === 'timing' && follow({ ...DEFAULT_TIMING, ...sut.timing }, names.slice(1)) === undefined) {
        throw new ConfigurationError(`The scenario ${scenario.address} needs ${text}: expected "${names.slice(1).join('.')}" below "timing:" of the SUT file, found none. Add it there, for instance as 10m.`);
      }
      if (names[0] !== 'sut' || follow(sutValues(sut, scenario.actorUnderTest), names.slice(1)) !== undefined) continue;
      const claim = sut.claims.find((c) => c.actor === scenario.actorUnderTest) ?? sut.claims[0];
      throw new ConfigurationError(`The scenario ${scenario.address} needs ${text}: expected endpoint, AE title or OID "${names.slice(1).join('.')}" in the systems ${claim?.systems.join(', ')} of the SUT file, found none. Add it there.`);
    }
  }
}

/** One run while it goes on. */
class Work {
  readonly #dir: string;
  readonly #id: string;
  readonly #sut: SutDescription;
  readonly #hands: StageHands;
  readonly #signal: AbortSignal;
  readonly #clock: () => Date;

  constructor(dir: string, id: string, sut: SutDescription, hands: StageHands) {
    this.#dir = dir;
    this.#id = id;
    this.#sut = sut;
    this.#hands = hands;
    this.#signal = hands.signal ?? new AbortController().signal;
    this.#clock = hands.clock ?? (() => new Date());
  }

  async do(scenarios: readonly Scenario[], before: readonly RunEvent[], open: (log: ObservedLog) => Promise<void>): Promise<RunOutcome> {
    const release = await claimProduct(this.#sut, join(this.#dir, '..'), this.#hands.ownStudy !== undefined);
    let file: RunLog | undefined;
    try {
      file = await openEventLog(join(this.#dir, 'events.jsonl'), { clock: this.#clock });
      const log = new ObservedLog(file);
      if (this.#hands.onEvent) log.listen(this.#hands.onEvent);
      await open(log);
      const status = await this.#perform(log, scenarios, before);
      return { dir: this.#dir, run: this.#id, status };
    } finally {
      await file?.close();
      await release();
    }
  }

  async #perform(log: ObservedLog, scenarios: readonly Scenario[], before: readonly RunEvent[]): Promise<RunOutcome['status']> {
    const { simulators, tls, fault, http } = this.#hands;
    const evidence = await openEvidence(join(this.#dir, 'evidence'));
    await mkdir(join(this.#dir, 'simulators'), { recursive: true });
    const { bind, advertise } = this.#sut.reach;
    // No signal for the host: an interruption ends the step first, so that its last words are logged; then the host is closed.
    const host = createHost({ run: this.#id, evidence, log, dataDir: join(this.#dir, 'simulators'), advertise, clock: this.#clock, http, ...(bind !== undefined && { bind }), ...(this.#hands.random && { random: this.#hands.random }) });
    const actor = scenarios[0]?.actorUnderTest ?? '';
    const stage = new Stage({ simulators, sut: this.#sut, actor, host, log, token: this.#id.slice(-8), before: endpointsIn(before), ...(tls && { tls }), ...(fault && { fault }) });
    const abort = (): void => void host.close().catch(() => undefined);
    try {
      if (before.length > 0) await this.#resumed(log, before);
      else await log.append(eventBody('run.planned', { scenarios: scenarios.map(({ address }) => address) }));
      await log.append(eventBody('run.status', { status: 'running' }));
      await stage.start([...new Set(scenarios.flatMap((scenario) => scenario.simulators))]);
      this.#signal.addEventListener('abort', abort, { once: true });
      const status = await this.#attempts(scenarios, before, { log, host, stage, evidence, views: new Views(evidence) });
      for (const what of await stage.stop()) await log.append(eventBody('incident', { what }));
      await host.close();
      await log.append(eventBody('run.status', { status }));
      await log.append(status === 'finished' ? eventBody('run.finished', {}) : eventBody('run.interrupted', { why: reasonOf(this.#signal) }), { durable: true });
      return status;
    } catch (error) {
      // The set-up, or Assay itself: what there is stays, and says so.
      await stage.stop();
      await host.close();
      const ours = !(error instanceof ConfigurationError);
      if (ours) await log.append(eventBody('incident', { what: `The run failed inside Assay: ${(error as Error).message}` })).catch(() => undefined);
      await log.append(eventBody('run.interrupted', { why: (error as Error).message }), { durable: true }).catch(() => undefined);
      throw error;
    } finally {
      this.#signal.removeEventListener('abort', abort);
    }
  }

  async #attempts(
    scenarios: readonly Scenario[],
    before: readonly RunEvent[],
    set: { log: ObservedLog; host: Host; stage: Stage; evidence: Awaited<ReturnType<typeof openEvidence>>; views: Views },
  ): Promise<RunOutcome['status']> {
    const earlier = attemptsIn(before, this.#dir);
    const verbs = this.#hands.verbs ?? (await builtInVerbs());
    const judge = this.#hands.judge;
    for (const [i, scenario] of scenarios.entries()) {
      const known = earlier[i];
      if (known?.finished) continue;
      if (this.#signal.aborted) return 'interrupted';
      const begun = known?.given ?? (await this.#begin(scenario, scenarios.slice(0, i).filter((s) => s.address === scenario.address).length + 1, set.log));
      const attempt = new Attempt({
        ...set,
        id: begun.attempt,
        scenario,
        given: begun.given.facts,
        ...(begun.given.study && { study: begun.given.study }),
        verbs,
        sut: this.#sut,
        operator: this.#hands.operator,
        ...(judge && { preview: () => judge(this.#dir) }),
        signal: this.#signal,
        clock: this.#clock,
        before: known?.events ?? [],
      });
      if ((await attempt.run()) === 'interrupted') return 'interrupted';
    }
    return 'finished';
  }

  async #begin(scenario: Scenario, n: number, log: ObservedLog): Promise<{ attempt: string; given: Given }> {
    const attempt = randomUUID();
    const given = await prepareGiven(scenario, this.#hands.fixtures, join(this.#dir, 'study', attempt), this.#sut, this.#hands.ownStudy);
    // First: an attempt whose study is not known to the log could not be resumed.
    if (given.study) await log.append(eventBody('study.prepared', { attempt, study: { ...given.study, files: given.study.files.map((file) => kept(file, this.#dir)) } }));
    await log.append(eventBody('attempt.started', { attempt, scenario: scenario.address, scenarioSha: scenario.sha256, exercises: scenario.exercises, n, given: given.facts }), { durable: true });
    return { attempt, given };
  }

  /** Says where the run goes on, so that what arrives belongs to the attempt that is taken up. */
  async #resumed(log: ObservedLog, before: readonly RunEvent[]): Promise<void> {
    const open = attemptsIn(before, this.#dir).find((attempt) => !attempt.finished);
    await log.append(eventBody('run.resumed', open ? { attempt: open.given.attempt } : {}), { durable: true });
  }
}

/** Files of the run folder go with it when it is moved. */
const kept = (file: string, dir: string): string => (relative(dir, file).startsWith('..') ? resolve(file) : relative(dir, file));

const reasonOf = (signal: AbortSignal): string => (signal.reason instanceof Error && signal.reason.name !== 'AbortError' ? signal.reason.message : 'stopped by the user');
