import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { HttpAnswer } from '../../harness/contracts.js';
import { connected, data, from, openBench, raw, type Bench } from './support.js';

const answered = (times: number) => (sofar: Buffer) => sofar.toString('latin1').split('\r\n\r\nok').length > times;

describe('HTTP capture', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  const requests = async () => Promise.all(bench.exchanges.map(async (exchange) => (await bench.bytes(from(exchange, 'initiator'))).toString('latin1')));

  it('keeps pipelined requests apart, each byte for byte: odd case, chunk extensions, trailers', async () => {
    const { port } = await bench.listen();
    const one = 'POST /a?x=%20y HTTP/1.1\r\nhOsT:  localhost \r\nX-ODD:a\r\nx-odd:   b\r\nTransfer-Encoding: Chunked\r\n\r\n5;name="v;x"\r\nhello\r\nA\r\n0123456789\r\n0;last\r\nX-Trailer: t\r\nx-trailer:u\r\n\r\n';
    const two = 'PUT /b HTTP/1.1\r\nHost: h\r\ncontent-length: 003\r\n\r\nabc';
    const three = 'GET /c HTTP/1.1\r\nHost: h\r\n\r\n';
    const got = await raw(port, [one + two + three], { until: answered(3) });
    await bench.exchange(2);
    expect(await requests()).to.deep.equal([one, two, three]);
    const responses = await Promise.all(bench.exchanges.map((exchange) => bench.bytes(from(exchange, 'responder'))));
    expect(Buffer.concat(responses)).to.deep.equal(got);
    expect(new Set(bench.exchanges.map((exchange) => exchange.connection)).size).to.equal(1);
    expect(bench.exchanges.map((exchange) => exchange.ended)).to.deep.equal(['complete', 'complete', 'complete']);
  });

  it('frames the same when every byte comes alone', async () => {
    const { port } = await bench.listen();
    const both = ['POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nxy'];
    await raw(port, both.join('').split(''), { until: answered(2) });
    await bench.exchange(1);
    expect(await requests()).to.deep.equal(both);
  });

  it('answers Expect: 100-continue, and keeps the interim answer as evidence outside of the exchange', async () => {
    const { port } = await bench.listen();
    const head = 'POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n';
    const socket = connect(port, '127.0.0.1');
    await connected(socket);
    socket.write(head);
    const first = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    expect(first.toString()).to.equal('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('body');
    const exchange = await bench.exchange(0);
    socket.destroy();
    expect(await requests()).to.deep.equal([`${head}body`]);
    expect(exchange.messages).to.have.length(2);
    expect((await bench.bytes(from(exchange, 'responder'))).toString()).to.match(/^HTTP\/1\.1 200 OK/);
    const interim = (await bench.events('exchange.message')).filter((event) => data(event)['interim']);
    expect(interim).to.have.length(1);
  });

  it('has evidence and event on disk before the handler is asked', async () => {
    let seen: string | undefined;
    const { port } = await bench.listen(async (received) => {
      const log = await readFile(join(bench.dir, 'events.jsonl'), 'utf8');
      seen = `${existsSync(join(bench.dir, 'evidence', received.raw.sha256))} ${log.includes(received.raw.sha256)} ${received.method} ${received.target} ${received.transaction}`;
      return { status: 200, headers: [], body: Buffer.from('ok') };
    }, { recognise: async (received) => (received.target === '/xds' ? 'RAD-68' : undefined) });
    await raw(port, ['POST /xds HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n'], { until: answered(1) });
    expect(seen).to.equal('true true POST /xds RAD-68');
    expect((await bench.exchange(0)).transaction).to.equal('RAD-68');
  });

  it('keeps header lines beyond the limits of parsers', async () => {
    const { port } = await bench.listen();
    const request = `GET / HTTP/1.1\r\nHost: h\r\n${Array.from({ length: 3000 }, (_, n) => `X-${n}: ${n}\r\n`).join('')}\r\n`;
    await raw(port, [request], { until: answered(1) });
    await bench.exchange(0);
    expect(await requests()).to.deep.equal([request]);
  });

  it('answers a request and closes for a client that has closed its side', async () => {
    const { port } = await bench.listen();
    const got = await raw(port, ['GET / HTTP/1.1\r\nHost: h\r\n\r\n'], { end: true });
    expect(got.toString()).to.match(/^HTTP\/1\.1 200 OK[^]*ok$/);
    expect((await bench.exchange(0)).ended).to.equal('complete');
  });

  it('answers HTTP/1.0 and Connection: close by closing', async () => {
    const { port } = await bench.listen(async () => ({ status: 200, headers: [], body: (async function* () { yield Buffer.from('streamed'); })() }));
    const got = await raw(port, ['GET / HTTP/1.0\r\n\r\n']);
    expect(got.toString()).to.match(/streamed$/);
    const exchange = await bench.exchange(0);
    expect(exchange.ended).to.equal('complete');
    expect(await bench.bytes(from(exchange, 'responder'))).to.deep.equal(got);
  });

  it('gives the handler targets and methods that routers refuse', async () => {
    const seen: string[] = [];
    const { port } = await bench.listen(async (received) => {
      seen.push(`${received.method} ${received.target}`);
      return { status: 200, headers: [], body: Buffer.from('ok') };
    });
    await raw(port, ['GET /%zz HTTP/1.1\r\nHost: h\r\n\r\nPROPFIND /a HTTP/1.1\r\nHost: h\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n'], { until: answered(3) });
    expect(seen).to.deep.equal(['GET /%zz', 'PROPFIND /a', 'OPTIONS *']);
  });

  it('streams an answer, and records what was sent', async () => {
    const pieces = Array.from({ length: 50 }, (_, n) => Buffer.alloc(40_000, n));
    const { port } = await bench.listen(async () => ({ status: 200, headers: [['X-Case', 'Kept'], ['x-case', 'twice']], body: (async function* () { yield* pieces; })() }));
    const got = await raw(port, ['GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n']);
    const exchange = await bench.exchange(0);
    expect(await bench.bytes(from(exchange, 'responder'))).to.deep.equal(got);
    expect(got.toString('latin1', 0, 200)).to.contain('X-Case: Kept\r\nx-case: twice\r\n');
    expect(got.length).to.be.greaterThan(2_000_000);
  });

  it('answers 500 and notes an incident when a simulator fails', async () => {
    const { port } = await bench.listen(async () => Promise.reject(new Error('out of order')));
    const got = await raw(port, ['GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n']);
    expect(got.toString()).to.match(/^HTTP\/1\.1 500 /);
    await bench.exchange(0);
    expect(JSON.stringify(await bench.events('incident'))).to.contain('out of order');
  });

  it('cuts an answer where a fault says so', async () => {
    const { port } = await bench.listen(async (): Promise<HttpAnswer> => ({ status: 200, headers: [], body: Buffer.alloc(1000, 'x'), cutAfter: 10 }));
    const got = await raw(port, ['GET / HTTP/1.1\r\nHost: h\r\n\r\n']);
    const exchange = await bench.exchange(0);
    expect(got.toString()).to.match(/\r\n\r\nx{10}$/);
    expect(exchange.ended).to.equal('reset');
    expect(exchange.messages[1]).to.deep.include({ from: 'responder', complete: false });
    expect(await bench.bytes(from(exchange, 'responder'))).to.deep.equal(got);
  });

  it('records an exchange among its own simulators once, with the dialler as initiator', async () => {
    const { url } = await bench.listen();
    const dialled = await bench.host.for('document-source').dialHttp({ to: `${url}/x`, method: 'POST', headers: [['X-A', '1']], body: Buffer.from('hello'), actor: 'Document Source', cause: 'earlier', transaction: 'ITI-41' });
    expect(bench.exchanges).to.deep.equal([dialled.exchange]);
    expect(dialled.exchange.initiator).to.deep.include({ role: 'simulator', system: 'document-source', actor: 'Document Source' });
    expect(dialled.exchange).to.deep.include({ cause: 'earlier', transaction: 'ITI-41', ended: 'complete' });
    expect(dialled.status).to.equal(200);
    expect((await bench.bytes(dialled.response)).toString()).to.match(/ok$/);
  });
});
