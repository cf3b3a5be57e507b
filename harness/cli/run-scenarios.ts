/** One run as the command line does it: engine, live lines, judgement, report. `run` and `demo` share it. */
import { listFixtures, patient, patientNames, prepareStudy, studyNames } from '../../scenarios/fixtures/index.js';
import type { RunEvent, SutDescription, TlsSettings } from '../contracts.js';
import type { Fixtures, OwnStudy } from '../engine/given.js';
import type { Operator } from '../engine/operator.js';
import { progressLines } from '../engine/progress.js';
import { resumeRun, run, type StageHands } from '../engine/run.js';
import { describeTool } from '../engine/report-model.js';
import { loadScenarios } from '../engine/scenario-folders.js';
import type { Scenario } from '../engine/scenario.js';
import { openRun } from '../engine/run-record.js';
import { builtInVerbs, type Preview } from '../engine/step.js';
import { judge } from '../validation/judge.js';
import { loadCatalogue } from '../requirements/catalogue.js';
import { loadProgramme } from '../requirements/programme.js';
import type { SigningKey } from '../../reports/signing/key.js';
import { EXIT, type CommandIo } from './command.js';
import { finishRun } from './finish.js';
import { allSimulators } from './simulators.js';
import { exitOf, summaryLines } from './summary.js';
import { log } from '../wire/log.js';

export interface RunRequest {
  addresses: string[];
  sut: SutDescription;
  operator: Operator;
  runs: string;
  key: SigningKey;
  json: boolean;
  pdf: boolean;
  programme?: string;
  catalogue?: string;
  scenarioFolders?: string[];
  schemas?: string;
  ownStudy?: OwnStudy;
  tls?: TlsSettings;
  fault?: { simulator: string; id: string };
  kind?: 'self-test' | 'supervised' | 'connectathon';
  /** A run folder to go on with instead of a new run. */
  resume?: string;
  /** Load everything, print the outline, do nothing. */
  dryRun?: boolean;
}

const fixtures: Fixtures = {
  study: (name, dir, who) => prepareStudy(name, dir, who && { patient: who }),
  patient,
  patientOf: (study) => listFixtures().studies.find(({ name }) => name === study)?.patient,
};

export async function runScenarios(request: RunRequest, io: CommandIo): Promise<number> {
  // On a terminal the steps tell the same in words; a line of JSON would fall into the progress line.
  if (io.tty && process.env['ASSAY_LOG'] === undefined) log.level = 'error';
  const progress = progressLines({ tty: io.tty && !request.json });
  const say = (line: string): void => (request.json ? undefined : io.out(line));
  const onEvent = (event: RunEvent): void => {
    if (request.json) io.out(JSON.stringify(event));
    else progress.event(event);
  };
  const hands: StageHands = {
    simulators: await allSimulators(),
    fixtures,
    operator: request.operator,
    ownStudy: request.ownStudy,
    signal: io.signal,
    tls: request.tls,
    fault: request.fault,
    onEvent,
    judge: preview,
  };
  const catalogue = await loadCatalogue(request.catalogue);
  const programme = await loadProgramme(catalogue.entries, request.programme);
  const known = { verbs: await builtInVerbs(), simulators: [...hands.simulators.keys()], requirements: new Set(catalogue.entries.map((r) => r.id)), actors: Object.keys(programme.programme.actors), studies: studyNames(), patients: patientNames() };
  const scenarios = request.resume ? [] : await loadScenarios(request.addresses, known, { more: request.scenarioFolders });
  if (request.dryRun) return outline(scenarios.map((s) => s.scenario), say);
  const outcome = request.resume
    ? await resumeRun(request.resume, { ...hands, sut: request.sut })
    : await run({
        ...hands,
        runs: request.runs,
        kind: request.kind ?? 'self-test',
        sut: request.sut,
        catalogue: catalogue.bytes,
        programme: programme.bytes,
        scenarios: scenarios.map((s) => s.scenario),
        tool: await describeTool(),
      });
  progress.end();
  say('  judging from the stored bytes …');
  const { judgement, written, unreachable } = await finishRun(outcome.dir, request.key, { pdf: request.pdf, schemas: request.schemas });
  const code =
    unreachable !== undefined && judgement.overall === 'not concluded'
      ? EXIT.configuration
      : outcome.status === 'interrupted' && judgement.overall !== 'does not conform'
        ? EXIT.notConcluded
        : exitOf(judgement.overall);
  if (request.json) {
    io.out(JSON.stringify({ type: 'report', run: outcome.dir, status: outcome.status, overall: judgement.overall, scope: judgement.scope, html: written.html, pdf: written.pdf, noPdf: written.noPdf, exit: code }));
    return code;
  }
  for (const line of summaryLines(judgement, scenarios[0]?.scenario.address ?? judgement.attempts.at(-1)?.scenario ?? judgement.run)) say(line);
  if (code === EXIT.configuration) say(`  The product could not be reached: ${unreachable}\n  assay preflight FILE looks for the cause.`);
  if (outcome.status === 'interrupted') say(`  interrupted; go on with: assay run --resume ${outcome.dir} --sut FILE, and --trigger where there was one`);
  say('');
  say(`  report    ${written.html}`);
  say(written.pdf ? `            ${written.pdf}` : `  no PDF    ${written.noPdf}`);
  say(`  verify    sh ${outcome.dir}/verify.sh`);
  return code;
}

/** The verdict so far, by the function that gives the final one. */
async function preview(dir: string): Promise<Preview> {
  const { requirements } = await judge(await openRun(dir, { live: true }));
  const counts: Record<string, number> = {};
  for (const { verdict } of requirements) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return { counts, failed: requirements.filter((r) => r.verdict === 'fail').map((r) => r.id) };
}

function outline(scenarios: readonly Scenario[], say: (line: string) => void): number {
  for (const scenario of scenarios) {
    say(`${scenario.address}: ${scenario.title}`);
    for (const step of scenario.steps) say(`  ${step.index + 1}. ${step.verb} ${JSON.stringify(step.parameters)}`);
    say(`  promises ${scenario.exercises.length} requirements, covers ${scenario.covers.join(', ') || 'no test'}`);
  }
  return EXIT.conforms;
}
