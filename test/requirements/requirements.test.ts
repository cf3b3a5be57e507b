import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Exchange, Requirement } from '../../harness/contracts.js';
import { applies, messagesFor, reasonWithoutCheck } from '../../harness/requirements/applicability.js';
import { catalogueFile, catalogueProblems, loadCatalogue } from '../../harness/requirements/catalogue.js';
import { loadProgramme, programmeFile } from '../../harness/requirements/programme.js';

const ACTORS = new Set(['Imaging Document Source', 'Document Source', 'Document Registry', 'SOAP Sender', 'SOAP Receiver']);
const requirement = (change: Partial<Requirement>): Requirement => ({
  id: 'A-1',
  standard: 's',
  section: '1',
  transaction: 'RAD-68',
  obliged: ['Imaging Document Source'],
  side: 'initiator',
  scope: 'message',
  when: { options: [], condition: '' },
  needs: [],
  level: 'SHALL',
  requirement: 'r',
  check: 'c',
  violation: 'v',
  sameAs: [],
  evidence: '',
  checked: true,
  ...change,
});
const wordsOf = (loading: Promise<unknown>): Promise<string> => loading.then(() => 'loaded', (error: Error) => error.message);
const claim = { profile: 'XDS-I.b', actor: 'Imaging Document Source', options: ['Set of DICOM Instances'] };

describe('catalogue', () => {
  it('is sound as it stands', async () => {
    const { entries, sha256 } = await loadCatalogue();
    expect(entries.length).to.be.greaterThan(2_000);
    expect(sha256).to.match(/^[0-9a-f]{64}$/);
  });

  const broken: [string, Requirement[], RegExp][] = [
    ['an unknown actor', [requirement({ obliged: ['Imaging Document Sauce'] })], /unknown actor 'Imaging Document Sauce'/],
    ['a doubled id', [requirement({}), requirement({})], /given twice/],
    ['a dangling sameAs', [requirement({ sameAs: ['A-2'] })], /names A-2, which does not exist/],
    ['a one-sided sameAs', [requirement({ sameAs: ['A-2'] }), requirement({ id: 'A-2' })], /does not name it back/],
    ['a side that is none', [requirement({ side: 'left' as 'none' })], /side 'left'/],
    ['a scope that is none', [requirement({ scope: 'world' as 'run' })], /scope 'world'/],
    ['a level that is none', [requirement({ level: 'MUST' as 'SHALL' })], /level 'MUST'/],
    ['nobody obliged', [requirement({ obliged: [] })], /nobody is obliged/],
    ['no object', [null as unknown as Requirement], /expected an object/],
  ];
  for (const [what, entries, words] of broken) {
    it(`refuses ${what}`, () => {
      expect(catalogueProblems(entries, ACTORS).join('\n')).to.match(words);
    });
  }

  it('says which file is broken', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-catalogue-'));
    const file = join(folder, 'catalogue.json');
    try {
      const text = await readFile(catalogueFile, 'utf8');
      await writeFile(file, text.replace('"Imaging Document Source"', '"Imaging Document Saurce"'));
      expect(await wordsOf(loadCatalogue(file))).to.include(file).and.include("unknown actor 'Imaging Document Saurce'");
      await writeFile(file, '{');
      expect(await wordsOf(loadCatalogue(file))).to.include('no JSON');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('programme', () => {
  it('is sound as it stands, and names no rule of a deployment', async () => {
    const { entries } = await loadCatalogue();
    const { programme } = await loadProgramme(entries);
    expect(JSON.stringify(programme)).not.to.include('"DEP-');
  });

  const changes: [string, (text: string) => string, RegExp][] = [
    ['an unknown id', (text) => text.replace('"ASY-SOAP-001"', '"ASY-SOAP-999"'), /no requirement 'ASY-SOAP-999'/],
    ['a member that it does not know', (text) => text.replace('"version":', '"versoin": "1", "version":'), /versoin/],
    ['a level that is none', (text) => text.replace('"level": "SHOULD"', '"level": "MUST"'), /level/],
    ['a rule of a deployment', (text) => text.replace('"ASY-SOAP-001"', '"DEP-ISN-001"'), /only inside its scenario pack/],
  ];
  for (const [what, change, words] of changes) {
    it(`refuses ${what}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'assay-programme-'));
      try {
        const { entries } = await loadCatalogue();
        const file = join(folder, 'programme.json');
        const text = await readFile(programmeFile, 'utf8');
        expect(change(text)).not.to.equal(text);
        await writeFile(file, change(text));
        expect(await wordsOf(loadProgramme(entries, file))).to.match(words);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
});

describe('applicability', () => {
  const sut = { role: 'sut', system: 'ids', address: '-' } as const;
  const simulator = { role: 'simulator', system: 'assay', address: '-' } as const;
  const raw = { sha256: '0', size: 0 };
  const exchange = (transaction: string, opened: 'sut' | 'simulator'): Exchange => ({
    id: 'x',
    run: 'r',
    connection: 'c',
    protocol: 'http',
    vantage: 'terminated',
    initiator: opened === 'sut' ? sut : simulator,
    responder: opened === 'sut' ? simulator : sut,
    transaction,
    messages: [
      { from: 'initiator', raw, start: '', end: '', complete: true },
      { from: 'responder', raw, start: '', end: '', complete: true },
    ],
    ended: 'complete',
  });
  const from = (change: Partial<Requirement>, transaction: string, opened: 'sut' | 'simulator'): string[] => messagesFor(requirement(change), exchange(transaction, opened)).map((message) => message.from);

  it('follows the roles that an actor implies', () => {
    expect(applies(requirement({ obliged: ['Document Source'] }), claim)).to.equal(true);
    expect(applies(requirement({ obliged: ['SOAP Receiver'] }), claim)).to.equal(true);
    expect(applies(requirement({ obliged: ['Document Registry'] }), claim)).to.equal(false);
  });

  it('follows the claimed options, any of which suffices', () => {
    expect(applies(requirement({ when: { options: ['PDF Report', 'Set of DICOM Instances'], condition: '' } }), claim)).to.equal(true);
    expect(applies(requirement({ when: { options: ['PDF Report'], condition: '' } }), claim)).to.equal(false);
  });

  it('leaves rules of a deployment to its pack', () => {
    expect(applies(requirement({ id: 'DEP-DIR1-001' }), claim)).to.equal(false);
    expect(applies(requirement({ id: 'DEP-DIR1-001' }), claim, ['DIR1'])).to.equal(true);
    expect(applies(requirement({ id: 'DEP-DIR1-001' }), claim, ['DIR2'])).to.equal(false);
  });

  it('picks the request of whoever opened the exchange, and the answer of whoever was asked', () => {
    expect(from({ side: 'initiator' }, 'RAD-68', 'sut')).to.deep.equal(['initiator']);
    expect(from({ side: 'initiator' }, 'RAD-68', 'simulator')).to.deep.equal([]);
    expect(from({ side: 'responder', transaction: 'RAD-69' }, 'RAD-69', 'simulator')).to.deep.equal(['responder']);
    expect(from({ side: 'either', transaction: 'SOAP' }, 'RAD-69', 'simulator')).to.deep.equal(['responder']);
    expect(from({ side: 'either', transaction: 'SOAP' }, 'RAD-68', 'sut')).to.deep.equal(['initiator']);
    expect(from({ side: 'none', transaction: 'KOS' }, 'RAD-68', 'sut')).to.deep.equal(['initiator']);
  });

  it('ties topics to transactions', () => {
    expect(from({ transaction: 'ITI-41' }, 'RAD-68', 'sut')).to.deep.equal(['initiator']);
    expect(from({ transaction: 'MTOM' }, 'ITI-42', 'sut')).to.deep.equal([]);
    expect(from({ transaction: 'METADATA', side: 'responder' }, 'RAD-69', 'simulator')).to.deep.equal(['responder']);
    expect(from({}, 'RAD-69', 'sut')).to.deep.equal([]);
  });

  it('gives the reason why no check decides', () => {
    expect(reasonWithoutCheck(requirement({ obliged: ['Document Registry'] }), claim)).to.match(/other actor/);
    expect(reasonWithoutCheck(requirement({ when: { options: ['PDF Report'], condition: '' } }), claim)).to.equal('option not supported');
    expect(reasonWithoutCheck(requirement({ scope: 'attest' }), claim)).to.equal('not observable');
    expect(reasonWithoutCheck(requirement({ checked: false }), claim)).to.equal('text not seen');
    expect(reasonWithoutCheck(requirement({}), claim)).to.equal('no check yet');
  });
});
