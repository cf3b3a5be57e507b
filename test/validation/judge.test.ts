import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Judgement, Observation, RunRecord, ViewKey } from '../../harness/contracts.js';
import { defineAttemptCheck, defineCheck, met, notApplicable, violated } from '../../harness/validation/define.js';
import { judge } from '../../harness/validation/judge.js';
import { findChecks, requireKnown, type RegisteredCheck } from '../../harness/validation/registry.js';
import { loadWitness } from '../witness/load.js';

const bytes: ViewKey<number> = {
  name: 'test bytes',
  async parse(source) {
    let size = 0;
    for await (const chunk of source) size += chunk.length;
    return size;
  },
};
const nothing: ViewKey<number> = { name: 'test nothing', parse: async () => undefined };
const broken: ViewKey<number> = { name: 'test broken', parse: async () => Promise.reject(new Error('no such parser')) };
const breach: Observation = violated({ because: 'wrong', expected: 'a', found: 'b', remedy: 'c' });
const registered = (check: RegisteredCheck['check']): RegisteredCheck => ({ check, file: 'test' });
const ID = 'ASY-SOAP-001';

describe('judge', () => {
  let record: RunRecord;
  beforeEach(async () => {
    record = await loadWitness('share-ct-study');
  });
  const verdictWith = async (check: RegisteredCheck['check'] | RegisteredCheck['check'][], run = record, timeLimit = 500): Promise<Judgement['requirements'][number] | undefined> =>
    (await judge(run, { only: [ID], checks: [check].flat().map(registered), timeLimit })).requirements[0];

  it('asks once for each message of the system under test', async () => {
    const result = await verdictWith(defineCheck(ID, bytes, () => [met('right')]));
    expect(result?.verdict).to.equal('pass');
    expect(result?.findings.map(({ exchange }) => exchange)).to.deep.equal(['rad-68', 'rad-69', 'rad-69-unknown']);
  });

  const errors: [string, RegisteredCheck['check'], RegExp][] = [
    ['throws', defineCheck(ID, bytes, () => { throw new Error('boom'); }), /ASY-SOAP-001 failed on exchange rad-68: boom/],
    ['throws late', defineCheck(ID, bytes, async function* () { yield met('so far'); throw new Error('boom'); }), /boom/],
    ['yields nothing', defineCheck(ID, bytes, () => []), /yielded nothing/],
    ['never ends', defineCheck(ID, bytes, async function* () { await new Promise(() => undefined); yield met('never'); }), /not done within 50 ms/],
    ['has a view that throws', defineCheck(ID, broken, () => [met('never')]), /no such parser/],
    ['throws as a check of the attempt', defineAttemptCheck(ID, () => { throw new Error('boom'); }), /boom/],
  ];
  for (const [what, check, words] of errors) {
    it(`turns a check that ${what} into an error of that requirement, never a pass`, async () => {
      const result = await verdictWith(check, record, 50);
      expect(result?.verdict).to.equal('error');
      expect(result?.why).to.match(words);
    });
  }

  it('tells a mistake that is repeated thousands of times a hundred times, and how often it is', async () => {
    const many = Array.from({ length: 5_000 }, () => ({ ...breach, atMost: 'warning' as const }));
    const result = await verdictWith(defineCheck(ID, bytes, () => [...many, met('right'), breach]), { ...record, attempts: record.attempts.map((attempt) => ({ ...attempt, exchanges: ['rad-68'] })) });
    expect(result?.verdict).to.equal('fail');
    expect(result?.findings).to.have.length(102);
    expect(result?.findings.map(({ because }) => because)).to.include('wrong (and 4900 more of this kind)');
  });

  it('is done with a message that holds 20,000 Slots of one name', async () => {
    const insert = '<rim:Slot name="urn:a:b"><rim:ValueList><rim:Value>x</rim:Value></rim:ValueList></rim:Slot>'.repeat(20_000);
    const run = await loadWitness('share-ct-study', { edits: [{ in: 'rad-68.request', insert, before: '<rim:Slot name="creationTime">' }] });
    const judgement = await judge(run);
    expect(judgement.requirements.filter(({ verdict }) => verdict === 'error')).to.deep.equal([]);
    expect(judgement.requirements.find(({ id }) => id === 'ASY-META-029')?.verdict).to.equal('fail');
  });

  it('leaves a requirement not exercised where nothing could be looked at', async () => {
    expect((await verdictWith(defineCheck(ID, nothing, () => [breach])))?.verdict).to.equal('not exercised');
    expect((await verdictWith([]))?.why).to.equal('no check yet');
    const silent = { ...record, exchanges: [] };
    const result = await verdictWith(defineCheck(ID, bytes, () => [met('right')]), silent);
    expect(result?.verdict).to.equal('not exercised');
    expect(result?.why).to.include('no SOAP message to which it applies came');
  });

  it('asks every check that decides a requirement: one that found nothing to look at leaves it open', async () => {
    const checks = [defineCheck(`${ID}/one`, bytes, () => [met('right')]), defineCheck(`${ID}/two`, nothing, () => [met('right')])];
    expect((await verdictWith(checks))?.verdict).to.equal('not exercised');
  });

  it('says not applicable only where nothing else was seen', async () => {
    expect((await verdictWith(defineCheck(ID, bytes, () => [notApplicable('no')])))?.verdict).to.equal('not applicable');
    expect((await verdictWith(defineCheck(ID, bytes, () => [notApplicable('no'), met('yes')])))?.verdict).to.equal('pass');
  });

  it('takes the programme’s level, and warns where the catalogue’s text was not seen', async () => {
    const check = defineCheck(ID, bytes, () => [breach]);
    expect((await verdictWith(check))?.verdict).to.equal('fail');
    const unseen = { ...record, catalogue: record.catalogue.map((entry) => (entry.id === ID ? { ...entry, checked: false } : entry)) };
    expect((await verdictWith(check, unseen))?.verdict).to.equal('warning');
    const programme = structuredClone(record.programme);
    const actor = programme.actors['Imaging Document Source'];
    if (actor) actor.levels[ID] = { level: 'SHOULD', why: 'test' };
    expect((await verdictWith(check, { ...record, programme }))?.verdict).to.equal('warning');
  });

  it('shows a superseded attempt, and does not count it', async () => {
    const [attempt] = record.attempts;
    if (!attempt) throw new Error('the witness has an attempt');
    const other = { ...attempt, facts: { ...attempt.facts, id: 'attempt-0' }, superseded: true, exchanges: ['rad-68'] };
    const run = { ...record, attempts: [other, { ...attempt, exchanges: ['rad-69'] }] };
    const check = defineCheck(ID, bytes, (_, { exchange }) => [exchange.id === 'rad-68' ? breach : met('right')]);
    const judgement = await judge(run, { only: [ID], checks: [registered(check)] });
    expect(judgement.requirements[0]?.verdict).to.equal('pass');
    expect(judgement.requirements[0]?.findings.map(({ attempt: id, outcome }) => `${id}: ${outcome}`)).to.deep.equal(['attempt-0: violated', 'attempt-1: met']);
    expect(judgement.attempts.map(({ id, verdict, superseded }) => `${id}: ${verdict}, ${superseded}`)).to.deep.equal(['attempt-0: fail, true', 'attempt-1: pass, false']);
  });

  it('does not let an altered log support conformance', async () => {
    const check = registered(defineCheck(ID, bytes, () => [met('right')]));
    const judgement = await judge({ ...record, chainProblem: 'event 7' }, { only: [ID], checks: [check] });
    expect(judgement.overall).to.equal('not concluded');
    expect(JSON.stringify(judgement.incidents)).to.include('event 7');
  });

  it('names what the claim is, and refuses a system that claims nothing', async () => {
    expect((await judge(record, { only: [] })).scope).to.match(/^Partial claim: Imaging Document Source of XDS-I.b/);
    const none = { ...record, sut: { ...record.sut, claims: [] } };
    expect(await judge(none).catch((error: Error) => error.message)).to.match(/claims no actor/);
  });

  it('counts 124 mandatory requirements of the demo’s partial claim', async () => {
    const judgement = await judge(record, { checks: [] });
    expect(judgement.requirements.filter(({ mandatory }) => mandatory)).to.have.length(124);
    expect(judgement.requirements.every(({ verdict, why }) => verdict === 'not exercised' && why !== undefined)).to.equal(true);
    expect(judgement.overall).to.equal('not concluded');
  });
});

describe('registry of checks', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-checks-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const check = (id: string): string => `export const check = { subject: 'message', id: '${id}', decides: '${id}', judge: () => [] };`;

  it('finds the built-in checks, each of a requirement that the catalogue has', async () => {
    const checks = await findChecks();
    expect(checks.length).to.be.greaterThan(30);
    requireKnown(checks, (await loadWitness('share-ct-study')).catalogue);
  });

  it('refuses a doubled id and an unknown requirement', async () => {
    await writeFile(join(folder, 'a.ts'), check('A-1'));
    await writeFile(join(folder, 'table.ts'), 'export const table = {};');
    const found = await findChecks(folder);
    expect(found.map(({ file }) => file)).to.deep.equal(['a.ts']);
    expect(() => requireKnown(found, [])).to.throw(/catalogue does not have: A-1 \(a.ts\)/);
    await writeFile(join(folder, 'b.ts'), check('A-1'));
    expect(await findChecks(folder).catch((error: Error) => error.message)).to.match(/A-1 stands in a.ts and in b.ts/);
  });
});
