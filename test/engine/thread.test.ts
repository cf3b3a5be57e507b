import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord, RunningSimulator, Simulator, SutDescription, TrueInstance } from '../../harness/contracts.js';
import { urlOperator } from '../../harness/engine/operator-url.js';
import { run, type RunOptions } from '../../harness/engine/run.js';
import { openRun } from '../../harness/engine/run-record.js';
import { loadScenarios } from '../../harness/engine/scenario-folders.js';
import { builtInVerbs } from '../../harness/engine/step.js';
import { dataFile } from '../../harness/root.js';
import { parseSut } from '../../harness/sut/load.js';
import { openStandaloneHost, type Host } from '../../harness/wire/host.js';
import { patient, prepareStudy } from '../../scenarios/fixtures/index.js';
import { simulator as consumer } from '../../simulators/imaging-document-consumer/index.js';
import { simulator as registry } from '../../simulators/document-registry/index.js';
import { simulator as repository } from '../../simulators/document-repository/index.js';
import { simulator as pacs } from '../../simulators/pacs/index.js';
import { simulator as source } from '../../simulators/imaging-document-source/index.js';

describe('the thread, with the reference source', () => {
  let dir: string;
  let host: Host;
  let running: RunningSimulator;
  let sut: SutDescription;
  let options: RunOptions;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-thread-'));
    host = await openStandaloneHost({ dir: join(dir, 'sut') });
    running = await source.start(host.for('imaging-document-source'), {});
    const { dicom, rad69, aeTitle, repositoryUniqueId, control } = running.endpoints;
    sut = parseSut(
      `schema: assay-sut/1
product: { vendor: Assay, name: Reference source, version: "1" }
claims: [{ profile: XDS-I.b, actor: Imaging Document Source, options: [Set of DICOM Instances], systems: [ids] }]
systems:
  ids:
    endpoints: { dicom: "${dicom}", rad69: "${rad69}" }
    aeTitles: { dicom: ${aeTitle} }
    oids: { repositoryUniqueId: "${repositoryUniqueId}" }
domain: { assigningAuthorities: { departmental: 1.3.6.1.4.1.21367.1800.13.20.1000 } }
reach: { advertise: 127.0.0.1 }
timing: { submission: 20s }
`,
      'sut.yaml',
    );
    const simulators = new Map<string, Simulator>();
    for (const one of [pacs, registry, repository, consumer]) simulators.set(one.name, one as Simulator);
    const [loaded] = await loadScenarios(['xds-i/ids/share-ct-study'], { verbs: await builtInVerbs(), simulators: [...simulators.keys()] });
    options = {
      runs: join(dir, 'runs'), kind: 'self-test', sut, simulators, scenarios: [loaded!.scenario], tool: { name: 'Assay', version: 'test' },
      catalogue: await readFile(dataFile('harness', 'requirements', 'catalogue.json')),
      programme: await readFile(dataFile('harness', 'requirements', 'programmes', 'image-share.json')),
      fixtures: { study: (name, to, who) => prepareStudy(name, to, who && { patient: who }), patient },
      operator: urlOperator(control!),
    };
  });
  after(async () => {
    await running.stop();
    await host.close();
    await rm(dir, { recursive: true, force: true });
  });

  const hashes = async (record: RunRecord, instances: readonly TrueInstance[]): Promise<Record<string, string>> => {
    const found: Record<string, string> = {};
    for (const { sop, blob, offset, length } of instances) {
      const hash = createHash('sha256');
      for await (const chunk of record.evidence.read(blob, { from: offset, to: offset + length })) hash.update(chunk);
      found[sop] = hash.digest('hex');
    }
    return found;
  };
  const pacsOf = (files: string[]): Promise<unknown> =>
    host.for('elsewhere').dialDimse({ to: running.endpoints['dicom']!, calledAe: running.endpoints['aeTitle']!, callingAe: 'ELSEWHERE', actor: 'Image Manager/Archive', files });
  const done = ['deliver', 'prompt', 'await', 'check', 'retrieve', 'compare', 'retrieve'];

  it('runs whole; on a study that the source holds already, the truth is what it gave out', async () => {
    const first = await openRun((await run(options)).dir);
    expect(first.steps.map((s) => s.verb)).to.deep.equal(done);
    expect(first.steps.filter((s) => s.outcome !== 'done').map((s) => s.verb)).to.deep.equal(['check']);
    const [attempt] = first.attempts;
    expect(attempt!.facts.delivered).to.have.length(5);
    expect(attempt!.delivered).to.have.length(5);
    const transactions = first.exchanges.map((e) => e.transaction);
    expect(transactions.filter((t) => t === 'RAD-69')).to.have.length(2);
    expect(transactions).to.include.members(['C-ECHO', 'C-STORE', 'RAD-68', 'ITI-42']);

    const given = attempt!.facts.given;
    const ownStudy = { held: given.study!, patient: given.patient! };
    const second = await openRun((await run({ ...options, ownStudy })).dir);
    expect(second.steps.map((s) => [s.verb, s.outcome])[0]).to.deep.equal(['deliver', 'skipped']);
    expect(second.steps.slice(1).filter((s) => s.outcome === 'done')).to.have.length(5);
    expect(second.attempts[0]!.facts.delivered).to.deep.equal([]);
    expect(await hashes(second, second.attempts[0]!.delivered)).to.deep.equal(await hashes(first, attempt!.delivered));
  });

  it('keeps messages about other studies out of the attempt', async () => {
    const other = await prepareStudy('ct-two-series', join(dir, 'other'));
    const ask = options.operator;
    const operator: RunOptions['operator'] = {
      ask: async (prompt, signal) => {
        // The product sends the study of another patient first, as one at work may.
        await pacsOf(other.files);
        await ask.ask({ ...prompt, values: { ...prompt.values, 'study.uid': other.uid, 'patient.domainId': 'OTHER^^^&1.2.3&ISO' } }, signal);
        return ask.ask(prompt, signal);
      },
    };
    const events: string[] = [];
    const record = await openRun((await run({ ...options, operator, onEvent: ({ type, data }) => void (type === 'await.nearMiss' && events.push(String((data as { why: string }).why))) })).dir);
    const submissions = record.exchanges.filter((e) => e.transaction === 'RAD-68').map((e) => e.id);
    expect(submissions).to.have.length(2);
    expect(record.attempts[0]!.exchanges).to.include(submissions[1]).and.not.to.include(submissions[0]);
    expect(events).to.have.length(1);
    expect(events[0]).to.contain('RAD-68 arrived, but it is for patient OTHER^^^&1.2.3&ISO').and.contain(`study ${other.uid}`);
  });

  it("delivers the vendor's own study from a folder", async () => {
    const folder = join(dir, 'own');
    const made = await prepareStudy('ct-two-series', folder);
    const record = await openRun((await run({ ...options, ownStudy: { folder, patient: { domainId: 'D1^^^&1.2.3&ISO' } } })).dir);
    const { facts } = record.attempts[0]!;
    expect(facts.given.study).to.deep.equal({ uid: made.uid, accession: made.accession });
    expect(facts.given.patient).to.include({ domainId: 'D1^^^&1.2.3&ISO', departmentalId: patient('amber-stone').departmentalId, birthDate: '19660412' });
    expect(facts.delivered).to.have.members(made.instances.map(({ sop }) => sop));
    expect(facts.failures).to.deep.equal([]);
  });

  it('asks a switched-off product for nothing more, and says why', async () => {
    const off = { ...sut, systems: { ids: { ...sut.systems['ids']!, endpoints: { dicom: '127.0.0.1:1', rad69: 'http://127.0.0.1:1/rad69' } } } };
    const record = await openRun((await run({ ...options, sut: off })).dir);
    expect(record.steps.map((s) => s.outcome)).to.deep.equal(['failed', ...Array<string>(6).fill('skipped')]);
    expect(record.attempts[0]!.facts.failures[0]).to.include({ verb: 'deliver', ours: false });
    expect(record.attempts[0]!.facts.failures[0]!.message).to.contain('C-ECHO to ASSAY_IDS at 127.0.0.1:1');
  });
});
