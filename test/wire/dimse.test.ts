import { expect } from 'chai';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { DimseHandler, Listening, ReceivedInstance } from '../../harness/contracts.js';
import { readAssociation } from '../../harness/formats/dimse.js';
import { Certificates } from './certificates.js';
import { data, from, installed, openBench, program, raw, type Bench } from './support.js';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';

/** A dump for dump2dcm: Latin-1 text, a private block, an IS with leading zeros, a DS with trailing ones. */
const dump = (uid: string): string =>
  [
    `(0008,0005) CS [ISO_IR 100]`,
    `(0008,0016) UI [${CT}]`,
    `(0008,0018) UI [${uid}]`,
    `(0009,0010) LO [ASSAY PRIVATE]`,
    `(0009,1001) LO [kept as it is]`,
    `(0010,0010) PN [M\xfcller^J\xf6rg]`,
    `(0018,0050) DS [0.50]`,
    `(0020,000d) UI [2.25.1]`,
    `(0020,000e) UI [2.25.2]`,
    `(0020,0013) IS [007]`,
    `(7fe0,0010) OB ${'00\\01\\'.repeat(40_000)}00\\01`,
    '',
  ].join('\n');

describe('DIMSE', () => {
  let bench: Bench;
  let received: ReceivedInstance[];
  let server: Server | undefined;
  let child: ChildProcess | undefined;
  beforeEach(async () => {
    received = [];
    bench = await openBench({ dimse: { artimMs: 150, idleMs: 400 } });
  });
  afterEach(async () => {
    child?.kill();
    child = undefined;
    server?.close();
    server = undefined;
    await bench.close();
  });

  const listen = (store: DimseHandler['store'] = async () => 0): Promise<Listening> =>
    bench.host.for('pacs').listenDimse({ actor: 'Image Manager', aeTitle: 'ASSAY' }, { store: async (instance) => (received.push(instance), store(instance)) });

  /** Part 10 files whose data sets begin behind their meta information. */
  const makeFiles = async (count: number): Promise<string[]> => {
    const dir = join(bench.dir, 'files');
    await mkdir(dir);
    return Promise.all(
      Array.from({ length: count }, async (_, n) => {
        await writeFile(join(dir, `${n}.dump`), dump(`2.25.10${n}`), 'latin1');
        const { code, stderr } = await program('dump2dcm', ['+te', '+l', '400000', join(dir, `${n}.dump`), join(dir, `${n}.dcm`)]);
        if (code !== 0) throw new Error(stderr);
        return join(dir, `${n}.dcm`);
      }),
    );
  };
  const datasetOf = (file: Buffer): Buffer => file.subarray(132 + 12 + file.readUInt32LE(140));

  describe('listening', () => {
    it('answers echoscu', async function () {
      if (!installed('echoscu')) this.skip();
      const { port, url } = await listen();
      expect(url).to.equal(`dicom://ASSAY@127.0.0.1:${port}`);
      expect((await program('echoscu', ['-aet', 'THEM', '-aec', 'ASSAY', '127.0.0.1', String(port)])).code).to.equal(0);
      const exchange = await bench.exchange(0);
      expect(exchange).to.deep.include({ protocol: 'dimse', transaction: 'C-ECHO', ended: 'complete' });
      expect(exchange.initiator.address).to.match(/^THEM@127\.0\.0\.1:\d+$/);
      expect(exchange.responder.address).to.equal(`ASSAY@127.0.0.1:${port}`);
    });

    it('rejects another AE title, and says which one was called', async function () {
      if (!installed('echoscu')) this.skip();
      const { port } = await listen();
      const { stderr } = await program('echoscu', ['-aec', 'OTHER', '127.0.0.1', String(port)]);
      expect(stderr).to.contain('Called AE Title Not Recognized');
      expect((await bench.exchange(0)).ended).to.equal('refused');
      await bench.problem(/"OTHER", expected "ASSAY"/);
    });

    it('keeps each data set as storescu sent it: charset, private tags, digits', async function () {
      if (!installed('storescu') || !installed('dump2dcm')) this.skip();
      const { port } = await listen();
      const files = await makeFiles(3);
      const { code, stderr } = await program('storescu', ['-aec', 'ASSAY', '-xe', '-pdu', '4096', '127.0.0.1', String(port), ...files], { env: { TCP_NODELAY: '1' } });
      expect(stderr + code).to.equal('0');
      const exchange = await bench.exchange(0);
      expect(exchange).to.deep.include({ transaction: 'C-STORE', ended: 'complete' });
      for (const [at, file] of files.entries()) {
        const sent = datasetOf(await readFile(file));
        expect((await bench.bytes(received[at]?.dataset)).equals(sent)).to.equal(true);
      }
      const instances = (await bench.events('dimse.instance')).map(data);
      expect(instances).to.have.length(3);
      expect(instances[0]).to.deep.include({ exchange: exchange.id, sopClass: CT, sopInstance: '2.25.100', study: '2.25.1', series: '2.25.2', transferSyntax: EXPLICIT, direction: 'received', status: 0 });
      expect((await bench.bytes(from(exchange, 'initiator'))).includes(Buffer.from('kept as it is'))).to.equal(true);
      // The reader of stored associations is another's code: it finds the same data sets in the raw bytes.
      const read = async (side: 'initiator' | 'responder') => [await bench.bytes(from(exchange, side))];
      const association = await readAssociation(Readable.from(await read('initiator')), Readable.from(await read('responder')));
      expect(association.problems).to.deep.equal([]);
      const datasets = association.commands.filter((command) => command.dataset).map((command) => createHash('sha256').update(command.dataset?.bytes ?? '').digest('hex'));
      expect(datasets).to.deep.equal(received.map((instance) => instance.dataset.sha256));
    });

    it('is reached over TLS, with a client certificate', async function () {
      if (!installed('openssl') || !installed('dump2dcm')) this.skip();
      const certificates = new Certificates();
      const far = await openBench();
      try {
        const ca = certificates.authority('CA');
        const { port } = await far.host.for('pacs').listenDimse({ actor: 'Image Manager', aeTitle: 'ASSAY', tls: { ...ca.issue('server'), ca: ca.cert, mutual: true } }, { store: async () => 0 });
        const files = await makeFiles(1);
        const { statuses, problem, exchange } = await bench.host.for('source').dialDimse({ to: `127.0.0.1:${port}`, calledAe: 'ASSAY', callingAe: 'SRC', actor: 'Image Source', files, tls: { ...ca.issue('client'), ca: ca.cert } });
        expect({ statuses, problem }).to.deep.equal({ statuses: { '2.25.100': 0 }, problem: undefined });
        expect(exchange.responder.tls?.chain).to.have.length.greaterThan(0);
        const theirs = await far.exchange(0);
        expect(theirs.initiator.tls?.chain).to.have.length.greaterThan(0);
        expect(theirs.messages.map((message) => message.raw)).to.deep.equal(exchange.messages.map((message) => message.raw));
      } finally {
        await far.close();
        await certificates.close();
      }
    });

    it('gives the status of its simulator, and its own where that one fails', async function () {
      if (!installed('storescu') || !installed('dump2dcm')) this.skip();
      const statuses = [0xa700, 'fail'];
      const { port } = await listen(async () => {
        const status = statuses.shift();
        if (typeof status !== 'number') throw new Error('disk on fire');
        return status;
      });
      const files = await makeFiles(2);
      await program('storescu', ['-aec', 'ASSAY', '-nh', '127.0.0.1', String(port), ...files], { env: { TCP_NODELAY: '1' } });
      await bench.exchange(0);
      expect((await bench.events('dimse.instance')).map((event) => data(event)['status'])).to.deep.equal([0xa700, 0x0110]);
      expect(JSON.stringify(await bench.events('incident'))).to.contain('disk on fire');
    });

    it('has data set and event on disk before the answer leaves', async function () {
      if (!installed('storescu') || !installed('dump2dcm')) this.skip();
      let release: () => void = () => undefined;
      const asked = new Promise<void>((resolve) => (release = resolve));
      let present: string[] = [];
      const { port } = await listen(async (instance) => {
        present = await readdir(join(bench.dir, 'evidence'));
        expect(present).to.include(instance.dataset.sha256);
        release();
        return 0;
      });
      const [file = ''] = await makeFiles(1);
      const sending = program('storescu', ['-aec', 'ASSAY', '127.0.0.1', String(port), file], { env: { TCP_NODELAY: '1' } });
      await asked;
      expect((await sending).code).to.equal(0);
    });
  });

  describe('hostile partners', () => {
    const request = (called = 'ASSAY', version = 1): Buffer => {
      const sub = (type: number, body: Buffer): Buffer => Buffer.concat([Buffer.from([type, 0, body.length >> 8, body.length & 255]), body]);
      const fixed = Buffer.alloc(68);
      fixed.writeUInt16BE(version, 0);
      fixed.write(called.padEnd(16), 4);
      fixed.write('THEM'.padEnd(16), 20);
      const context = sub(0x20, Buffer.concat([Buffer.from([1, 0, 0, 0]), sub(0x30, Buffer.from('1.2.840.10008.1.1')), sub(0x40, Buffer.from('1.2.840.10008.1.2'))]));
      const body = Buffer.concat([fixed, sub(0x10, Buffer.from('1.2.840.10008.3.1.1.1')), context, sub(0x50, sub(0x51, Buffer.from([0, 0, 64, 0])))]);
      const head = Buffer.alloc(6);
      head[0] = 1;
      head.writeUInt32BE(body.length, 2);
      return Buffer.concat([head, body]);
    };
    const pdu = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
    const ABORT = '0700000000040000';
    const cases: { title: string; send: (Buffer | string)[]; answer: RegExp; ended: string; why: RegExp }[] = [
      { title: 'an HTTP request', send: ['GET / HTTP/1.1\r\n\r\n'], answer: new RegExp(`^${ABORT}0201$`), ended: 'malformed', why: /HTTP request on a DICOM port/ },
      { title: 'a TLS ClientHello', send: [pdu('16 0301 00c8 01')], answer: new RegExp(`^${ABORT}0201$`), ended: 'malformed', why: /TLS ClientHello/ },
      { title: 'garbage', send: [pdu('ff fe fd')], answer: new RegExp(`^${ABORT}0201$`), ended: 'malformed', why: /0xff/ },
      { title: 'a release before any association', send: [pdu('05 00 00000004 00000000')], answer: new RegExp(`^${ABORT}0202$`), ended: 'malformed', why: /expected an A-ASSOCIATE-RQ, found A-RELEASE-RQ/ },
      { title: 'data before any association', send: [pdu('04 00 00000006 00000002 01 03')], answer: new RegExp(`^${ABORT}0202$`), ended: 'malformed', why: /found P-DATA-TF/ },
      { title: 'an association request of rubbish', send: [pdu('01 00 00000008 0001000000000000')], answer: new RegExp(`^${ABORT}0206$`), ended: 'malformed', why: /at least 74 bytes/ },
      { title: 'an association request with a broken item', send: [Buffer.concat([request().subarray(0, -1), Buffer.from([99])]).fill(0xff, 74, 80)], answer: new RegExp(`^${ABORT}0206$`), ended: 'malformed', why: /longer than the PDU/ },
      { title: 'protocol version 0', send: [request('ASSAY', 0)], answer: /^03000000000400010202$/, ended: 'refused', why: /protocol version 0/ },
      { title: 'a PDU of 4 GB', send: [pdu('01 00 ffffffff 0001')], answer: new RegExp(`^${ABORT}0206$`), ended: 'malformed', why: /at most/ },
      { title: 'a second association request', send: [request(), request()], answer: new RegExp(`${ABORT}0202$`), ended: 'malformed', why: /A-ASSOCIATE-RQ/ },
      { title: 'silence', send: [], answer: /^$/, ended: '', why: /no association request came within 0\.15 s/ },
      { title: 'half a request', send: [request().subarray(0, 20)], answer: /^$/, ended: 'timeout', why: /no association request came/ },
      { title: 'silence in an association', send: [request()], answer: new RegExp(`${ABORT}0200$`), ended: 'timeout', why: /no PDU came within an open association/ },
      { title: 'an abort', send: [request(), pdu(`${ABORT}0000`)], answer: /^(02|$)/, ended: '', why: /aborted|found A-ABORT|without/ },
    ];
    for (const { title, send, answer, ended, why } of cases) {
      it(title, async () => {
        const { port } = await listen();
        const got = await raw(port, send);
        expect(got.toString('hex')).to.match(answer);
        await bench.problem(why);
        if (ended) {
          const exchange = await bench.exchange(0);
          expect(exchange.ended).to.equal(ended);
          expect(await bench.bytes(from(exchange, 'initiator'))).to.deep.equal(Buffer.concat(send.map((piece) => Buffer.from(piece))));
        }
        // And the listener lives.
        expect((await raw(port, [request(), pdu('05 00 00000004 00000000')])).subarray(-10).toString('hex')).to.equal('06000000000400000000');
      });
    }

    it('aborts on data in a context that was not accepted, and on a data set without a command', async () => {
      const { port } = await listen();
      const negotiated = (...then: Buffer[]) => raw(port, [request(), ...then]);
      expect((await negotiated(pdu('04 00 00000006 00000002 03 03'))).toString('hex')).to.match(new RegExp(`${ABORT}0206$`));
      await bench.problem(/presentation context 3/);
      expect((await negotiated(pdu('04 00 00000008 00000004 01 02 0000'))).toString('hex')).to.match(new RegExp(`${ABORT}0202$`));
      await bench.problem(/without a command/);
    });

    it('stays quick for a new association while many sockets are silent', async () => {
      const { port } = await listen();
      const silent = Array.from({ length: 200 }, () => raw(port, []));
      const got = await raw(port, [request(), pdu('05 00 00000004 00000000')]);
      expect(got.subarray(-10).toString('hex')).to.equal('06000000000400000000');
      await Promise.all(silent);
    });
  });

  describe('dialling', () => {
    const storescp = async (...args: string[]): Promise<{ port: number; dir: string }> => {
      const dir = join(bench.dir, 'scp');
      await mkdir(dir);
      const port = await freePort();
      child = spawn('storescp', [...args, '-od', dir, String(port)], { stdio: 'ignore', env: { ...process.env, TCP_NODELAY: '1' } });
      for (let n = 0; n < 200; n += 1) {
        const { statuses } = await quiet.for('probe').dialDimse({ to: `127.0.0.1:${port}`, calledAe: 'X', callingAe: 'Y', actor: 'probe', files: [] });
        if (statuses['echo'] === 0) break;
      }
      return { port, dir };
    };
    let quiet: Bench['host'];
    let quietBench: Bench;
    beforeEach(async () => {
      quietBench = await openBench();
      quiet = quietBench.host;
    });
    afterEach(() => quietBench.close());

    const dial = (port: number, files: string[], timeoutMs = 5000) =>
      bench.host.for('pacs').dialDimse({ to: `127.0.0.1:${port}`, calledAe: 'THEM', callingAe: 'ASSAY', actor: 'Image Manager', files, timeoutMs });

    it('sends files byte for byte to storescp, in fragments of its size', async function () {
      if (!installed('storescp') || !installed('dump2dcm')) this.skip();
      const files = await makeFiles(3);
      const { port, dir } = await storescp('+xa', '+B', '-pdu', '4096');
      const { statuses, problem, exchange } = await dial(port, files);
      expect({ statuses, problem }).to.deep.equal({ statuses: { '2.25.100': 0, '2.25.101': 0, '2.25.102': 0 }, problem: undefined });
      expect(exchange).to.deep.include({ ended: 'complete', transaction: 'C-STORE' });
      expect(exchange.initiator).to.deep.include({ role: 'simulator', system: 'pacs' });
      const kept = await readdir(dir);
      expect(kept).to.have.length(3);
      for (const [at, file] of files.entries()) {
        const name = kept.find((one) => one.endsWith(`2.25.10${at}`)) ?? '';
        expect(datasetOf(await readFile(join(dir, name))).equals(datasetOf(await readFile(file)))).to.equal(true);
      }
      const sent = (await bench.events('dimse.instance')).map(data);
      expect(sent.map((one) => [one['direction'], one['status'], one['study']])).to.deep.equal(Array(3).fill(['sent', 0, '2.25.1']));
    });

    it('says in words what storescp refuses', async function () {
      if (!installed('storescp') || !installed('dump2dcm')) this.skip();
      const files = await makeFiles(1);
      const { port } = await storescp('+xi');
      const { statuses, problem } = await dial(port, files);
      expect(statuses).to.deep.equal({});
      expect(problem).to.match(/does not accept SOP class .* in transfer syntax 1\.2\.840\.10008\.1\.2\.1/);
    });

    const peer = async (behave: (socket: Socket) => void): Promise<number> => {
      server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => behave(socket));
      });
      await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      return typeof address === 'object' && address ? address.port : 0;
    };
    const failures: { title: string; behave: (socket: Socket) => void; ended: string; why: RegExp }[] = [
      { title: 'a rejection', behave: (socket) => socket.end(Buffer.from('03000000000400010107', 'hex')), ended: 'refused', why: /called AE title is not recognized/ },
      { title: 'an abort', behave: (socket) => socket.end(Buffer.from('07000000000400000202', 'hex')), ended: 'reset', why: /aborted the association.*unexpected PDU/ },
      { title: 'garbage', behave: (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), ended: 'malformed', why: /not DICOM/ },
      { title: 'silence', behave: () => undefined, ended: 'timeout', why: /did not come within 0\.2 s/ },
      { title: 'a close', behave: (socket) => socket.end(), ended: 'reset', why: /closed the connection/ },
      { title: 'an acceptance of rubbish', behave: (socket) => socket.write(Buffer.from('0200000000040000ffff', 'hex')), ended: 'malformed', why: /at least 74 bytes/ },
    ];
    for (const { title, behave, ended, why } of failures) {
      it(`meets ${title}`, async () => {
        const { exchange, problem, statuses } = await dial(await peer(behave), [], 200);
        expect(problem).to.match(why);
        expect(exchange.ended).to.equal(ended);
        expect(statuses).to.deep.equal({});
      });
    }

    it('meets a closed port', async () => {
      const { exchange, problem } = await dial(1, []);
      expect(problem).to.match(/connection refused/);
      expect(exchange).to.deep.include({ ended: 'refused', messages: [] });
    });

    it('names a file that cannot be sent', async () => {
      const file = join(bench.dir, 'x.dcm');
      await writeFile(file, 'no dicom');
      expect(await dial(1, [file]).then(() => '', (error: Error) => error.message)).to.match(/x\.dcm: expected a DICOM Part 10 file/);
    });

    it('records an association among its own simulators once', async function () {
      if (!installed('dump2dcm')) this.skip();
      const { port } = await listen();
      const files = await makeFiles(1);
      const { exchange, statuses } = await bench.host.for('source').dialDimse({ to: `127.0.0.1:${port}`, calledAe: 'ASSAY', callingAe: 'SRC', actor: 'Imaging Document Source', files });
      expect(statuses).to.deep.equal({ '2.25.100': 0 });
      expect(bench.exchanges).to.deep.equal([exchange]);
      expect(exchange.initiator).to.deep.include({ role: 'simulator', system: 'source' });
      expect(await bench.events('dimse.instance')).to.have.length(1);
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address ? address.port : 0;
}
