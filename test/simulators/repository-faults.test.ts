/** A bad repository is not the source's fault: with each of its faults the reference source keeps every verdict. */
import { expect } from 'chai';
import { exitOf } from '../../harness/cli/summary.js';
import { simulator as repository } from '../../simulators/document-repository/index.js';
import { referenceRun, verdicts } from '../scenarios/reference-run.js';

describe('simulators: faults of the Document Repository, through the whole thread', function () {
  this.timeout(60_000);
  let conformant: Map<string, string>;
  before(async () => {
    const run = await referenceRun();
    conformant = verdicts(run.judgement);
    await run.clean();
  });

  for (const fault of repository.faults) {
    it(`${fault.id}: ${fault.title}`, async () => {
      const run = await referenceRun({ fault: { simulator: 'document-repository', id: fault.id } });
      const changed = [...verdicts(run.judgement)].filter(([id, verdict]) => conformant.get(id) !== verdict).map(([id, verdict]) => `${id}: ${conformant.get(id)} → ${verdict}`);
      await run.clean();
      expect(changed).to.deep.equal([]);
      expect(exitOf(run.judgement.overall)).to.equal(fault.expectedExit);
    });
  }
});
