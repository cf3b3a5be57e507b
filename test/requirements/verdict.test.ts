import { expect } from 'chai';
import type { Outcome, ProgrammeActor, RequirementResult, Verdict } from '../../harness/contracts.js';
import { mandatoryOf, overallOf, scopeOf, verdictOf, worst } from '../../harness/requirements/verdict.js';

const result = (verdict: Verdict, mandatory = true): RequirementResult => ({ id: 'A', level: 'SHALL', mandatory, verdict, findings: [] });
const claim = { profile: 'XDS-I.b', edition: '2024', actor: 'Imaging Document Source', options: ['O'], systems: ['ids'] };
const actor: ProgrammeActor = {
  mandatory: ['A', 'B'],
  recommended: [],
  options: { O: { mandatory: ['C'], scenarios: [] }, P: { mandatory: ['D'], scenarios: [] } },
  scenarios: [],
  levels: {},
  tests: [{ id: 't1', title: '', series: '', covers: ['B', 'E'], provokes: [], positiveControl: '' }],
};

describe('verdict of a finding', () => {
  const verdict = (outcome: Outcome, more: { atMost?: 'warning'; level?: 'SHALL' | 'SHOULD' | 'MAY'; checked?: boolean } = {}): Verdict =>
    verdictOf({ outcome, ...(more.atMost && { atMost: more.atMost }) }, { checked: more.checked ?? true }, more.level ?? 'SHALL');

  it('fails only for a SHALL whose text was seen', () => {
    expect(verdict('violated')).to.equal('fail');
    expect(verdict('violated', { level: 'SHOULD' })).to.equal('warning');
    expect(verdict('violated', { level: 'MAY' })).to.equal('warning');
    expect(verdict('violated', { checked: false })).to.equal('warning');
    expect(verdict('violated', { atMost: 'warning' })).to.equal('warning');
  });

  it('maps the other outcomes', () => {
    expect((['met', 'undecidable', 'not exercised', 'not applicable'] as const).map((outcome) => verdict(outcome))).to.deep.equal(['pass', 'inconclusive', 'not exercised', 'not applicable']);
  });

  it('ranks: fail, error, inconclusive, not exercised, warning, pass, not applicable', () => {
    const order: Verdict[] = ['fail', 'error', 'inconclusive', 'not exercised', 'warning', 'pass', 'not applicable'];
    for (const [index, verdict] of order.entries()) expect(worst(order.slice(index).reverse())).to.equal(verdict);
    expect(worst([])).to.equal(undefined);
  });
});

describe('verdict of a claim', () => {
  it('does not conform where any SHALL is violated, mandatory or not', () => {
    expect(overallOf([result('pass'), result('fail', false)])).to.equal('does not conform');
    expect(overallOf([result('not exercised'), result('fail')])).to.equal('does not conform');
  });

  for (const verdict of ['not exercised', 'inconclusive', 'error'] as const) {
    it(`is not concluded where a mandatory requirement is ${verdict}`, () => {
      expect(overallOf([result('pass'), result(verdict)])).to.equal('not concluded');
      expect(overallOf([result('pass'), result(verdict, false)])).to.equal('conforms');
    });
  }

  it('conforms with warnings, and where a condition does not hold', () => {
    expect(overallOf([result('pass'), result('warning'), result('not applicable')])).to.equal('conforms');
  });

  it('is not concluded where nothing was shown', () => {
    expect(overallOf([])).to.equal('not concluded');
    expect(overallOf([result('not applicable')])).to.equal('not concluded');
    expect(overallOf([result('pass', false)])).to.equal('not concluded');
  });

  it('counts the mandatory requirements of actor and claimed options', () => {
    expect([...mandatoryOf(actor, claim)]).to.deep.equal(['A', 'B', 'C']);
  });

  it('narrows a partial claim to what its tests cover, and says so', () => {
    expect([...mandatoryOf(actor, { ...claim, tests: ['t1'] })]).to.deep.equal(['B']);
    expect(scopeOf({ ...claim, tests: ['t1'] })).to.match(/^Partial claim: .*t1$/);
    expect(() => mandatoryOf(actor, { ...claim, tests: ['t2'] })).to.throw(/test 't2'.*It has: t1/);
  });
});
