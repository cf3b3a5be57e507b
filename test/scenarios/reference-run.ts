/** One run of the thread against the reference source, in this process: engine, sockets, judge, no report. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Judgement, RunRecord } from '../../harness/contracts.js';
import { describeReference } from '../../harness/cli/reference-source.js';
import { allSimulators } from '../../harness/cli/simulators.js';
import { urlOperator } from '../../harness/engine/operator-url.js';
import { openRun } from '../../harness/engine/run-record.js';
import { run } from '../../harness/engine/run.js';
import { parseScenario } from '../../harness/engine/scenario.js';
import { builtInVerbs } from '../../harness/engine/step.js';
import { dataFile } from '../../harness/root.js';
import { loadCatalogue } from '../../harness/requirements/catalogue.js';
import { loadProgramme } from '../../harness/requirements/programme.js';
import { judge } from '../../harness/validation/judge.js';
import { openStandaloneHost } from '../../harness/wire/host.js';
import { patient, prepareStudy } from '../../scenarios/fixtures/index.js';

export interface ReferenceRun {
  judgement: Judgement;
  record: RunRecord;
  dir: string;
  clean(): Promise<void>;
}

export interface ReferenceOptions {
  fault?: { simulator: string; id: string };
  timing?: Record<string, number>;
  /** Another text of the scenario. */
  alter?: (yaml: string) => string;
}

export async function referenceRun({ fault, timing = {}, alter = (text) => text }: ReferenceOptions = {}): Promise<ReferenceRun> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-reference-run-'));
  const simulators = await allSimulators();
  const source = simulators.get('imaging-document-source');
  if (!source) throw new Error('no reference source');
  const host = await openStandaloneHost({ dir: join(dir, 'sut') });
  const running = await source.start(host.for(source.name, fault?.simulator === source.name ? { fault: fault.id } : {}), {} as never);
  const sut = describeReference(running.endpoints);
  sut.timing = { ...sut.timing, ...timing };
  try {
    const catalogue = await loadCatalogue();
    const programme = await loadProgramme(catalogue.entries);
    const file = dataFile('scenarios', 'xds-i', 'ids', 'share-ct-study.yaml');
    const scenario = parseScenario(alter(await readFile(file, 'utf8')), file, 'xds-i/ids/share-ct-study', { verbs: await builtInVerbs() });
    const outcome = await run({
      simulators,
      fixtures: { study: (name, folder) => prepareStudy(name, folder), patient },
      operator: urlOperator(running.endpoints['control'] ?? '', { timeoutMs: 20_000 }),
      runs: join(dir, 'runs'),
      kind: 'self-test',
      sut,
      catalogue: catalogue.bytes,
      programme: programme.bytes,
      scenarios: [scenario],
      tool: { name: 'Assay', version: 'test' },
      ...(fault && fault.simulator !== source.name && { fault }),
    });
    const record = await openRun(outcome.dir);
    return { record, dir: outcome.dir, judgement: await judge(record), clean: () => rm(dir, { recursive: true, force: true }) };
  } finally {
    await running.stop();
    await host.close();
  }
}

export const verdicts = (judgement: Judgement): Map<string, string> => new Map(judgement.requirements.map((r) => [r.id, r.verdict]));
