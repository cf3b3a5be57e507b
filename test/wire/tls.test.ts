import { expect } from 'chai';
import type { Exchange } from '../../harness/contracts.js';
import { Certificates, type Authority, type Pair } from './certificates.js';
import { installed, ok, openBench, program, raw, type Bench } from './support.js';

describe('TLS', () => {
  let bench: Bench;
  let certificates: Certificates;
  let ca: Authority;
  let other: Authority;
  let server: Pair;
  before(function () {
    if (!installed('openssl')) this.skip();
    certificates = new Certificates();
    ca = certificates.authority('Test CA');
    other = certificates.authority('Another CA');
    server = ca.issue('server');
  });
  after(() => certificates?.close());
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench?.close());

  const dial = (url: string, tls: Record<string, string> = {}) =>
    bench.host.for('consumer').dialHttp({ to: url, method: 'GET', headers: [], body: Buffer.alloc(0), actor: 'Imaging Document Consumer', tls });
  const curl = (...args: string[]) => program('curl', ['-s', '-S', ...args]);

  it('is terminated in front of the tee: evidence is what was said inside', async function () {
    if (!installed('curl')) this.skip();
    const { url } = await bench.listen(ok, { tls: server });
    expect(await curl('--cacert', ca.cert, url)).to.deep.include({ code: 0, stdout: 'ok' });
    const exchange = await bench.exchange(0);
    expect((await bench.bytes(exchange.messages[0]?.raw)).toString()).to.match(/^GET \/ HTTP\/1\.1\r\nHost: 127/);
    expect(exchange.initiator.tls?.protocol).to.match(/^TLSv1\.[23]$/);
    expect(exchange.initiator.tls?.chain).to.deep.equal([]);
  });

  it('takes a client with the right certificate and keeps its chain', async function () {
    if (!installed('curl')) this.skip();
    const client = ca.issue('client');
    const { url } = await bench.listen(ok, { tls: { ...server, ca: ca.cert, mutual: true } });
    expect(await curl('--cacert', ca.cert, '--cert', client.cert, '--key', client.key, url)).to.deep.include({ code: 0, stdout: 'ok' });
    const chain = (await bench.exchange(0)).initiator.tls?.chain ?? [];
    expect(chain.length).to.be.greaterThan(0);
    expect((await bench.bytes(chain[0]))[0]).to.equal(0x30);
  });

  const refusals: { title: string; why: RegExp; connect: (url: string) => Promise<unknown>; mutual?: boolean }[] = [
    { title: 'a client that does not know our CA', why: /peer does not know the CA/, connect: (url) => curl('--cacert', other.cert, url) },
    { title: 'a client without a certificate', why: /no client certificate/, connect: (url) => curl('--cacert', ca.cert, url), mutual: true },
    { title: 'a client certificate of another CA', why: /certificate was refused.*(unknown CA|self-signed)/, connect: (url) => withClient(url, other.issue('client')), mutual: true },
    { title: 'a client certificate that has expired', why: /certificate was refused.*expired/, connect: (url) => withClient(url, ca.issue('client', { days: -1 })), mutual: true },
    { title: 'plain HTTP', why: /plain HTTP was sent to a TLS port/, connect: (url) => raw(Number(new URL(url).port), ['GET / HTTP/1.1\r\nHost: h\r\n\r\n']) },
  ];
  const withClient = (url: string, client: Pair) => curl('--cacert', ca.cert, '--cert', client.cert, '--key', client.key, url);
  for (const { title, why, connect, mutual } of refusals) {
    it(`refuses ${title}, and says so`, async function () {
      if (!installed('curl')) this.skip();
      const { url } = await bench.listen(ok, { tls: { ...server, ca: ca.cert, mutual: mutual ?? false } });
      await connect(url);
      await bench.problem(why);
      expect(bench.exchanges).to.have.length(0);
    });
  }

  const dials: { title: string; why: RegExp; pair: () => Pair; ca?: () => string }[] = [
    { title: 'an unknown CA', why: /unknown CA|not trusted/, pair: () => server, ca: () => other.cert },
    { title: 'an expired certificate', why: /has expired/, pair: () => ca.issue('server', { days: -1 }) },
    { title: 'a certificate for another name', why: /for another name/, pair: () => ca.issue('server', { san: 'DNS:elsewhere.example' }) },
    { title: 'a self-signed certificate', why: /self-signed/, pair: () => certificates.authority('self'), ca: () => other.cert },
  ];
  for (const { title, why, pair, ca: trusted } of dials) {
    it(`dials and meets ${title}`, async () => {
      const { url } = await bench.listen(ok, { tls: pair() });
      const { exchange, problem, response } = await dial(url, { ca: trusted?.() ?? ca.cert });
      expect(problem).to.match(why);
      expect(exchange.ended).to.equal('refused');
      expect(response).to.equal(undefined);
    });
  }

  it('dials with facts of the connection and its chain', async () => {
    const far = await openBench();
    try {
      const { url } = await far.listen(ok, { tls: { ...server, ca: ca.cert, mutual: true } });
      const client = ca.issue('client');
      const { exchange, status, problem } = await dial(url, { ...client, ca: ca.cert });
      expect({ status, problem }).to.deep.equal({ status: 200, problem: undefined });
      expect(exchange.responder).to.deep.include({ role: 'peer' });
      expect(exchange.responder.tls?.chain).to.have.length.greaterThan(0);
      const theirs: Exchange = await far.exchange(0);
      expect(theirs.messages.map((message) => message.raw)).to.deep.equal(exchange.messages.map((message) => message.raw));
    } finally {
      await far.close();
    }
  });

  it('dials a port that speaks no TLS', async () => {
    const { url } = await bench.listen();
    const { exchange, problem } = await dial(url.replace('http:', 'https:'), { ca: ca.cert });
    expect(problem).to.match(/does not speak TLS/);
    expect(exchange.ended).to.equal('refused');
  });
});
