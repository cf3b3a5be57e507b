/**
 * Each check, replaced by one that is always met and by one that is always violated: a witness must notice both. A check whose replacement
 * nobody notices decides nothing that is shown.
 */
import { expect } from 'chai';
import type { Check, Observation, RequirementId, RunRecord, Verdict } from '../../harness/contracts.js';
import { Views } from '../../harness/formats/viewer.js';
import { applies } from '../../harness/requirements/applicability.js';
import { loadCatalogue } from '../../harness/requirements/catalogue.js';
import { judge } from '../../harness/validation/judge.js';
import { builtInChecks, type RegisteredCheck } from '../../harness/validation/registry.js';
import { caseNames, loadWitness, violations, type ViolatingWitness } from './load.js';

const ALWAYS: Record<'met' | 'violated', Observation> = {
  met: { outcome: 'met', because: 'mutated: always met' },
  violated: { outcome: 'violated', because: 'mutated: always violated', expected: '-', found: '-', remedy: '-' },
};

const replaced = (check: Check, outcome: keyof typeof ALWAYS): Check =>
  check.subject === 'message' ? { ...check, judge: () => [ALWAYS[outcome]] } : { ...check, judge: () => [ALWAYS[outcome]] };

interface Witness {
  name: string;
  record: RunRecord;
  views: Views;
  /** What this witness must come to, for the requirements that it says something of. */
  expected: (id: RequirementId) => Verdict | undefined;
}

const cases = await caseNames();
const checks = await builtInChecks();
const { entries } = await loadCatalogue();
const ours = new Set(entries.filter((entry) => applies(entry, { profile: 'XDS-I.b', actor: 'Imaging Document Source', options: ['Set of DICOM Instances'] })).map(({ id }) => id));
const all = (await violations()).filter((violation) => cases.includes(violation.case));

async function judged(record: RunRecord, views: Views, id: RequirementId, set: readonly RegisteredCheck[]): Promise<Verdict | undefined> {
  return (await judge(record, { only: [id], checks: set, views })).requirements[0]?.verdict;
}

const verdictIn = (violation: ViolatingWitness, id: RequirementId): Verdict | undefined =>
  Object.entries(violation.expect).find(([, ids]) => ids?.includes(id))?.[0] as Verdict | undefined;

describe('mutated checks', () => {
  const conformant: Witness[] = [];
  const violating = new Map<string, Promise<Witness>>();
  const load = (violation: ViolatingWitness): Promise<Witness> => {
    let witness = violating.get(violation.name);
    if (!witness) {
      witness = loadWitness(violation.case, violation).then((record) => ({ name: violation.name, record, views: new Views(record.evidence), expected: (id) => verdictIn(violation, id) }));
      violating.set(violation.name, witness);
    }
    return witness;
  };

  before(async () => {
    for (const name of cases) {
      const record = await loadWitness(name);
      conformant.push({ name, record, views: new Views(record.evidence), expected: () => undefined });
    }
  });

  // Requirements of actors that no case claims are proven on files: test/validation/other-actors.test.ts.
  for (const { check } of checks.filter((entry) => ours.has(entry.check.decides))) {
    const id = check.decides;
    const own = checks.filter((entry) => entry.check.decides === id);
    const mutated = (outcome: keyof typeof ALWAYS): RegisteredCheck[] => own.map((entry) => (entry.check === check ? { ...entry, check: replaced(check, outcome) } : entry));

    it(`${check.id}: always violated is noticed`, async function () {
      if (conformant.length === 0) this.skip();
      let noticed = false;
      for (const { record, views } of conformant) {
        noticed ||= (await judged(record, views, id, own)) !== (await judged(record, views, id, mutated('violated')));
      }
      // What a conformant case cannot provoke is shown by a violating one.
      for (const violation of noticed ? [] : all) {
        const { record, views } = await load(violation);
        noticed ||= (await judged(record, views, id, own)) !== (await judged(record, views, id, mutated('violated')));
      }
      expect(noticed, `no witness notices that ${check.id} always says violated`).to.equal(true);
    });

    it(`${check.id}: always met is noticed`, async function () {
      if (conformant.length === 0) this.skip();
      const candidates = all.filter((violation) => ['fail', 'warning'].includes(verdictIn(violation, id) ?? ''));
      for (const violation of candidates) {
        const { record, views, expected } = await load(violation);
        if ((await judged(record, views, id, mutated('met'))) !== expected(id)) return;
      }
      expect.fail(`no violating witness notices that ${check.id} always says met; there are ${candidates.length} in which ${id} is expected to be violated`);
    });
  }
});
