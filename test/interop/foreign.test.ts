/**
 * Systems under test without a line of Assay, through the command line as a user has it: one that conforms passes without a finding,
 * broken ones fail for their reason and for what follows from it, degenerate ones pass nothing that they did not do.
 */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assayRun, explain, having, interop, missingTools, startSut, unfinished, type Order, type Outcome } from './assay-run.js';

const exec = promisify(execFile);
interface Expectation {
  breaks: string;
  alsoBreaks: string[];
  why: string;
}
const mutants = JSON.parse(await readFile(join(interop, 'foreign-sut', 'mutants.json'), 'utf8')) as Record<string, Expectation>;

let folder = '';
const absent = missingTools();
/** Two runs at a time: the machine has other work. */
const waiting: (() => void)[] = [];
let running = 0;
async function limited<T>(work: () => Promise<T>): Promise<T> {
  if (running >= 2) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    return await work();
  } finally {
    running--;
    waiting.shift()?.();
  }
}

/** A run against the foreign source, with a mutant or without. */
async function foreignRun(name: string, options: { mutant?: string; study?: string; words?: string[] } = {}): Promise<Outcome> {
  return limited(async () => {
    const archive = join(folder, name);
    const env: Record<string, string> = options.mutant ? { MUTANT: options.mutant } : {};
    const sut = await startSut('foreign-sut/start.py', ['--archive', archive, ...(options.words ?? [])], env);
    try {
      const words = Object.entries({ FOREIGN_SUT_ARCHIVE: archive, ...env }).map(([key, value]) => `${key}=${value}`);
      const trigger = `env ${words.join(' ')} python3 -B ${join(interop, 'foreign-sut', 'share.py')}`;
      const order: Order = { sut, trigger, study: options.study };
      if (options.mutant === 'silent') order.timing = '2000';
      return await assayRun(order);
    } finally {
      await sut.stop();
    }
  });
}

async function degenerateRun(name: string): Promise<Outcome> {
  return limited(async () => {
    const sut = await startSut(`degenerate-sut/${name}.py`);
    try {
      return await assayRun({ sut, trigger: `python3 -B ${join(interop, 'degenerate-sut', 'trigger.py')} ${name}`, timing: '2000' });
    } finally {
      await sut.stop();
    }
  });
}

/** A CT study that dump2dcm made of text. */
async function otherStudy(storedAs: string): Promise<string> {
  const target = join(folder, `study-${storedAs}`);
  await exec('python3', ['-B', join(interop, 'foreign-sut', 'make_study.py'), target, storedAs]);
  return target;
}

/** Starts runs before the tests of a group that look at them. */
function group(runs: Record<string, () => Promise<Outcome>>): (name: string) => Promise<Outcome> {
  const outcomes = new Map<string, Promise<Outcome>>();
  before(() => {
    for (const [name, start] of Object.entries(runs)) {
      const run = start();
      run.catch(() => undefined); // told where it is awaited
      outcomes.set(name, run);
    }
  });
  after(async () => {
    await Promise.allSettled(outcomes.values());
  });
  return (name) => outcomes.get(name) ?? Promise.reject(new Error(`${name} was not run`));
}

describe('foreign systems under test', function () {
  this.timeout(180_000);

  before(async function () {
    if (absent.length > 0) {
      console.log(`      skipped: not installed: ${absent.join(', ')}`);
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'foreign-sut-'));
  });
  after(async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  describe('the foreign source passes without a finding', () => {
    const stored = ['explicit', 'jpeg', 'deflated'];
    const own = stored.map((storedAs) => [storedAs, async () => foreignRun(storedAs, { study: await otherStudy(storedAs) })] as const);
    const outcome = group({ fixture: () => foreignRun('fixture'), ...Object.fromEntries(own) });
    for (const name of ['fixture', ...stored]) {
      it(name === 'fixture' ? "on Assay's own study" : `on a study that Assay did not make, stored as ${name}`, async () => {
        const ended = await outcome(name);
        // Stored as JPEG and asked for uncompressed: no decoder of Assay's compares the samples, so that it cannot tell. No finding.
        const cannotTell = name === 'jpeg' ? ['ASY-RAD69-021'] : [];
        expect(unfinished(ended), explain(ended)).to.deep.equal([]);
        expect(having(ended, 'fail', 'warning', 'error'), explain(ended)).to.deep.equal([]);
        expect(having(ended, 'inconclusive'), explain(ended)).to.deep.equal(cannotTell);
        expect(ended.judgement?.overall, explain(ended)).to.equal('conforms');
        expect(ended.exit, explain(ended)).to.equal(0);
      });
    }
  });

  describe('each mutant fails for its reason', () => {
    const outcome = group(Object.fromEntries(Object.keys(mutants).map((mutant) => [mutant, () => foreignRun(mutant, { mutant })])));
    for (const [name, { breaks, alsoBreaks, why }] of Object.entries(mutants)) {
      it(`${name}: ${why}: ${breaks}`, async () => {
        const ended = await outcome(name);
        const broken = [breaks, ...alsoBreaks].sort();
        expect(having(ended, 'fail', 'warning', 'error', 'inconclusive'), explain(ended)).to.deep.equal(broken);
        expect(ended.exit, explain(ended)).to.equal(1);
      });
    }
    it('gives-nothing: a refusal passes nothing without its positive control', async () => {
      const refusals = ['RAD69-016', 'ASY-META-065', 'ASY-META-084', 'ASY-META-087'];
      const ended = await outcome('gives-nothing');
      expect(having(ended, 'pass').filter((id) => refusals.includes(id)), explain(ended)).to.deep.equal([]);
    });
  });

  describe('degenerate systems pass nothing that they did not do', () => {
    const outcome = group({
      ...Object.fromEntries(['off', 'refuses', 'same_answer'].map((name) => [name, () => degenerateRun(name)])),
      part: async () => foreignRun('part', { study: await otherStudy('mixed'), words: ['--uncompressed-only'] }),
    });
    it('switched off: nothing passes', async () => {
      const ended = await outcome('off');
      expect(having(ended, 'pass'), explain(ended)).to.deep.equal([]);
      expect(ended.exit, explain(ended)).to.be.oneOf([2, 3]);
    });
    it('refuses everything: nothing passes', async () => {
      const ended = await outcome('refuses');
      expect(having(ended, 'pass'), explain(ended)).to.deep.equal([]);
      expect(ended.exit, explain(ended)).to.be.oneOf([2, 3]);
    });
    it('takes a part of the study and shares that: not concluded', async () => {
      const ended = await outcome('part');
      expect(unfinished(ended).join(), explain(ended)).to.match(/^deliver: failed/);
      expect(ended.verdicts.get('ASY-KOS-012'), explain(ended)).to.equal('not exercised');
      expect(having(ended, 'fail', 'warning', 'error'), explain(ended)).to.deep.equal([]);
      expect(ended.exit, explain(ended)).to.equal(2);
    });
    it('always the same answer: nothing of the study, of the silence or of an unknown UID passes', async () => {
      const ended = await outcome('same_answer');
      const undeserved = /^(RAD69-|ASY-RAD69-|ISV-00|ASY-KOS-0(07|08|12|13|14|25|28|30)$|RAD68-00[16]$|ASY-RAD68-0(0[2-68]|16|29|30)$|XCAI-)/;
      expect(having(ended, 'pass').filter((id) => undeserved.test(id)), explain(ended)).to.deep.equal([]);
      expect(having(ended, 'fail'), explain(ended)).to.include('RAD68-001');
      expect(ended.exit, explain(ended)).to.equal(1);
    });
  });

  it('the conformant witness is what the foreign source makes', async function () {
    const { stdout } = await exec('dump2dcm', ['--version']);
    if (!stdout.includes('v3.6.7')) {
      console.log('      skipped: the bytes were made with DCMTK 3.6.7');
      this.skip();
    }
    const cases = join(interop, '..', 'witness', 'cases');
    const made = join(folder, 'case');
    await exec('mkdir', ['-p', made]);
    await exec('python3', ['-B', join(cases, 'make-share-ct-study.py'), made]);
    const names = ['rad-68.request.http', 'rad-68.response.http', 'rad-69.request.http', 'rad-69.response.http', 'rad-69-unknown.request.http', 'rad-69-unknown.response.http'];
    for (const name of names) {
      const [fresh, kept] = await Promise.all([readFile(join(made, name)), readFile(join(cases, 'share-ct-study', name))]);
      expect(fresh.equals(kept), `${name} differs from what make-share-ct-study.py makes`).to.equal(true);
    }
  });
});
