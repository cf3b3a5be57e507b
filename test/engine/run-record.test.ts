import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exchange, Party } from '../../harness/contracts.js';
import { eventBody, type RunEvents, type RunEventType } from '../../harness/engine/run-events.js';
import { openRun } from '../../harness/engine/run-record.js';
import { parseSut } from '../../harness/sut/load.js';
import { sutTemplate } from '../../harness/sut/template.js';
import { openEventLog } from '../../harness/wire/event-log.js';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const party = (role: Party['role'], system: string): Party => ({ role, system, address: '127.0.0.1:1' });
const exchange = (id: string, responder: Party = party('sut', 'sut')): Exchange => ({
  id, run: 'r', connection: 'c', protocol: 'dimse', vantage: 'terminated', initiator: party('simulator', 'pacs'), responder, transaction: 'C-STORE', messages: [], ended: 'complete',
});
const instance = (of: string, sop: string, status: number, direction: 'sent' | 'received' = 'sent'): RunEvents['dimse.instance'] => ({
  exchange: of, sopClass: '1.2', sopInstance: sop, study: '1.3', series: '1.4', transferSyntax: '1.2.840.10008.1.2.1', dataset: { sha256: sha(sop), size: 10 }, direction, status,
});

describe('run record', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-record-'));
    await writeFile(join(dir, 'catalogue.json'), '[]');
    await writeFile(join(dir, 'programme.json'), '{"id":"p"}');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const write = async (...events: { [T in RunEventType]: [T, RunEvents[T]] }[RunEventType][]): Promise<void> => {
    const log = await openEventLog(join(dir, 'events.jsonl'));
    for (const [type, data] of events) await log.append(eventBody(type, data as never));
    await log.close();
  };
  const opened: ['run.opened', RunEvents['run.opened']] = [
    'run.opened',
    { run: 'r', kind: 'supervised', tool: { name: 'Assay', version: '0' }, sut: parseSut(sutTemplate, 'sut.yaml'), catalogueSha: sha('[]'), programmeSha: sha('{"id":"p"}') },
  ];
  const started = (attempt: string, n = 1): ['attempt.started', RunEvents['attempt.started']] => ['attempt.started', { attempt, scenario: 's/one', scenarioSha: 'x', n, given: { study: { uid: '1.3' } } }];
  const step = (index: number, verb: string): { attempt: string; index: number; verb: string; summary: string } => ({ attempt: 'a1', index, verb, summary: `${verb} it` });

  it('folds events into facts, steps, exchanges and the study as it is', async () => {
    await write(
      opened, ['run.status', { status: 'running' }], started('a1'),
      ['step.started', step(0, 'deliver')],
      ['dimse.instance', instance('e1', 'i1', 0)], ['dimse.instance', instance('e1', 'i2', 0xa700)], ['dimse.instance', instance('e1', 'i3', 0, 'received')],
      ['exchange.ended', { exchange: exchange('e1') }],
      ['dimse.instance', instance('e2', 'i4', 0)], ['exchange.ended', { exchange: exchange('e2', party('simulator', 'document-registry')) }],
      ['step.finished', { ...step(0, 'deliver'), outcome: 'done', result: { stored: 1 } }],
      ['step.started', step(1, 'prompt')],
      ['prompt.answered', { attempt: 'a1', index: 1, prompt: { kind: 'do', text: 'Share it' }, answer: { by: 'Ada', at: '2026-01-01T00:00:00Z', value: 'done', attachments: [] } }],
      ['step.finished', { ...step(1, 'prompt'), outcome: 'done' }],
      ['await.ended', { attempt: 'a1', index: 2, transaction: 'RAD-68', at: 'document-repository', withinMs: 5, outcome: 'timed out', listenerReachable: true }],
      ['step.finished', { ...step(3, 'retrieve'), outcome: 'failed', message: 'refused', ours: false }],
      ['prompt.answered', { attempt: 'a1', index: 4, prompt: { kind: 'attest', text: 'Seen?' }, answer: { by: 'Ada', at: '2026-01-01T00:00:00Z', value: 'yes', attachments: [] } }],
      ['attempt.finished', { attempt: 'a1', status: 'finished' }], ['incident', { what: 'odd' }], ['run.finished', {}],
    );
    const record = await openRun(dir);
    expect(record).to.include({ id: 'r', kind: 'supervised', status: 'finished' });
    expect(record.chainProblem).to.equal(undefined);
    const [attempt] = record.attempts;
    expect(attempt).to.deep.include({ n: 1, superseded: false, status: 'finished', exchanges: ['e1', 'e2'] });
    expect(attempt!.facts.delivered).to.deep.equal(['i1']);
    expect(attempt!.delivered).to.deep.equal([{ study: '1.3', series: '1.4', sop: 'i1', sopClass: '1.2', transferSyntax: '1.2.840.10008.1.2.1', blob: { sha256: sha('i1'), size: 10 }, offset: 0, length: 10 }]);
    expect(attempt!.facts.stimuli).to.deep.equal([{ step: 1, text: 'Share it', at: '2026-01-01T00:00:00Z', by: 'Ada' }]);
    expect(attempt!.facts.awaits[0]).to.include({ step: 2, outcome: 'timed out', listenerReachable: true });
    expect(attempt!.facts.failures).to.deep.equal([{ step: 3, verb: 'retrieve', message: 'refused', ours: false }]);
    expect(record.steps.map((s) => [s.verb, s.outcome])).to.deep.equal([['deliver', 'done'], ['prompt', 'done'], ['retrieve', 'failed']]);
    expect(record.incidents.map((i) => i.what)).to.deep.equal(['odd']);
    expect(record.attestations[0]).to.include({ text: 'Seen?', value: 'yes' });
  });

  it('lets the last complete attempt of a scenario count', async () => {
    await write(opened, started('a1'), ['attempt.finished', { attempt: 'a1', status: 'finished' }], started('a2', 2), ['attempt.finished', { attempt: 'a2', status: 'finished' }], started('a3', 3), ['attempt.finished', { attempt: 'a3', status: 'interrupted' }], ['run.finished', {}]);
    expect((await openRun(dir)).attempts.map((a) => a.superseded)).to.deep.equal([true, false, false]);
  });

  it('reads a killed run as far as it came, and the same run as going on while it is live', async () => {
    const message = { from: 'initiator' as const, raw: { sha256: sha('m'), size: 1 }, start: '', end: '', complete: true };
    await write(opened, ['run.status', { status: 'waiting for SUT' }], started('a1'), ['step.started', step(0, 'await')], ['exchange.message', { exchange: 'e7', connection: 'c', message }]);
    await appendFile(join(dir, 'events.jsonl'), '{"type":"half');
    const killed = await openRun(dir);
    expect(killed.status).to.equal('interrupted');
    expect(killed.attempts[0]!.status).to.equal('interrupted');
    expect(killed.steps[0]).to.include({ verb: 'await', outcome: 'aborted' });
    expect(killed.chainProblem).to.equal(undefined);
    // What was received is there, though its exchange never ended.
    expect(killed.exchanges).to.have.length(1);
    expect(killed.exchanges[0]).to.deep.include({ id: 'e7', ended: 'reset', messages: [message] });
    expect(killed.incidents[0]!.what).to.contain('torn');
    expect((await openRun(dir, { live: true })).status).to.equal('waiting for SUT');
  });

  it('names where the chain breaks, and files that are not those of the run', async () => {
    await write(opened, started('a1'), ['run.finished', {}]);
    const text = await readFile(join(dir, 'events.jsonl'), 'utf8');
    await writeFile(join(dir, 'events.jsonl'), text.replace('"n":1', '"n":2'));
    expect((await openRun(dir)).chainProblem).to.match(/^events\.jsonl, line 2: the event hashes to/);
    await writeFile(join(dir, 'events.jsonl'), text);
    await writeFile(join(dir, 'catalogue.json'), '[{}]');
    expect((await openRun(dir)).chainProblem).to.match(/^catalogue\.json: its bytes hash to/);
  });

  it('says what a folder lacks that is no run', async () => {
    const failure = async (): Promise<string> => openRun(dir).then(() => '', (error: Error) => error.message);
    expect(await failure()).to.contain('expected a run folder with events.jsonl');
    await write(['incident', { what: 'x' }]);
    expect(await failure()).to.contain('expected the event run.opened');
  });
});
