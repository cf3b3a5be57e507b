import { expect } from 'chai';
import { createServer, type Server, type Socket } from 'node:net';
import type { HttpExchange, HttpRequest } from '../../harness/contracts.js';
import { from, openBench, type Bench } from './support.js';

/** A peer that reads until the request is whole, then behaves as the test says. */
async function peer(behave: (socket: Socket, request: () => Buffer) => void, whole = /\r\n\r\n/): Promise<{ url: string; request: () => Buffer; server: Server }> {
  let got = Buffer.alloc(0);
  const server = createServer((socket) => {
    let answered = false;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk]);
      if (answered || !whole.test(got.toString('latin1'))) return;
      answered = true;
      behave(socket, () => got);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, request: () => got, server };
}

describe('HTTP dial', () => {
  let bench: Bench;
  let server: Server | undefined;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(async () => {
    server?.close();
    server = undefined;
    await bench.close();
  });

  const dial = (request: Partial<HttpRequest> & { to: string }): Promise<HttpExchange> =>
    bench.host.for('document-repository').dialHttp({ method: 'POST', headers: [['Content-Type', 'text/plain']], body: Buffer.from('hello'), actor: 'Document Repository', timeoutMs: 2000, ...request });

  const answer = 'HTTP/1.1 100 Continue\r\n\r\nhTTP/1.1 200 OK\r\n';

  it('keeps both directions byte for byte, interim answers apart', async () => {
    const final = 'HTTP/1.1 200 Fine\r\nX-oDd:  a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nX-T: u\r\n\r\n';
    const there = await peer((socket) => socket.write(`${answer.slice(0, 25)}${final}`), /hello/);
    server = there.server;
    const { exchange, status, response, problem } = await dial({ to: `${there.url}/a?b=c`, headers: [['X-CaSe', '1'], ['x-case', '2']] });
    expect({ status, problem, ended: exchange.ended }).to.deep.equal({ status: 200, problem: undefined, ended: 'complete' });
    expect((await bench.bytes(response)).toString()).to.equal(final);
    expect(await bench.bytes(from(exchange, 'initiator'))).to.deep.equal(there.request());
    expect(there.request().toString()).to.match(/^POST \/a\?b=c HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\nX-CaSe: 1\r\nx-case: 2\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello$/);
    expect((await bench.events('exchange.message')).filter((event) => (event.data as { interim?: boolean }).interim)).to.have.length(1);
    expect(exchange.initiator.role).to.equal('simulator');
    expect(exchange.messages.map((message) => message.complete)).to.deep.equal([true, true]);
  });

  it('streams a request body', async () => {
    const there = await peer((socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'), /0\r\n\r\n$/);
    server = there.server;
    const body = (async function* () {
      for (let n = 0; n < 30; n += 1) yield Buffer.alloc(50_000, 97 + (n % 26));
    })();
    const { exchange, status } = await dial({ to: there.url, body });
    expect(status).to.equal(204);
    expect(there.request().length).to.be.greaterThan(1_500_000);
    expect(await bench.bytes(from(exchange, 'initiator'))).to.deep.equal(there.request());
  });

  it('takes an answer that lasts until the connection closes', async () => {
    const there = await peer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'));
    server = there.server;
    const { exchange, response } = await dial({ to: there.url });
    expect(exchange.ended).to.equal('complete');
    expect((await bench.bytes(response)).toString()).to.match(/all of it$/);
  });

  const failures: { title: string; behave: (socket: Socket) => void; ended: string; why: RegExp; kept?: RegExp }[] = [
    { title: 'garbage', behave: (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), ended: 'malformed', why: /not HTTP\/1\.1/, kept: /^SSH-2\.0/ },
    { title: 'no answer', behave: () => undefined, ended: 'timeout', why: /no answer within 0\.2 s/ },
    { title: 'an answer that stalls', behave: (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'), ended: 'timeout', why: /stalled/, kept: /abc$/ },
    {
      title: 'an answer that drips',
      behave: (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nabc');
        const drip = setInterval(() => socket.write('x'), 20);
        socket.on('close', () => clearInterval(drip));
      },
      ended: 'timeout',
      why: /not whole after 2 s/,
      kept: /abcx+$/,
    },
    { title: '10,000 headers', behave: (socket) => void socket.write(`HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(10_000)}\r\n`), ended: 'malformed', why: /more than 5000 header lines/, kept: /^HTTP\/1\.1 200/ },
    { title: 'an answer that is cut off', behave: (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'), ended: 'reset', why: /middle of its answer/, kept: /abc$/ },
    { title: 'a close without a word', behave: (socket) => socket.end(), ended: 'reset', why: /without an answer/ },
    { title: 'a reset', behave: (socket) => socket.resetAndDestroy(), ended: 'reset', why: /ECONNRESET|closed the connection/ },
    { title: 'a chunk size that is none', behave: (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'), ended: 'malformed', why: /not HTTP\/1\.1/, kept: /zz\r\n$/ },
  ];
  for (const { title, behave, ended, why, kept } of failures) {
    it(`meets ${title}`, async () => {
      const there = await peer(behave);
      server = there.server;
      const { exchange, problem, response } = await dial({ to: there.url, timeoutMs: 200 });
      expect(exchange.ended).to.equal(ended);
      expect(problem).to.match(why);
      if (kept) expect((await bench.bytes(response)).toString()).to.match(kept);
      else expect(response).to.equal(undefined);
      expect((await bench.problem(why)).what).to.equal(problem);
    });
  }

  it('meets a closed port and an unknown name', async () => {
    const refused = await dial({ to: 'http://127.0.0.1:1/' });
    expect(refused.problem).to.match(/connection refused/);
    expect(refused.exchange).to.deep.include({ ended: 'refused', messages: [] });
    const unknown = await dial({ to: 'http://no-such-host.invalid/' });
    expect(unknown.problem).to.match(/DNS/);
    expect(unknown.exchange.ended).to.equal('refused');
  });

  it('ends with its host', async () => {
    const there = await peer(() => undefined);
    server = there.server;
    const dialled = dial({ to: there.url, timeoutMs: 20_000 });
    await new Promise<void>((resolve) => there.server.once('connection', () => resolve()));
    await bench.host.close();
    expect((await dialled).problem).to.match(/given up/);
  });
});
