/**
 * Products that are broken or malicious, through the whole thread: each ends in a clear finding or remains undecided, nothing passes that was
 * not shown, the bytes are kept, memory stays bounded, and Assay lives. What is asserted of each stands beside it, in `hostile/`.
 */
import { expect } from 'chai';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Verdict } from '../../harness/contracts.js';
import { answers } from './hostile/answers.js';
import type { HostileCase } from './hostile/case.js';
import { messageOf, openLaboratory, type HostileLaboratory, type HostileRun } from './hostile/runs.js';
import { submissions } from './hostile/submissions.js';

const SECRET = 'the-secret-of-a-local-file';
/** Above what the process has before: parsers, schemas and the judge need some of it for any run. */
const MEMORY = 400 * 1024 * 1024;

const dir = await mkdtemp(join(tmpdir(), 'assay-hostile-file-'));
let fetched = 0;
const outside = createServer((_request, response) => {
  fetched += 1;
  response.end('<!ENTITY e "fetched">');
}).on('connection', () => (fetched += 1));
outside.listen(0, '127.0.0.1');
await once(outside, 'listening');
const port = (outside.address() as { port: number }).port;
const spoiltSubmissions = submissions({ url: `http://127.0.0.1:${port}`, file: join(dir, 'secret.txt') });
const spoiltAnswers = answers();

describe('hostile products', function () {
  this.timeout(120_000);
  let laboratory: HostileLaboratory;
  let peak = 0;
  let before0 = 0;
  const done = new Map<string, Promise<HostileRun>>();

  before(async () => {
    // What the suites before it left in the process is not theirs.
    before0 = process.memoryUsage.rss();
    await writeFile(join(dir, 'secret.txt'), SECRET);
    laboratory = await openLaboratory();
    const sample = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
    // Three at a time: most of a case is waiting.
    const queue: Pick<HostileCase, 'title' | 'submit' | 'answer'>[] = [{ title: 'conformant' }, ...spoiltSubmissions, ...spoiltAnswers];
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const run = laboratory.perform(next);
        done.set(next.title, run);
        await run.catch(() => undefined);
      }
    };
    await Promise.all([work(), work(), work()]);
    clearInterval(sample);
  });
  after(async () => {
    await laboratory.close();
    outside.close();
    await rm(dir, { recursive: true, force: true });
  });

  const runOf = async (title: string): Promise<HostileRun> => {
    const run = await done.get(title);
    if (!run) throw new Error(`no run ${title}`);
    return run;
  };
  const withVerdict = ({ judgement }: HostileRun, verdict: Verdict): string[] => judgement.requirements.filter((r) => r.verdict === verdict).map(({ id }) => id).sort();

  it('a product between raw sockets that spoils nothing conforms', async () => {
    const { judgement } = await runOf('conformant');
    expect(judgement.requirements.filter((r) => ['fail', 'warning', 'error', 'inconclusive'].includes(r.verdict)).map((r) => `${r.id}: ${r.why}`)).to.deep.equal([]);
    expect(judgement.overall).to.equal('conforms');
  });

  async function verdictsAreDeserved({ title, fails, warns = [], passes, neverPass = [], shown = [] }: HostileCase): Promise<HostileRun> {
    const run = await runOf(title);
    const { judgement, record } = run;
    expect(withVerdict(run, 'error'), 'errors of ours').to.deep.equal([]);
    expect(judgement.incidents).to.deep.equal([]);
    expect({ fails: withVerdict(run, 'fail'), warns: withVerdict(run, 'warning') }).to.deep.equal({ fails: [...fails].sort(), warns });
    expect(judgement.overall).to.equal(fails.length > 0 ? 'does not conform' : 'not concluded');
    const passed = withVerdict(run, 'pass');
    const transactionOf = new Map(record.catalogue.map(({ id, transaction }) => [id, transaction]));
    if (passes) expect(passed.filter((id) => !passes.includes(id)), 'undeserved').to.deep.equal([]);
    expect(passed.filter((id) => !shown.includes(id)).filter((id) => neverPass.includes(id) || neverPass.includes(transactionOf.get(id) ?? '')), 'undeserved').to.deep.equal([]);
    const conformant = withVerdict(await runOf('conformant'), 'pass');
    expect(passed.filter((id) => !conformant.includes(id)), 'what a good run does not show').to.deep.equal([]);
    for (const requirement of judgement.requirements) {
      if (requirement.verdict === 'fail' || requirement.verdict === 'inconclusive') expect(requirement.why, requirement.id).to.be.a('string').and.not.equal('');
    }
    expect(run.reportSize, 'report').to.be.below(1_000_000);
    expect(JSON.stringify(judgement)).to.not.contain(SECRET);
    return run;
  }

  describe('submitting (RAD-68)', () => {
    for (const hostile of spoiltSubmissions) {
      it(hostile.title, async () => {
        const run = await verdictsAreDeserved(hostile);
        if (hostile.reply) expect(run.reply).to.match(hostile.reply);
        const exchange = run.record.exchanges.find(({ protocol, initiator }) => protocol === 'http' && initiator.role === 'sut');
        const message = messageOf(exchange, 'initiator');
        const kept = message ? await run.kept(message.raw) : Buffer.alloc(0);
        const sent = run.submitted;
        const length = Math.min(kept.length, sent.length);
        expect(kept.subarray(0, length).equals(sent.subarray(0, length)), 'evidence is what was sent').to.equal(true);
        // Nothing of it is lost but what came when it had been refused, or behind its Content-Length.
        if (message?.complete === false && sent.length < 1_000_000) expect(kept.length).to.equal(sent.length);
        expect(kept.length).to.be.greaterThan(0);
      });
    }
  });

  describe('answering (RAD-69)', () => {
    for (const hostile of spoiltAnswers) {
      it(hostile.title, async () => {
        const run = await verdictsAreDeserved(hostile);
        const exchange = run.record.exchanges.find(({ transaction }) => transaction === 'RAD-69');
        expect(exchange?.ended).to.be.a('string');
        const message = messageOf(exchange, 'responder');
        const kept = message ? await run.kept(message.raw) : Buffer.alloc(0);
        const sent = run.answered[0] ?? Buffer.alloc(0);
        const length = Math.min(kept.length, sent.length);
        expect(kept.subarray(0, length).equals(sent.subarray(0, length)), 'evidence is what was sent').to.equal(true);
        if (message?.complete) expect(kept.length).to.equal(sent.length);
        expect(kept.length).to.be.at.least(Math.min(sent.length, 20));
      });
    }
  });

  it('nothing was fetched from outside, and memory stayed bounded', () => {
    expect(fetched).to.equal(0);
    expect(done.size).to.equal(1 + spoiltSubmissions.length + spoiltAnswers.length);
    expect(peak - before0).to.be.below(MEMORY);
  });
});
