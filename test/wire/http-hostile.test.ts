import { expect } from 'chai';
import { connect } from 'node:net';
import { from, openBench, raw, type Bench } from './support.js';

/** Requests that never become one: each has its answer, its exchange with the bytes that came, and a plain reason. */
describe('HTTP capture, hostile partners', () => {
  let bench: Bench;
  afterEach(() => bench.close());

  const cases: { title: string; send: (string | Buffer)[]; status?: number; ended: string; why: RegExp; how?: { end?: boolean; reset?: boolean } }[] = [
    { title: 'garbage', send: [Buffer.from([0xff, 0xfe, 0, 1, 2]), Buffer.from([9, 10, 13, 10])], status: 400, ended: 'malformed', why: /0xff/ },
    { title: 'a TLS ClientHello', send: [Buffer.from('16030100c8010000c40303', 'hex'), Buffer.alloc(50)], status: 400, ended: 'malformed', why: /TLS ClientHello/ },
    { title: 'a DICOM association request', send: [Buffer.from('0100000000d00001', 'hex')], status: 400, ended: 'malformed', why: /DICOM/ },
    { title: 'text that is no request', send: ['hello there, who are you?\r\n\r\n'], status: 400, ended: 'malformed', why: /request line/ },
    { title: 'HTTP/2', send: ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], status: 505, ended: 'malformed', why: /HTTP\/2\.0/ },
    { title: '10,000 headers', send: ['GET / HTTP/1.1\r\nHost: h\r\n', 'A: b\r\n'.repeat(10_000), '\r\n'], status: 431, ended: 'malformed', why: /5000 header lines/ },
    { title: 'a header section that is too large', send: ['GET / HTTP/1.1\r\nX: ', 'x'.repeat(300_000), '\r\n\r\n'], status: 431, ended: 'malformed', why: /larger than 262144/ },
    { title: 'an endless request line', send: ['GET /', 'x'.repeat(300_000)], status: 414, ended: 'malformed', why: /longer than 262144/ },
    { title: 'Content-Length and chunked together', send: ['POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'], status: 400, ended: 'malformed', why: /found both/ },
    { title: 'two lengths', send: ['POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd'], status: 400, ended: 'malformed', why: /one Content-Length/ },
    { title: 'a chunk size that is none', send: ['POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n', 'zz\r\nabc\r\n'], status: 400, ended: 'malformed', why: /chunk size/ },
    { title: 'a chunk that is longer than its size', send: ['POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n'], status: 400, ended: 'malformed', why: /longer than its size/ },
    { title: 'a header line that the parser refuses', send: ['GET / HTTP/1.1\r\nHost: h\r\nBad Header : x\r\n\r\n'], status: 400, ended: 'malformed', why: /not HTTP\/1\.1/ },
    { title: 'a body that is announced too large', send: ['POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n\r\n', 'abc'], status: 413, ended: 'malformed', why: /larger than 1000000/ },
    { title: 'a chunked body that does not end', send: ['POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n', ...Array<string>(20).fill(`ffff\r\n${'x'.repeat(65535)}\r\n`)], status: 413, ended: 'malformed', why: /larger than 1000000/ },
    { title: 'a body that stalls', send: ['POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc'], status: 408, ended: 'timeout', why: /no byte of the body/ },
    { title: 'a header section that drips in', send: ['GET / HTTP/1.1\r\n', 'A: b\r\n', 'C: d\r\n'], status: 408, ended: 'timeout', why: /header section was not whole/ },
    { title: 'a request that is half closed in its middle', send: ['POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc'], status: 400, ended: 'reset', why: /middle of a request/, how: { end: true } },
    { title: 'a reset in the middle', send: ['POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\nabc'], ended: 'reset', why: /broke off/, how: { reset: true } },
  ];

  for (const { title, send, status, ended, why, how } of cases) {
    it(title, async () => {
      bench = await openBench({ http: { bodyBytes: 1_000_000, bodyIdleMs: 60, headMs: 120 } });
      const { port } = await bench.listen();
      const got = await raw(port, send, how);
      const exchange = await bench.exchange(0);
      const problem = await bench.problem(why);
      expect(exchange.ended).to.equal(ended);
      expect(problem.connection).to.equal(exchange.connection);
      if (status) expect(got.toString()).to.match(new RegExp(`^HTTP/1\\.1 ${status} `));
      const kept = await bench.bytes(from(exchange, 'initiator'));
      const sent = Buffer.concat(send.map((piece) => Buffer.from(piece)));
      // What came after the refusal was answered need not be read to its end, but nothing is changed or lost before it.
      expect(sent.subarray(0, kept.length).equals(kept)).to.equal(true);
      if (sent.length < 100_000) expect(kept.length).to.equal(sent.length);
      expect(exchange.messages[0]?.complete).to.equal(/parser/.test(title));
      // And the listener lives.
      expect((await raw(port, ['GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'])).toString()).to.match(/^HTTP\/1\.1 200/);
    });
  }

  it('tells of a connection that brings nothing, and of those beyond the limit', async () => {
    bench = await openBench({ http: { connections: 2 } });
    const { port } = await bench.listen();
    await raw(port, [], { end: true });
    await bench.problem(/without a byte/);
    const open = [1, 2].map(() => connect(port, '127.0.0.1'));
    await Promise.all(open.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    await raw(port, ['GET / HTTP/1.1\r\n\r\n']);
    await bench.problem(/2 are open already/);
    for (const socket of open) socket.destroy();
    expect(bench.exchanges).to.have.length(0);
  });

  it('does not fill its log when a flood comes', async () => {
    bench = await openBench();
    const { port } = await bench.listen();
    for (let round = 0; round < 25; round += 1) await Promise.all(Array.from({ length: 10 }, () => raw(port, [], { end: true })));
    expect((await bench.events('wire.problem')).length).to.be.at.most(200);
  });
});
