import { join } from 'node:path';
import { expect } from 'chai';
import { SchemaPool, Unvalidatable } from '../../harness/validation/pool.js';
import { messages } from './messages.js';

const outcome = (validation: Promise<unknown>): Promise<unknown> => validation.catch((error: Error) => error);
const dying = join(import.meta.dirname, 'fixtures', 'dying-worker.mjs');

describe('schema pool', () => {
  let pool: SchemaPool | undefined;
  afterEach(() => pool?.close());
  const start = (options: ConstructorParameters<typeof SchemaPool>[0]): SchemaPool => (pool = new SchemaPool({ size: 1, ...options }));

  it('blames the document that kills, and no other of its batch', async () => {
    const running = start({ program: dying });
    const [first, killer, last] = await Promise.all([outcome(running.validate('<a/>')), outcome(running.validate('<die/>')), outcome(running.validate('<b/>'))]);
    expect(first).to.deep.equal([]);
    expect(killer).to.be.instanceOf(Unvalidatable);
    expect(last).to.deep.equal([]);
  });

  it('stops a document that hangs', async () => {
    expect(await outcome(start({ program: dying, timeLimit: 300 }).validate('<hang/>'))).to.be.instanceOf(Unvalidatable);
  });

  it('says so where the validator does not start: that is no fault of a document', async () => {
    const error = await outcome(start({ program: join(import.meta.dirname, 'fixtures', 'no-such-worker.mjs') }).validate('<a/>'));
    expect(error).to.be.instanceOf(Error).and.not.instanceOf(Unvalidatable);
  });

  it('replaces a process after its share of documents', async () => {
    const running = start({ recycleAfter: 3 });
    const text = messages['registry response'] as string;
    for (let count = 0; count < 8; count++) expect(await running.validate(text)).to.deep.equal([]);
  });

  it('reads no document type declaration, nothing too long, nothing too deep, nothing malformed', async () => {
    const running = start({ maxLength: 10_000 });
    for (const text of ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', `<a>${'x'.repeat(10_001)}</a>`, `${'<a>'.repeat(300)}${'</a>'.repeat(300)}`, '<a></b>', '<a/><b/>', '']) {
      expect(await outcome(running.validate(text)), text.slice(0, 40)).to.be.instanceOf(Unvalidatable);
    }
    // Two halves that would make a whole when put side by side.
    const halves = await Promise.all([outcome(running.validate('<a>')), outcome(running.validate('</a>'))]);
    for (const half of halves) expect(half).to.be.instanceOf(Unvalidatable);
  });

  it('tells the lines of each document apart within a batch', async () => {
    const running = start({});
    const text = messages['registry response'] as string;
    const bad = text.replace('<rs:RegistryErrorList', '\n\n<rs:Nothing/><rs:RegistryErrorList');
    const all = await Promise.all([running.validate(text), running.validate(bad), running.validate(text), running.validate(bad)]);
    expect(all.map((problems) => problems.map(({ line }) => line))).to.deep.equal([[], [3], [], [3]]);
  });

  it('refuses a folder without schemas it knows, in words', async () => {
    const error = await outcome(start({}).validate(messages['registry response'] as string, import.meta.dirname));
    expect((error as Error).message).to.match(/no schema of .*--schemas/);
  });
});
