import { expect } from 'chai';
import type { Judgement, RunRecord } from '../../harness/contracts.js';
import { judge } from '../../harness/validation/judge.js';
import { caseNames, loadWitness, violations } from './load.js';
import { differences, promised, vectorOf } from './vector.js';

/** Findings that speak against a product, for a message that says where. */
const against = (judgement: Judgement): string[] =>
  judgement.requirements
    .filter(({ verdict }) => ['fail', 'error', 'inconclusive', 'warning'].includes(verdict))
    .flatMap(({ id, verdict, why, findings }) => [
      `${id}: ${verdict}: ${why ?? ''}`,
      ...findings.filter(({ outcome }) => outcome === 'violated' || outcome === 'undecidable').map((finding) => `   ${finding.exchange ?? 'attempt'} ${finding.at?.path ?? ''} found ${finding.found ?? ''}`),
    ]);

const cases = await caseNames();
const allViolations = await violations();
const conformant = new Map<string, Promise<{ record: RunRecord; judgement: Judgement }>>();
const judged = (name: string) => {
  let known = conformant.get(name);
  if (!known) conformant.set(name, (known = loadWitness(name).then(async (record) => ({ record, judgement: await judge(record) }))));
  return known;
};

for (const name of cases) {
  describe(`conformant witness ${name}`, () => {
    it('breaks no requirement', async () => {
      const { judgement } = await judged(name);
      expect(against(judgement)).to.deep.equal([]);
    });

    it('is judged twice to the same bytes', async () => {
      const { record, judgement } = await judged(name);
      expect(JSON.stringify(await judge(record))).to.equal(JSON.stringify(judgement));
    });
  });
}

for (const violation of allViolations) {
  describe(`violating witness ${violation.name}`, () => {
    it(`breaks ${violation.requirement}: ${violation.why}`, async function () {
      if (!cases.includes(violation.case)) this.skip();
      const before = vectorOf((await judged(violation.case)).judgement);
      const after = vectorOf(await judge(await loadWitness(violation.case, violation)));
      expect(differences(before, after)).to.deep.equal(promised(violation));
      expect(after.get(violation.requirement), 'the requirement that it is a witness for').to.be.oneOf(['fail', 'warning']);
    });
  });
}
