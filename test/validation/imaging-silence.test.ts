/** Silence, refusals of everything, and the same answer to everything: what may be said, and what may not. */
import { expect } from 'chai';
import type { RunRecord } from '../../harness/contracts.js';
import { edited, verdicts } from './imaging-record.js';

const facts = (record: RunRecord) => {
  const [attempt] = record.attempts;
  if (!attempt) throw new Error('the record has no attempt');
  return attempt.facts;
};
const silent = () => edited([{ drop: 'rad-68' }]);
const submission = async (record: RunRecord) => (await verdicts(record, /^RAD68-001$/))['RAD68-001'];

describe('silence: RAD68-001', () => {
  it('fails where the study was taken, the order given, our listener reachable and the deadline over', async () => {
    expect(await submission(await silent())).to.equal('fail');
  });

  it('is inconclusive where our listener was not shown to be reachable', async () => {
    const record = await silent();
    for (const each of facts(record).awaits) each.listenerReachable = false;
    expect(await submission(record)).to.equal('inconclusive');
  });

  it('is not exercised where nobody gave the order', async () => {
    const record = await silent();
    facts(record).stimuli = [];
    expect(await submission(record)).to.equal('not exercised');
  });

  it('is not exercised where the source did not take an instance, or could not be reached', async () => {
    const record = await silent();
    facts(record).delivered.pop();
    expect(await submission(record)).to.equal('not exercised');
    const unreachable = await silent();
    facts(unreachable).delivered = [];
    facts(unreachable).failures = [{ step: 0, verb: 'deliver', message: 'connection refused', ours: false }];
    expect(await submission(unreachable)).to.equal('not exercised');
  });

  it('is inconclusive on a study that Assay did not deliver', async () => {
    const record = await silent();
    facts(record).delivered = [];
    for (const attempt of record.attempts) attempt.delivered = [];
    expect(await submission(record)).to.equal('inconclusive');
  });

  it('is not exercised where the wait was broken off, or nothing was waited for', async () => {
    const record = await silent();
    for (const each of facts(record).awaits) each.outcome = 'aborted';
    expect(await submission(record)).to.equal('not exercised');
    facts(record).awaits = [];
    expect(await submission(record)).to.equal('not exercised');
  });

  it('fails where only another study was shared', async () => {
    const record = await edited([]);
    const given = facts(record).given.study;
    if (given) given.uid = '2.25.99';
    for (const each of facts(record).awaits) Object.assign(each, { outcome: 'timed out', exchange: undefined });
    for (const instance of record.attempts[0]?.delivered ?? []) instance.study = '2.25.99';
    expect(await submission(record)).to.equal('fail');
  });

  it('is inconclusive where a submission came that cannot be read', async () => {
    const record = await edited([{ in: 'rad-68.request', body: 'not a message' }]);
    for (const each of facts(record).awaits) Object.assign(each, { outcome: 'timed out', exchange: undefined });
    expect(await submission(record)).to.equal('inconclusive');
  });
});

/** Puts the answer of one exchange in the place of the others' answers. */
function answerAllWith(record: RunRecord, name: string): void {
  const answer = record.exchanges.find(({ id }) => id === name)?.messages[1];
  for (const exchange of record.exchanges) if (exchange.transaction === 'RAD-69' && answer) exchange.messages[1] = answer;
}
const NEGATIVE = /^(RAD69-016|RAD69-019|ASY-RAD69-(006|007|011|014|017|018)|ASY-META-(065|066|084|085|087|088|089))$/;

describe('degenerate sources pass no negative requirement', () => {
  for (const name of ['share-ct-study', 'refused-retrieves']) {
    it(`one that refuses everything (${name})`, async () => {
      const record = await edited([], name);
      answerAllWith(record, name === 'share-ct-study' ? 'rad-69-unknown' : 'rad-69-other-series');
      expect(Object.values(await verdicts(record, NEGATIVE))).to.not.include('pass');
      expect(await verdicts(record, /^(ASY-KOS-030|XCAI-002)$/)).to.deep.equal({ 'ASY-KOS-030': 'fail' });
    });

    it(`one that always gives the same answer (${name})`, async () => {
      const record = await edited([], name);
      answerAllWith(record, 'rad-69');
      expect(Object.values(await verdicts(record, NEGATIVE))).to.not.include('pass');
    });
  }

  it('one that is switched off after its submission', async () => {
    const record = await edited([]);
    for (const exchange of record.exchanges)
      if (exchange.transaction === 'RAD-69') Object.assign(exchange, { messages: exchange.messages.slice(0, 1), ended: 'refused' });
    const all = await verdicts(record, /RAD69|^ASY-META-(06[456]|08[4-9])$|ISV-00[234]|XCAI-002|KOS-030|^RAD68-006$|^ASY-RAD68-016$/);
    expect(Object.entries(all).filter(([, verdict]) => verdict === 'pass')).to.deep.equal([]);
    expect(all['RAD69-004']).to.equal('fail');
  });

  it('one that answers HTTP 500 without a message', async () => {
    const record = await edited([
      { in: 'rad-69.response', startLine: true, replace: '200 OK', with: '500 Internal Server Error' },
      { in: 'rad-69.response', body: '<html>Error</html>' },
      { in: 'rad-69.response', httpHeader: 'Content-Type', set: 'text/html' },
    ]);
    const all = await verdicts(record, /^(RAD69-004|ASY-KOS-030|RAD69-016)$/);
    expect(all).to.deep.equal({ 'ASY-KOS-030': 'fail', 'RAD69-004': 'fail', 'RAD69-016': 'not exercised' });
  });
});

describe('steps that did not happen leave requirements open', () => {
  it('an instance that the source did not take: a manifest of the whole study is not shown', async () => {
    const whole = async (record: RunRecord) => (await verdicts(record, /^ASY-KOS-012$/))['ASY-KOS-012'];
    const refused = await edited([]);
    facts(refused).failures = [{ step: 0, verb: 'deliver', message: 'expected status 0000 for 7 instances, 5 got it', ours: false }];
    expect(await whole(refused)).to.equal('not exercised');
    const unanswered = await edited([]);
    facts(unanswered).delivered.pop();
    expect(await whole(unanswered)).to.equal('not exercised');
  });

  it('no retrieve at all', async () => {
    const all = await verdicts(
      await edited([{ drop: 'rad-69' }, { drop: 'rad-69-unknown' }]),
      /RAD69|ISV-00[234]|XCAI-002|KOS-030|^RAD68-006$|^ASY-RAD68-016$/,
    );
    expect([...new Set(Object.values(all))]).to.deep.equal(['not exercised']);
  });

  it('only the retrieve that must fail', async () => {
    const all = await verdicts(
      await edited([{ drop: 'rad-69' }]),
      /ASY-RAD69-0(08|09|10|12|21)|RAD69-005|ISV-00[234]|XCAI-002|KOS-030|ASY-RAD68-016|RAD69-016/,
    );
    expect([...new Set(Object.values(all))]).to.deep.equal(['not exercised']);
  });

  it('a retrieve that Assay itself could not carry out is not held against the source', async () => {
    const record = await edited([
      { drop: 'rad-69', because: 'no route' },
      { drop: 'rad-69-unknown', because: 'no route' },
    ]);
    for (const failure of facts(record).failures) failure.ours = true;
    const all = await verdicts(record, /^(RAD69-004|ASY-KOS-030|XCAI-002)$/);
    expect(Object.values(all)).to.not.include('fail');
  });
});
