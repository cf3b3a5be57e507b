import { expect } from 'chai';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '../../harness/contracts.js';
import { canonicalJson } from '../../harness/canonical-json.js';
import { openEventLog, readEvents, verifyChain } from '../../harness/wire/event-log.js';

describe('event log', () => {
  let dir: string;
  let file: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-log-'));
    file = join(dir, 'events.jsonl');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const write = async (count: number) => {
    const log = await openEventLog(file);
    await Promise.all(Array.from({ length: count }, (_, n) => log.append({ type: 'test', v: 1, data: { n } }, { durable: n % 2 === 0 })));
    await log.close();
  };
  const events = async () => {
    const all: RunEvent[] = [];
    for await (const event of readEvents(file)) all.push(event);
    return all;
  };

  it('chains events in the order of the calls', async () => {
    await write(5);
    await write(2);
    const all = await events();
    expect(all.map((event) => event.seq)).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
    expect(all[0]?.prev).to.equal('0'.repeat(64));
    expect(all.slice(1).map((event) => event.prev)).to.deep.equal(all.slice(0, -1).map((event) => event.hash));
    expect(await verifyChain(file)).to.deep.include({ events: 7, head: { seq: 7, hash: all[6]?.hash } });
  });

  it('writes canonical JSON: sorted members, no white space', async () => {
    expect(canonicalJson({ b: [1, 1e21, 'ü\u0000'], a: { z: null, y: true }, c: undefined })).to.equal('{"a":{"y":true,"z":null},"b":[1,1e+21,"ü\\u0000"]}');
    await write(1);
    const text = await readFile(file, 'utf8');
    expect(text).to.equal(`${canonicalJson(JSON.parse(text))}\n`);
  });

  it('names the first line that breaks the chain', async () => {
    await write(5);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    const broken = async (changed: string[]) => {
      await writeFile(file, `${changed.join('\n')}\n`);
      return (await verifyChain(file)).problem;
    };
    expect(await broken(lines.map((line, at) => (at === 2 ? line.replace('"n":2', '"n":9') : line)))).to.deep.include({ line: 3 });
    expect((await broken(lines.filter((_, at) => at !== 1)))?.what).to.contain('expected seq 2, found 3');
    expect(await broken([lines[0] ?? '', 'rubbish', ...lines.slice(1)])).to.deep.include({ line: 2 });
    expect((await broken(lines.map((line, at) => (at === 3 ? line.replace('{', '{ ') : line))))?.what).to.contain('canonical');
    const refusal = await openEventLog(file).then(() => '', (error: Error) => error.message);
    expect(refusal).to.contain('line 4').and.to.contain('cannot be continued');
  });

  it('cuts off a last line that a kill tore, and says so in the log', async () => {
    await write(3);
    await appendFile(file, '{"at":"2026-01-01T00:00:00.000Z","data":{"n"');
    expect((await verifyChain(file)).torn).to.deep.include({ line: 4, bytes: 44 });
    expect(await events()).to.have.length(3);
    await write(1);
    const all = await events();
    expect(all.map((event) => event.type)).to.deep.equal(['test', 'test', 'test', 'incident', 'test']);
    expect(JSON.stringify(all[3]?.data)).to.contain('torn').and.to.contain('44 bytes');
    expect((await verifyChain(file)).problem).to.equal(undefined);
  });

  it('has one writer, and takes over from one that is gone', async () => {
    const log = await openEventLog(file);
    expect(await openEventLog(file).then(() => '', (error: Error) => error.message)).to.contain(`process ${process.pid}`);
    await log.close();
    const { host } = JSON.parse(JSON.stringify({ host: (await import('node:os')).hostname() })) as { host: string };
    await writeFile(`${file}.lock`, JSON.stringify({ pid: 999999999, host }));
    await (await openEventLog(file)).close();
    // The same number, given to another process since.
    await writeFile(`${file}.lock`, JSON.stringify({ pid: process.pid, host, started: '1' }));
    await (await openEventLog(file)).close();
  });

  it('is followed from a number on, live, until it closes', async () => {
    const log = await openEventLog(file);
    await log.append({ type: 'test', v: 1, data: { n: 1 } });
    await log.append({ type: 'test', v: 1, data: { n: 2 } });
    const seen: number[] = [];
    const following = (async () => {
      for await (const event of log.follow(1, new AbortController().signal)) seen.push(event.seq);
    })();
    await log.append({ type: 'test', v: 1, data: { n: 3 } });
    await log.close();
    await following;
    expect(seen).to.deep.equal([2, 3]);
  });

  it('refuses a worker whose lease has passed', async () => {
    const log = await openEventLog(file, { fence: 3 });
    expect(await log.append({ type: 'test', v: 1, data: {} }, { fence: 2 }).then(() => '', (error: Error) => error.message)).to.contain('lease 3');
    await log.append({ type: 'test', v: 1, data: {} }, { fence: 4 });
    await log.close();
  });
});
