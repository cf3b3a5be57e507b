import { expect } from 'chai';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Simulator } from '../../harness/contracts.js';
import { resumeRun, run } from '../../harness/engine/run.js';
import { openRun } from '../../harness/engine/run-record.js';
import { builtInVerbs, StepFailure, type Verb } from '../../harness/engine/step.js';
import { addressIn, Bench, done, noteTaker, operatorThat, post, product, scenarioOf, sutFor, usual } from './fakes.js';

describe('run', () => {
  let bench: Bench;
  let sut: Awaited<ReturnType<typeof product>>;
  beforeEach(async () => {
    bench = new Bench();
    sut = await product();
  });
  afterEach(async () => {
    sut.close();
    await bench.close();
  });
  const failure = (promise: Promise<unknown>): Promise<Error> => promise.then(() => new Error('it did not fail'), (error: Error) => error);

  it('carries out a scenario over real sockets and leaves a folder that reads back', async () => {
    const operator = operatorThat((prompt) => post(addressIn(prompt), 'hello'));
    const outcome = await run(await bench.options({ sut: sutFor(sut.url, 'secrets: { key: { file: /private/place/key.pem } }'), scenarios: [await scenarioOf(usual)], operator }));
    expect(outcome.status).to.equal('finished');
    expect(bench.outcomes()).to.deep.equal(['prompt done', 'await done', 'send done']);
    expect(sut.requests).to.equal(1);
    expect(await readdir(outcome.dir)).to.include.members(['catalogue.json', 'programme.json', 'sut.json', 'events.jsonl', 'evidence', 'scenarios']);
    expect(await readdir(join(outcome.dir, 'scenarios', 'test'))).to.deep.equal(['tiny.yaml']);
    expect(`${await readFile(join(outcome.dir, 'sut.json'), 'utf8')}${await readFile(join(outcome.dir, 'events.jsonl'), 'utf8')}`).not.to.contain('/private/place');
    const record = await openRun(outcome.dir);
    expect(record).to.include({ id: outcome.run, status: 'finished' });
    expect(record.chainProblem).to.equal(undefined);
    expect(record.exchanges.map((e) => [e.transaction, e.initiator.role])).to.deep.equal([['NOTE-1', 'sut'], ['ASK-1', 'simulator']]);
    const [attempt] = record.attempts;
    expect(attempt!.exchanges).to.have.length(2);
    expect(attempt!.facts.stimuli.map(({ by }) => by)).to.deep.equal(['tester']);
    expect(attempt!.facts.awaits[0]).to.include({ outcome: 'arrived', listenerReachable: true, withinMs: 20_000, exchange: record.exchanges[0]!.id });
    // The connection by which reachability was proven is nobody's problem.
    expect(bench.of('wire.problem')).to.deep.equal([]);
    expect(bench.of<{ status: string }>('run.status').map(({ status }) => status)).to.deep.equal(['running', 'waiting for operator', 'running', 'waiting for SUT', 'running', 'finished']);
  });

  it('lists near misses with their reasons while it waits', async () => {
    const options = await bench.options({ sut: sutFor(sut.url), scenarios: [await scenarioOf(usual)], operator: operatorThat(async () => undefined) });
    // Acts on what is told: each message follows when the miss before it was listed.
    const acts: (() => void)[] = [];
    let url = '';
    options.onEvent = (event) => {
      bench.events.push(event);
      if (event.type === 'simulator.started') url = (event.data as { endpoints: { url: string } }).endpoints.url;
      if (event.type === 'await.started' || event.type === 'await.nearMiss') acts.shift()?.();
    };
    acts.push(
      () => void post(url.replace('/note', '/other'), 'x'),
      () => void post(url.replace('/note', '/nowhere'), 'x'),
      () => void connect(Number(new URL(url).port), '127.0.0.1').end('\x16\x03garbage\r\n\r\n'),
      () => void post(url, 'x'),
    );
    await run(options);
    const misses = bench.of<{ why: string }>('await.nearMiss').map(({ why }) => why);
    expect(misses[0]).to.equal('NOTE-2 arrived, awaited is NOTE-1');
    expect(misses[1]).to.contain('a message arrived that is no known transaction');
    expect(misses.length).to.be.greaterThan(2);
    expect(bench.outcomes()[1]).to.equal('await done');
  });

  it('ends a wait by its deadline, skips what depended on it, and says why', async () => {
    const steps = `${usual.replace('20s', '30ms')}  - send: { to: "\${sut.web}", transaction: ASK-2 }\n`;
    const { dir } = await run(await bench.options({ sut: sutFor(sut.url), scenarios: [await scenarioOf(steps)], operator: operatorThat(async () => undefined) }));
    expect(bench.outcomes()).to.deep.equal(['prompt done', 'await timed out', 'send skipped', 'send done']);
    const { facts } = (await openRun(dir)).attempts[0]!;
    expect(facts.awaits[0]).to.include({ outcome: 'timed out', listenerReachable: true, withinMs: 30 });
    expect(facts.failures).to.deep.equal([]);
    expect(bench.of<{ message?: string }>('step.finished')[2]!.message).to.equal('it needs ${note}, but step 2 (await) timed out');
  });

  it('says that its own listener cannot be reached where that is so', async () => {
    const gone: Simulator = { ...(noteTaker as Simulator), start: async () => ({ endpoints: { url: 'http://127.0.0.1:1/note' }, call: async () => null, stop: async () => undefined }) };
    const { dir } = await run(await bench.options({ sut: sutFor(sut.url), scenarios: [await scenarioOf(usual.replace('20s', '30ms'))], operator: operatorThat(async () => undefined), simulators: new Map([['note-taker', gone]]) }));
    expect((await openRun(dir)).attempts[0]!.facts.awaits[0]).to.include({ outcome: 'timed out', listenerReachable: false });
    expect(bench.of<{ why: string }>('await.nearMiss')[0]!.why).to.contain('our own listener cannot be reached').and.contain('reach:');
  });

  it('records what the SUT refused as its failure, and goes on', async () => {
    sut.close();
    const steps = `  - send: { to: "\${sut.web}", transaction: ASK-1, as: answer }\n  - send: { to: "\${sut.web}", after: "\${answer}" }\n  - prompt: Go on\n`;
    const { dir } = await run(await bench.options({ sut: sutFor(sut.url), scenarios: [await scenarioOf(steps)], operator: operatorThat(async () => undefined) }));
    expect(bench.outcomes()).to.deep.equal(['send failed', 'send skipped', 'prompt done']);
    const record = await openRun(dir);
    expect(record.attempts[0]!.facts.failures[0]).to.deep.include({ step: 0, verb: 'send', ours: false });
    expect(record.attempts[0]!.facts.failures[0]!.message).to.match(/refused/i);
    expect(record.incidents).to.deep.equal([]);
  });

  it('records an exception of its own as an incident, never as the SUT\'s failure', async () => {
    const broken: Verb = { verb: 'check', description: 'Breaks', schema: { type: 'object', additionalProperties: false, properties: {} }, results: [], onResume: 'repeat', summary: () => 'break', run: async () => Promise.reject(new TypeError('x is undefined')) };
    const verbs = new Map([...(await builtInVerbs()), ['check', broken]]);
    const { dir, status } = await run(await bench.options({ sut: sutFor(sut.url), scenarios: [await scenarioOf('  - check: {}\n  - prompt: Go on\n')], operator: operatorThat(async () => undefined), verbs }));
    expect(status).to.equal('finished');
    const record = await openRun(dir);
    expect(record.attempts[0]!.facts.failures[0]).to.deep.equal({ step: 0, verb: 'check', message: 'x is undefined', ours: true });
    expect(record.incidents[0]!.what).to.equal('Step 1 (break) failed inside Assay: x is undefined');
  });

  it('looks for what has arrived already where a hook failed, and does not wait in vain', async () => {
    const operator = operatorThat(async (prompt) => {
      await post(addressIn(prompt), 'x');
      throw new StepFailure('exit code 7');
    });
    const { dir } = await run(await bench.options({ sut: sutFor(sut.url), scenarios: [await scenarioOf(usual)], operator }));
    expect(bench.outcomes()).to.deep.equal(['prompt failed', 'await done', 'send done']);
    expect((await openRun(dir)).attempts[0]!.facts.stimuli).to.deep.equal([]);
  });

  it('is interrupted with everything kept, and resumed at its first unfinished step', async () => {
    const stop = new AbortController();
    let prompts = 0;
    const steps = `  - prompt: { text: "Post to \${note-taker.url}", as: asked }\n  - prompt: Never mind\n${usual.slice(usual.indexOf('  - await'))}`;
    const first = await bench.options({
      sut: sutFor(sut.url),
      scenarios: [await scenarioOf(steps)],
      operator: {
        ask: (prompt, signal) => {
          prompts += 1;
          if (prompts === 1) return post(addressIn(prompt), 'early').then(() => done());
          return new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error));
            stop.abort();
          });
        },
      },
      signal: stop.signal,
    });
    const outcome = await run(first);
    expect(outcome.status).to.equal('interrupted');
    const interrupted = await openRun(outcome.dir);
    expect(interrupted.status).to.equal('interrupted');
    expect(interrupted.attempts[0]!.status).to.equal('interrupted');
    expect(interrupted.exchanges).to.have.length(1);
    expect(interrupted.steps.map((s) => s.outcome)).to.deep.equal(['done', 'aborted']);
    const [before] = bench.of<{ endpoints: { url: string } }>('simulator.started');

    const asked: string[] = [];
    const resumed = await resumeRun(outcome.dir, { ...first, signal: undefined, operator: operatorThat(async ({ text }) => void asked.push(text)) });
    expect(resumed).to.deep.equal({ ...outcome, status: 'finished' });
    expect(asked).to.deep.equal(['(The run was interrupted here, and what was sent meanwhile did not arrive. Do it again, or confirm it where the product is still going to send.) Never mind']);
    expect(bench.of<{ endpoints: { url: string } }>('simulator.started')[1]).to.deep.equal(before);
    const record = await openRun(outcome.dir);
    expect(record.status).to.equal('finished');
    expect(record.attempts).to.have.length(1);
    expect(record.attempts[0]).to.include({ status: 'finished' });
    expect(record.attempts[0]!.exchanges).to.have.length(2);
    expect(record.steps.map((s) => [s.verb, s.outcome])).to.deep.equal([['prompt', 'done'], ['prompt', 'done'], ['await', 'done'], ['send', 'done']]);
    expect((await failure(resumeRun(outcome.dir, first))).message).to.contain('the run is finished');
  });

  it('tells the product once more where the wait for its message was broken off: meanwhile nobody listened', async () => {
    const stop = new AbortController();
    const steps = `  - prompt: { text: "Post to \${note-taker.url}", as: asked }\n  - await: { transaction: NOTE-1, at: note-taker, within: 20s, stimulus: "\${asked}" }\n`;
    const first = await bench.options({ sut: sutFor(sut.url), scenarios: [await scenarioOf(steps)], operator: operatorThat(async () => undefined), signal: stop.signal });
    first.onEvent = (event) => void (event.type === 'await.started' && stop.abort());
    const outcome = await run(first);
    expect(outcome.status).to.equal('interrupted');
    const resumed = await resumeRun(outcome.dir, { ...first, signal: undefined, onEvent: undefined, operator: operatorThat((prompt) => post(addressIn(prompt), 'again')) });
    expect(resumed.status).to.equal('finished');
    const record = await openRun(outcome.dir);
    expect(record.steps.map((s) => [s.index, s.outcome])).to.deep.equal([[0, 'done'], [1, 'done']]);
    expect(record.attempts[0]!.facts.stimuli).to.have.length(2);
    expect(record.attempts[0]!.facts.awaits.map((a) => a.outcome)).to.deep.equal(['aborted', 'arrived']);
  });

  it('resumes what a kill left behind', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'assay-killed-'));
    bench.dirs.push(copy);
    const killed = join(copy, 'run');
    let dir = '';
    const options = await bench.options({ sut: sutFor(sut.url), scenarios: [await scenarioOf(usual)], operator: operatorThat(async () => undefined) });
    // The folder as it is on disk while the run waits: what SIGKILL would leave.
    const stop = new AbortController();
    options.signal = stop.signal;
    let copied: Promise<void> | undefined;
    options.onEvent = (event) => {
      bench.events.push(event);
      if (event.type !== 'await.started') return;
      copied = readdir(options.runs).then(async ([name]) => {
        dir = join(options.runs, name!);
        await cp(dir, killed, { recursive: true });
        await rm(join(killed, 'events.jsonl.lock'));
        stop.abort();
      });
    };
    await run(options);
    await copied;
    expect((await openRun(killed)).status).to.equal('interrupted');
    let url = '';
    const resumed = await resumeRun(killed, {
      ...options,
      signal: undefined,
      onEvent: (event) => {
        if (event.type === 'simulator.started') url = (event.data as { endpoints: { url: string } }).endpoints.url;
        if (event.type === 'await.started') void post(url, 'late');
      },
    });
    expect(resumed.status).to.equal('finished');
    const record = await openRun(killed);
    expect(record.chainProblem).to.equal(undefined);
    expect(record.steps.map((s) => s.outcome)).to.deep.equal(['done', 'done', 'done']);
  });

  it('keeps parallel runs apart', async () => {
    const benches = [new Bench(), new Bench(), new Bench()];
    const scenarios = [await scenarioOf(usual)];
    const urls: string[] = [];
    let release: () => void = () => undefined;
    const all = new Promise<void>((resolve) => (release = resolve));
    const outcomes = await Promise.all(
      benches.map(async (own, i) =>
        run(
          await own.options({
            sut: sutFor(sut.url),
            scenarios,
            operator: operatorThat(async (prompt) => {
              urls[i] = addressIn(prompt);
              if (urls.filter(Boolean).length === benches.length) release();
              await all;
              await post(addressIn(prompt), `for run ${i}`);
            }),
          }),
        ),
      ),
    );
    expect(new Set(urls).size).to.equal(3);
    for (const [i, { dir }] of outcomes.entries()) {
      const { exchanges, evidence } = await openRun(dir);
      expect(exchanges.filter((e) => e.transaction === 'NOTE-1')).to.have.length(1);
      let bytes = '';
      for await (const chunk of evidence.read(exchanges[0]!.messages[0]!.raw)) bytes += Buffer.from(chunk).toString();
      expect(bytes).to.contain(`for run ${i}`);
      await benches[i]!.close();
    }
  });

  it('carries out several scenarios one after another; a repeated one supersedes the attempt before', async () => {
    const operator = operatorThat((prompt) => post(addressIn(prompt), 'x'));
    const one = await scenarioOf(usual, 'test/one');
    const { dir } = await run(await bench.options({ sut: sutFor(sut.url), scenarios: [one, await scenarioOf(usual, 'test/two'), one], operator }));
    const { attempts } = await openRun(dir);
    expect(attempts.map((a) => [a.facts.scenario, a.n, a.superseded, a.exchanges.length])).to.deep.equal([['test/one', 1, true, 2], ['test/two', 1, false, 2], ['test/one', 2, false, 2]]);
    expect(bench.of('simulator.started')).to.have.length(1);
  });

  it('names a wrong set-up before anything is asked of the SUT', async () => {
    const scenarios = [await scenarioOf(usual)];
    const operator = operatorThat(async () => undefined);
    const options = await bench.options({ sut: sutFor(sut.url), scenarios, operator });
    const lacking = await failure(run({ ...options, scenarios: [await scenarioOf(usual.replace('sut.web', 'sut.rad69'))] }));
    expect(lacking).to.include({ name: 'ConfigurationError' });
    expect(lacking.message).to.contain('"rad69"').and.contain('main');
    expect((await failure(run({ ...options, fault: { simulator: 'note-taker', id: 'dead' } }))).message).to.contain('deaf').and.contain('"dead"');
    expect((await failure(run({ ...options, simulators: new Map() }))).message).to.contain('Expected a simulator named note-taker');
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const inUse = await failure(run({ ...options, sut: sutFor(sut.url).exclusive ? options.sut : { ...options.sut, reach: { advertise: '127.0.0.1', ports: { 'note-taker': port } } } }));
    taken.close();
    expect(inUse.message).to.contain(`port ${port}`).and.contain('in use');
    const [folder] = (await readdir(options.runs)).slice(-1);
    expect((await openRun(join(options.runs, folder!))).status).to.equal('interrupted');
  });

  it('lets one run at a time speak with a product that asks for it', async () => {
    const sutFile = sutFor(sut.url, 'exclusive: true');
    const scenarios = [await scenarioOf('  - prompt: Wait\n')];
    let second: Error | undefined;
    const options = await bench.options({ sut: sutFile, scenarios, operator: operatorThat(async () => undefined) });
    await run({ ...options, operator: operatorThat(async () => void (second = await failure(run(options)))) });
    expect(second).to.include({ name: 'ConfigurationError' });
    expect(second!.message).to.contain('Another run speaks with P now').and.contain('exclusive');
    expect((await run(options)).status).to.equal('finished');
  });

  it('gives a fault to the simulator it is for, and writes its name nowhere', async () => {
    let status = 0;
    const operator = operatorThat(async (prompt) => void (status = await post(addressIn(prompt), 'x')));
    const { dir } = await run(await bench.options({ sut: sutFor(sut.url), scenarios: [await scenarioOf(usual)], operator, fault: { simulator: 'note-taker', id: 'deaf' } }));
    expect(status).to.equal(500);
    expect(await readFile(join(dir, 'events.jsonl'), 'utf8')).not.to.contain('deaf');
  });

  it('shows the verdict so far where a judge is at hand', async () => {
    const judged: string[] = [];
    const scenarios = [await scenarioOf('  - check: {}\n')];
    const { dir } = await run(
      await bench.options({
        sut: sutFor(sut.url), scenarios, operator: operatorThat(async () => undefined),
        judge: async (folder) => {
          judged.push((await openRun(folder, { live: true })).status);
          return { counts: { pass: 2, fail: 1 }, failed: ['R-1'] };
        },
      }),
    );
    expect(judged).to.deep.equal(['running']);
    expect(bench.of<{ message: string }>('step.finished')[0]!.message).to.equal('2 pass, 1 fail: R-1');
    expect((await openRun(dir)).status).to.equal('finished');
  });
});
