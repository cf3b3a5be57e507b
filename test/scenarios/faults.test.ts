/**
 * Each fault of the reference source, through the whole thread: exactly what it declares breaks, what it declares hides,
 * and nothing beside it changes. ASSAY_FAULTS=a,b runs some; a declaration that is wrong is printed as it should be.
 */
import { expect } from 'chai';
import { allSimulators } from '../../harness/cli/simulators.js';
import { exitOf } from '../../harness/cli/summary.js';
import { referenceRun, verdicts } from './reference-run.js';

const source = (await allSimulators()).get('imaging-document-source');
/** What can then not be decided. */
const UNDECIDED = new Set(['not exercised', 'not applicable', 'inconclusive']);
const wanted = process.env['ASSAY_FAULTS']?.split(',');
const faults = (source?.faults ?? []).filter((f) => !wanted || wanted.includes(f.id));

describe('faults of the reference Imaging Document Source', function () {
  this.timeout(60_000);
  let conformant: Map<string, string>;

  before('the conformant run', async () => {
    const conforming = await referenceRun();
    const { judgement } = conforming;
    conformant = verdicts(judgement);
    await conforming.clean();
    expect(judgement.requirements.filter((r) => ['fail', 'warning', 'error', 'inconclusive'].includes(r.verdict)).map((r) => `${r.id} ${r.verdict} ${r.findings.find((f) => f.outcome !== 'met')?.because ?? r.why}`)).to.deep.equal([]);
    expect(judgement.overall).to.equal('conforms');
  });

  for (const fault of faults) {
    it(`${fault.id}: ${fault.title}`, async () => {
      const broken = await referenceRun({ fault: { simulator: 'imaging-document-source', id: fault.id }, timing: { submission: 1_500, answer: 1_500 } });
      await broken.clean();
      const { judgement } = broken;
      const violated: string[] = [];
      const hidden: string[] = [];
      const other: string[] = [];
      for (const [id, verdict] of verdicts(judgement)) {
        const before = conformant.get(id);
        if (verdict === before) continue;
        if (verdict === 'fail' || verdict === 'warning') violated.push(id);
        else if (UNDECIDED.has(verdict)) hidden.push(id);
        else if (before === 'not exercised' && verdict === 'pass') continue; // the fault provoked what the conformant run does not
        else other.push(`${id}: ${before} → ${verdict}`);
      }
      expect({ broken: violated.sort(), hidden: hidden.sort(), other, exit: exitOf(judgement.overall) }, 'declared vector').to.deep.equal({
        broken: [fault.breaks, ...fault.alsoBreaks].sort(),
        hidden: [...fault.hides].sort(),
        other: [],
        exit: fault.expectedExit,
      });
    });
  }
});
