/** Runs of the whole thread against hostile products: one reference source takes the studies in, each case has sockets of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlobRef, Exchange, Judgement, RunRecord } from '../../../harness/contracts.js';
import { allSimulators } from '../../../harness/cli/simulators.js';
import { buildReportModel } from '../../../harness/engine/report-model.js';
import { openRun } from '../../../harness/engine/run-record.js';
import { run } from '../../../harness/engine/run.js';
import { loadScenarios } from '../../../harness/engine/scenario-folders.js';
import { builtInVerbs } from '../../../harness/engine/step.js';
import { loadCatalogue } from '../../../harness/requirements/catalogue.js';
import { loadProgramme } from '../../../harness/requirements/programme.js';
import { judge } from '../../../harness/validation/judge.js';
import { openStandaloneHost } from '../../../harness/wire/host.js';
import { patient, prepareStudy } from '../../../scenarios/fixtures/index.js';
import type { HostileCase } from './case.js';
import { hostileSource } from './source.js';

export interface HostileRun {
  judgement: Judgement;
  record: RunRecord;
  /** What the case put on the wire, and what our listener said. */
  submitted: Buffer;
  answered: Buffer[];
  reply: string;
  /** Characters of the report's model as JSON. */
  reportSize: number;
  kept(blob: BlobRef): Promise<Buffer>;
}
export interface HostileLaboratory {
  perform(hostile: Pick<HostileCase, 'submit' | 'answer'>): Promise<HostileRun>;
  close(): Promise<void>;
}

export async function openLaboratory(): Promise<HostileLaboratory> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-hostile-'));
  const simulators = await allSimulators();
  const host = await openStandaloneHost({ dir: join(dir, 'sut') });
  const source = await simulators.get('imaging-document-source')?.start(host.for('imaging-document-source'), {} as never);
  if (!source) throw new Error('no reference source');
  const catalogue = await loadCatalogue();
  const programme = await loadProgramme(catalogue.entries);
  const [loaded] = await loadScenarios(['xds-i/ids/share-ct-study'], { verbs: await builtInVerbs() });
  if (!loaded) throw new Error('no scenario');
  /** One image a series: the misbehaviour is elsewhere. */
  const study = async (name: string, folder: string) => {
    const whole = await prepareStudy(name, folder);
    const first = whole.instances.map(({ series }, index, all) => all.findIndex((other) => other.series === series) === index);
    return { ...whole, files: whole.files.filter((_, index) => first[index]), instances: whole.instances.filter((_, index) => first[index]) };
  };
  return {
    perform: async ({ submit, answer }) => {
      const hostile = await hostileSource(source.endpoints, submit, answer);
      try {
        const { dir: folder } = await run({
          simulators,
          fixtures: { study, patient },
          operator: hostile.operator,
          runs: await mkdtemp(join(dir, 'runs-')),
          kind: 'self-test',
          sut: { ...hostile.sut, timing: { submission: 700, answer: 700 } },
          catalogue: catalogue.bytes,
          programme: programme.bytes,
          scenarios: [loaded.scenario],
          tool: { name: 'Assay', version: 'test' },
          http: { bodyBytes: 12_000_000, bodyIdleMs: 300, headMs: 2000 },
        });
        const record = await openRun(folder);
        const judgement = await judge(record);
        const model = await buildReportModel(record, judgement, { issued: new Date() });
        const kept = async (blob: BlobRef): Promise<Buffer> => {
          const chunks: Uint8Array[] = [];
          for await (const chunk of record.evidence.read(blob)) chunks.push(chunk);
          return Buffer.concat(chunks);
        };
        return { record, judgement, kept, submitted: hostile.submitted(), answered: hostile.answered(), reply: hostile.reply(), reportSize: JSON.stringify(model).length };
      } finally {
        await hostile.close();
      }
    },
    close: async () => {
      await source.stop();
      await host.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export const messageOf = (exchange: Exchange | undefined, side: 'initiator' | 'responder') => exchange?.messages.find(({ from }) => from === side);
