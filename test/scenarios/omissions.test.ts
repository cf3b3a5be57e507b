/** Everything starts not exercised: whoever takes out a step, a check or a promise gets no verdict for it. */
import { expect } from 'chai';
import type { Judgement, RunRecord } from '../../harness/contracts.js';
import { judge } from '../../harness/validation/judge.js';
import { builtInChecks } from '../../harness/validation/registry.js';
import { referenceRun, type ReferenceRun } from './reference-run.js';

const verdictOf = (judgement: Judgement, id: string): string | undefined => judgement.requirements.find((r) => r.id === id)?.verdict;

describe('what is left out of the thread', function () {
  this.timeout(60_000);
  let whole: ReferenceRun;
  before(async () => (whole = await referenceRun()));
  after(() => whole.clean());

  it('conforms when nothing is left out', () => expect(whole.judgement.overall).to.equal('conforms'));

  it('is not concluded without the retrieves', async () => {
    const run = await referenceRun({ alter: (yaml) => yaml.replace(/ {2}- retrieve:[\s\S]*?(?=^# What the programme)/m, '') });
    await run.clean();
    expect(run.judgement.overall).to.equal('not concluded');
    expect(verdictOf(run.judgement, 'RAD69-003')).to.equal('not exercised');
    expect(verdictOf(run.judgement, 'RAD68-003')).to.equal('pass');
  });

  it('is not concluded without the delivery, since nothing is known of the study', async () => {
    const run = await referenceRun({ timing: { submission: 500, answer: 500 }, alter: (yaml) => yaml.replace(/ {2}- deliver:[\s\S]*?as: delivered\n/, '').replace('      after: ${delivered}\n', '') });
    await run.clean();
    expect(run.judgement.overall).to.equal('not concluded');
    expect(run.judgement.requirements.filter((r) => r.verdict === 'fail')).to.deep.equal([]);
  });

  for (const id of ['RAD68-003', 'ASY-META-004', 'RAD69-004', 'ASY-SOAP-019']) {
    it(`is not concluded without the check of ${id}`, async () => {
      const checks = (await builtInChecks()).filter(({ check }) => check.decides !== id);
      const judgement = await judge(whole.record, { checks });
      expect(judgement.overall).to.equal('not concluded');
      expect(verdictOf(judgement, id)).to.equal('not exercised');
    });

    it(`is not concluded without the promise of ${id}`, async () => {
      const attempts = whole.record.attempts.map((a) => ({ ...a, exercises: a.exercises?.filter((promised) => promised !== id) }));
      const record: RunRecord = { ...whole.record, attempts };
      expect((await judge(record)).overall).to.equal('not concluded');
    });
  }
});
