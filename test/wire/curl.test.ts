import { expect } from 'chai';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { from, installed, openBench, program, type Bench } from './support.js';

/** curl as a foreign client: what it says it sent (its own trace) is what is kept. */
describe('HTTP capture, with curl', () => {
  let bench: Bench;
  beforeEach(async function () {
    if (!installed('curl')) this.skip();
    bench = await openBench();
  });
  afterEach(() => bench?.close());

  /** The octets of `curl --trace`: in the order in which they went out. */
  const sent = (trace: string): Buffer => {
    const lines = trace.split('\n');
    const bytes: number[] = [];
    let ours = false;
    for (const line of lines) {
      if (/^(=>|<=|==)/.test(line)) ours = /^=> Send (header|data)/.test(line);
      else if (ours) bytes.push(...(/^[0-9a-f]{4,}: ((?:[0-9a-f]{2} ){1,16})/.exec(line)?.[1]?.trim().split(' ') ?? []).map((hex) => parseInt(hex, 16)));
    }
    return Buffer.from(bytes);
  };
  const curl = async (...args: string[]) => {
    const trace = join(bench.dir, 'trace');
    const done = await program('curl', ['-s', '-S', '--http1.1', '--trace', trace, ...args], { cwd: bench.dir });
    return { ...done, sent: sent(await readFile(trace, 'utf8')) };
  };
  const kept = async (n: number) => bench.bytes(from(await bench.exchange(n), 'initiator'));

  it('keeps a multipart/related body', async () => {
    const { url } = await bench.listen();
    await writeFile(join(bench.dir, 'body'), Buffer.concat([Buffer.from('--b\r\nContent-ID: <a@b>\r\n\r\n<x/>\r\n--b\r\n\r\n'), Buffer.from(Array.from({ length: 70_000 }, (_, n) => n % 256)), Buffer.from('\r\n--b--\r\n')]));
    const done = await curl('-H', 'Content-Type: multipart/related; type="application/xop+xml"; boundary=b', '--data-binary', '@body', url);
    expect(done).to.deep.include({ code: 0, stdout: 'ok' });
    expect((await kept(0)).equals(done.sent)).to.equal(true);
    expect(done.sent.length).to.be.greaterThan(70_000);
  });

  it('keeps a chunked upload and a form', async () => {
    const { url } = await bench.listen();
    await writeFile(join(bench.dir, 'body'), 'x'.repeat(100_000));
    const chunked = await curl('-H', 'Transfer-Encoding: chunked', '-T', 'body', url);
    expect(chunked.code).to.equal(0);
    // curl writes chunk lines below what it traces: the kept message holds the traced octets and those lines.
    const message = (await kept(0)).toString('latin1');
    expect(message).to.match(/^PUT \/body HTTP\/1\.1\r\n[^]*Transfer-Encoding: chunked\r\n/).and.to.match(/\r\n0\r\n\r\n$/);
    expect(message.match(/x/g)?.length).to.be.at.least(100_000);
    const form = await curl('-F', 'file=@body', '-F', 'name=value', url);
    expect((await kept(1)).equals(form.sent)).to.equal(true);
  });

  it('keeps requests of one connection apart', async () => {
    const { url } = await bench.listen();
    const done = await curl(`${url}/one`, `${url}/two`, `${url}/three`);
    expect(done.stdout).to.equal('okokok');
    const exchanges = [await bench.exchange(0), await bench.exchange(1), await bench.exchange(2)];
    expect(new Set(exchanges.map((exchange) => exchange.connection)).size).to.equal(1);
    expect(Buffer.concat([await kept(0), await kept(1), await kept(2)]).equals(done.sent)).to.equal(true);
  });

  it('answers Expect: 100-continue at once', async () => {
    const { url } = await bench.listen();
    const done = await curl('-H', 'Expect: 100-continue', '--expect100-timeout', '20', '--data', 'a=b', url);
    expect(done).to.deep.include({ code: 0, stdout: 'ok' });
    expect((await kept(0)).equals(done.sent)).to.equal(true);
  });
});
