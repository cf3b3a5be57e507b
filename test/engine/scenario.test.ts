import { expect } from 'chai';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Programme, Requirement } from '../../harness/contracts.js';
import { listScenarioFiles, loadScenarios, parseAddress } from '../../harness/engine/scenario-folders.js';
import { scenarioSchemaText } from '../../harness/engine/scenario-schema.js';
import { parseScenario, type KnownNames } from '../../harness/engine/scenario.js';
import { builtInVerbs } from '../../harness/engine/step.js';
import { dataFile } from '../../harness/root.js';
import { YamlError } from '../../harness/sut/load.js';

const head = `title: T
profile: XDS-I.b
actorUnderTest: Imaging Document Source
transactions: [RAD-68]
given: { study: ct-two-series }
simulators: [document-repository]
exercises: [RAD68-003]
steps:
`;
const steps = `  - deliver: { study: "\${study}", to: "\${sut.dicom}", as: delivered }
  - prompt: Share \${study.uid} with \${document-repository.url}
  - await: { transaction: RAD-68, at: document-repository, within: 10m, as: submission }
  - check: \${submission}
`;

describe('scenario', () => {
  let known: KnownNames;
  before(async () => {
    known = { verbs: await builtInVerbs(), simulators: ['document-repository', 'pacs'], requirements: new Set(['RAD68-003', 'RAD68-004']), actors: ['Imaging Document Source'], tests: ['ids_4801'], studies: ['ct-two-series'], patients: ['amber-stone'] };
  });
  const parse = (text: string) => parseScenario(text, 's.yaml', 'a/s', known);
  const only = (text: string) => {
    try {
      parse(text);
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
      expect(error.problems, error.message).to.have.length(1);
      return error.problems[0]!;
    }
    throw new Error('the scenario was taken');
  };

  it('is read with its steps, shorthands written out', () => {
    const scenario = parse(head + steps);
    expect(scenario).to.deep.include({ address: 'a/s', covers: [], given: { study: 'ct-two-series' } });
    expect(scenario.sha256).to.match(/^[0-9a-f]{64}$/);
    expect(scenario.steps.map((s) => [s.index, s.verb])).to.deep.equal([[0, 'deliver'], [1, 'prompt'], [2, 'await'], [3, 'check']]);
    expect(scenario.steps[1]!.parameters).to.deep.equal({ text: 'Share ${study.uid} with ${document-repository.url}' });
  });

  it('names unknown verbs, parameters, simulators, requirements, tests, fixtures and actors', () => {
    expect(only(head + steps.replace('- await:', '- awiat:'))).to.deep.include({ line: 11, column: 5, path: 'steps.2.awiat', remedy: 'Did you mean "await"?' });
    expect(only(head.replace('[RAD68-003]', '[RAD68-003, RAD68-003]') + steps)).to.deep.include({ line: 7, column: 24, path: 'exercises.1', found: '"RAD68-003" twice' });
    expect(only(head + steps.replace('within:', 'whithin:'))).to.deep.include({ line: 11, path: 'steps.2.await.whithin', remedy: 'Did you mean "within"?' });
    expect(only(head + steps.replace('transaction: RAD-68, ', ''))).to.deep.include({ line: 11, path: 'steps.2.await', found: 'nothing', remedy: 'Add "transaction:" here.' });
    expect(only(head.replace('[document-repository]', '[document-repository, document-repositry]') + steps)).to.deep.include({ line: 6, column: 35, path: 'simulators.1', remedy: 'Did you mean "document-repository"?' });
    expect(only(head.replace('RAD68-003', 'RAD68-3') + steps)).to.deep.include({ line: 7, column: 13, path: 'exercises.0', found: '"RAD68-3"' });
    expect(only(`${head.replace('given:', 'covers: [ids_4801x]\ngiven:')}${steps}`)).to.deep.include({ line: 5, path: 'covers.0', remedy: 'Did you mean "ids_4801"?' });
    expect(only(head.replace('ct-two-series', 'ct-two') + steps)).to.deep.include({ line: 5, column: 17, path: 'given.study' });
    expect(only(head.replace('Document Source', 'Document Sauce') + steps).path).to.equal('actorUnderTest');
  });

  it('names references that lead nowhere', () => {
    expect(only(head + steps.replace('check: ${submission}', 'check: ${submision}'))).to.deep.include({ line: 12, column: 12, found: '${submision}', remedy: 'Did you mean "${submission}"?' });
    expect(only(head + steps.replace('${study.uid}', '${study.uuid}'))).to.deep.include({ line: 10, found: '${study.uuid}', remedy: 'Did you mean "${study.uid}"?' });
    expect(only(head + steps.replace('${study.uid}', '${1 + 1}')).remedy).to.contain('no expressions');
    expect(only(head + steps.replace('${study.uid}', '${case.name}')).expected).to.contain('within a "cases:" block');
    expect(only(head + steps.replace('${study.uid}', '${submission.exchange}')).found).to.equal('${submission.exchange}');
    expect(only(head + steps.replace('check: ${submission}', 'attest: Seen ${submission.exchang}?')).remedy).to.equal('Did you mean "${submission.exchange}"?');
    expect(only(head + steps.replace('as: delivered', 'as: pacs').replace('as: submission', 'as: study').replace('check: ${submission}', 'check: ${pacs}')).path).to.equal('steps.2.await.as');
  });

  it('repeats steps over the rows of a cases table', () => {
    const table = `  - cases: [{ name: a, n: 1 }, { name: b, n: 2 }]
    steps:
      - prompt: { text: "Do \${case.name}", as: asked }
      - send: { to: "http://h/\${case.n}", after: "\${asked}" }
`;
    expect(parse(head + table).steps.map((s) => [s.index, s.verb, s.row?.['name']])).to.deep.equal([[0, 'prompt', 'a'], [1, 'send', 'a'], [2, 'prompt', 'b'], [3, 'send', 'b']]);
    expect(only(head + table.replace('${case.n}', '${case.nn}'))).to.deep.include({ line: 12, found: '${case.nn}' });
    expect(only(`${head}${table}  - check: "\${asked}"\n`).found).to.equal('${asked}');
    expect(only(head + table.replace(/\n {4}steps:[^]*/, '\n'))).to.include({ line: 9, expected: '"steps" beside "cases"' });
  });

  it('takes addresses apart and refuses what is none', () => {
    expect(parseAddress('a/b#R-1')).to.deep.equal({ scenario: 'a/b', requirement: 'R-1' });
    expect(parseAddress('a/b.yaml')).to.deep.equal({ scenario: 'a/b' });
    for (const bad of ['', '#R', 'a#', 'a#b#c']) expect(() => parseAddress(bad), bad).to.throw('Expected an address');
  });
});

describe('scenario folders', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-scenarios-'));
    await mkdir(join(dir, 'body', 'fixtures'), { recursive: true });
    await writeFile(join(dir, 'body', 'own.yaml'), head + steps);
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('finds scenarios by where they lie, in added folders too', async () => {
    const files = await listScenarioFiles({ more: [dir] });
    expect([...files.keys()]).to.include.members(['body/own', 'xds-i/ids/share-ct-study']);
    expect([...files.keys()].filter((address) => address.includes('fixtures'))).to.deep.equal([]);
    const verbs = await builtInVerbs();
    const [loaded] = await loadScenarios(['body#RAD68-003'], { verbs }, { more: [dir] });
    expect(loaded!.requirements).to.deep.equal(['RAD68-003']);
    const failure = async (address: string): Promise<string> => loadScenarios([address], { verbs }, { more: [dir] }).then(() => '', (error: Error) => error.message);
    expect(await failure('body/owm')).to.contain('Did you mean "body/own"?');
    expect(await failure('body/own#RAD68-004')).to.contain('Did you mean "RAD68-003"?');
    await mkdir(join(dir, 'xds-i', 'ids'), { recursive: true });
    await writeFile(join(dir, 'xds-i', 'ids', 'share-ct-study.yaml'), '');
    expect(await failure('body')).to.contain('stands for');
  });
});

describe('the built-in scenario', () => {
  it('follows its schema, which is published as the verbs make it', async () => {
    const verbs = await builtInVerbs();
    // After a change: npx tsx harness/engine/publish-schema.ts
    expect(await readFile(dataFile('scenarios', 'scenario.schema.json'), 'utf8')).to.equal(scenarioSchemaText(verbs));
    expect([...verbs.keys()]).to.deep.equal(['attest', 'await', 'check', 'compare', 'deliver', 'prompt', 'retrieve', 'send']);
  });

  it('promises what the programme holds mandatory and its tests cover', async () => {
    const read = async <T>(...path: string[]): Promise<T> => JSON.parse(await readFile(dataFile('harness', 'requirements', ...path), 'utf8')) as T;
    const catalogue = await read<Requirement[]>('catalogue.json');
    const actor = (await read<Programme>('programmes', 'image-share.json')).actors['Imaging Document Source']!;
    const [loaded] = await loadScenarios(['xds-i/ids/share-ct-study'], {
      verbs: await builtInVerbs(),
      requirements: new Set(catalogue.map(({ id }) => id)),
      tests: actor.tests.map(({ id }) => id),
      actors: ['Imaging Document Source'],
    });
    const covered = new Set(actor.tests.filter(({ id }) => ['ids_2018-4801b', 'ids_2018-4803b'].includes(id)).flatMap(({ covers }) => covers));
    const wanted = actor.mandatory.filter((id) => covered.has(id));
    expect(wanted).to.have.length(124);
    expect(loaded!.scenario.exercises).to.include.members(wanted);
    expect(actor.scenarios).to.include(loaded!.scenario.address);
  });
});
