import { expect } from 'chai';
import type { RunEvent } from '../../harness/contracts.js';
import { progressLines } from '../../harness/engine/progress.js';
import { eventBody, type RunEvents, type RunEventType } from '../../harness/engine/run-events.js';

const event = <T extends RunEventType>(type: T, data: RunEvents[T]): RunEvent => ({ ...eventBody(type, data), seq: 1, at: '', prev: '', hash: '' });
const about = { attempt: 'a', index: 2, verb: 'await', summary: 'await RAD-68 at document-repository' };
const awaiting = { attempt: 'a', index: 2, transaction: 'RAD-68', at: 'document-repository', withinMs: 600_000, until: new Date(600_000).toISOString(), where: {} };

describe('progress', () => {
  const play = (tty: boolean, ...events: RunEvent[]): string => {
    let text = '';
    const lines = progressLines({ tty, columns: 80, now: () => 1_000, write: (piece) => void (text += piece) });
    for (const one of events) lines.event(one);
    lines.end();
    return text;
  };
  const wait = [event('attempt.started', { attempt: 'a', scenario: 'x/y', scenarioSha: '', n: 2, given: {} }), event('step.started', about), event('await.started', awaiting), event('await.nearMiss', { attempt: 'a', index: 2, why: 'RAD-68 arrived, but it is for study 9' })];

  it('prints plain lines where nothing can be drawn over', () => {
    const text = play(false, ...wait, event('step.finished', { ...about, outcome: 'timed out', message: 'no RAD-68 arrived' }), event('step.finished', { ...about, index: 3, summary: 'go on', outcome: 'done', message: 'well' }));
    expect(text).to.equal(
      'x/y (attempt 2)\n  … 3 await RAD-68 at document-repository, 10:00 min at most\n      · RAD-68 arrived, but it is for study 9\n  ✘ 3 await RAD-68 at document-repository\n      timed out: no RAD-68 arrived\n  ✔ 4 go on: well\n',
    );
  });

  it('draws the line of the current step anew on a terminal, with what is left', () => {
    const text = play(true, ...wait);
    expect(text).to.contain('\r\x1b[2K  … 3 await RAD-68 at document-repository   9:59 min left');
    expect(text).to.contain('\r\x1b[2K      · RAD-68 arrived');
    expect(text.endsWith('\r\x1b[2K')).to.equal(true);
    expect(play(true, event('step.started', { ...about, summary: 'x'.repeat(200) })).split('\x1b[2K')[1]!.length).to.be.at.most(81);
  });
});
