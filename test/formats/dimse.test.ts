import { expect } from 'chai';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDicom } from '../../harness/formats/dicom.js';
import { type DatasetSink, PduReader, PdvReassembler, readAssociation } from '../../harness/formats/dimse.js';
import { bytesOf, randomOf } from './support.js';

async function* pieces(bytes: Uint8Array, size = 65536): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const u32 = (value: number): Buffer => Buffer.from([value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
const item = (type: number, ...content: (string | Uint8Array)[]): Buffer => {
  const body = bytesOf(...content);
  return bytesOf(Buffer.from([type, 0]), u16(body.length), body);
};
const pdu = (type: number, ...content: (string | Uint8Array)[]): Buffer => {
  const body = bytesOf(...content);
  return bytesOf(Buffer.from([type, 0]), u32(body.length), body);
};
const pdv = (contextId: number, control: number, body: Uint8Array): Buffer => bytesOf(u32(body.length + 2), Buffer.from([contextId, control]), body);
const implicit = (tag: number, value: string | Uint8Array): Buffer => {
  const bytes = bytesOf(value);
  const head = Buffer.alloc(8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.writeUInt32LE(bytes.length, 4);
  return bytesOf(head, bytes);
};
const le = (value: number): Buffer => Buffer.from([value & 255, value >> 8]);
const storeRequest = bytesOf(
  implicit(0x00000002, '1.2.840.10008.5.1.4.1.1.2\0'),
  implicit(0x00000100, le(1)),
  implicit(0x00000110, le(7)),
  implicit(0x00000700, le(0)),
  implicit(0x00000800, le(1)),
  implicit(0x00001000, '1.2.3.4\0'),
);
const associate = (type: number, contexts: Uint8Array): Buffer =>
  pdu(type, u16(1), u16(0), 'CALLED'.padEnd(16), 'CALLING'.padEnd(16), Buffer.alloc(32), item(0x10, '1.2.840.10008.3.1.1.1'), contexts, item(0x50, item(0x51, u32(16384)), item(0x52, '1.2.3'), item(0x99, 'x')));
const request = associate(1, item(0x20, Buffer.from([1, 0, 0, 0]), item(0x30, '1.2.840.10008.5.1.4.1.1.2'), item(0x40, '1.2.840.10008.1.2'), item(0x40, '1.2.840.10008.1.2.1')));
const acceptance = associate(2, item(0x21, Buffer.from([1, 0, 0, 0]), item(0x40, '1.2.840.10008.1.2.1')));
const dataset = bytesOf('0123456789abcdef'.repeat(100));
const initiator = bytesOf(
  request,
  pdu(4, pdv(1, 1, storeRequest.subarray(0, 20)), pdv(1, 3, storeRequest.subarray(20))),
  pdu(4, pdv(1, 0, dataset.subarray(0, 1000))),
  pdu(4, pdv(1, 0, Buffer.alloc(0)), pdv(1, 2, dataset.subarray(1000))),
  pdu(5, u32(0)),
);
const responder = bytesOf(acceptance, pdu(4, pdv(1, 3, bytesOf(implicit(0x00000100, le(0x8001)), implicit(0x00000120, le(7)), implicit(0x00000800, le(0x0101)), implicit(0x00000900, le(0))))), pdu(6, u32(0)));

describe('DIMSE', () => {
  for (const size of [1, 5, 65536]) {
    it(`reads an association, ${size} bytes at a time`, async () => {
      const read = await readAssociation(pieces(initiator, size), pieces(responder, size));
      expect(read.problems).to.deep.equal([]);
      expect(read).to.include({ calledAe: 'CALLED', callingAe: 'CALLING', accepted: true });
      expect(read.presentationContexts).to.deep.equal([
        { id: 1, abstractSyntax: '1.2.840.10008.5.1.4.1.1.2', transferSyntaxes: ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'], result: 0, accepted: '1.2.840.10008.1.2.1' },
      ]);
      const [store, answer] = read.commands;
      expect(store?.fields).to.include({ CommandField: 1, MessageID: 7, AffectedSOPInstanceUID: '1.2.3.4' });
      expect(store?.dataset?.bytes).to.deep.equal(dataset);
      expect(store?.dataset?.transferSyntax).to.equal('1.2.840.10008.1.2.1');
      expect(answer).to.deep.include({ messageId: 7, from: 'responder' });
      expect(answer?.fields['Status']).to.equal(0);
    });
  }

  it('says what is wrong with garbage, and reads no further', () => {
    for (const [bytes, code] of [
      ['GET / HTTP/1.1\r\n\r\n', 'pdu-unknown-type'],
      [Buffer.from([9]), 'pdu-unknown-type'],
      [bytesOf(Buffer.from([1, 0]), u32(0x7fffffff)), 'pdu-too-long'],
      [pdu(1, 'short'), 'pdu-too-short'],
      [pdu(4, u32(100), Buffer.alloc(10)), 'pdu-pdv-length'],
      [pdu(4), 'pdu-data-too-short'],
      [request.subarray(0, 50), 'pdu-truncated'],
      [bytesOf(request.subarray(0, -3), Buffer.from([0, 99, 120])), 'pdu-item-length'],
    ] as const) {
      const reader = new PduReader();
      reader.push(bytesOf(bytes));
      reader.finish();
      expect(reader.problems[0]?.code).to.equal(code);
      expect(reader.push(request)).to.deep.equal([]);
    }
  });

  it('holds no instance in memory, and waits for who takes it', async () => {
    const reader = new PduReader();
    let octets = 0;
    let largest = 0;
    let inWrite = 0;
    let ended: boolean | undefined;
    const sink: DatasetSink = {
      async write(bytes) {
        expect(++inWrite).to.equal(1);
        await Promise.resolve();
        octets += bytes.length;
        largest = Math.max(largest, bytes.length);
        inWrite--;
      },
      end(complete) {
        ended = complete;
      },
    };
    const reassembler = new PdvReassembler({ command: () => undefined, dataset: () => sink });
    const block = Buffer.alloc(65536);
    const send = async (bytes: Uint8Array): Promise<void> => {
      for (const event of reader.push(bytes)) if (event.kind === 'pdv') await reassembler.push(event);
    };
    await send(pdu(4, pdv(1, 3, storeRequest)));
    // One P-DATA-TF of a gigabyte, as a peer without a maximum length may send it.
    const size = 1 << 30;
    await send(bytesOf(Buffer.from([4, 0]), u32(size + 6), u32(size + 2), Buffer.from([1, 2])));
    for (let sent = 0; sent < size; sent += block.length) await send(block);
    expect(octets).to.equal(size);
    expect(largest).to.be.at.most(65536);
    expect(ended).to.equal(true);
    expect([...reader.problems, ...reassembler.problems]).to.deep.equal([]);
  });

  it('notes a data set that is cut off, and one without a command', async () => {
    const cut = await readAssociation(pieces(initiator.subarray(0, -400)), pieces(responder));
    expect(cut.problems.map((problem) => problem.code)).to.include('dimse-truncated');
    expect(cut.commands[0]?.dataset).to.equal(undefined);
    const loose = await readAssociation(pieces(bytesOf(request, pdu(4, pdv(3, 2, dataset)))), pieces(responder));
    expect(loose.problems.map((problem) => problem.code)).to.include('dimse-no-command');
    expect((await readAssociation(pieces(initiator), pieces(Buffer.alloc(0)))).accepted).to.equal(false);
  });

  it('never throws on mutated streams', async () => {
    const random = randomOf(20261124);
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.from(random() < 0.7 ? initiator : responder);
      for (let edits = 1 + Math.floor(random() * 6); edits > 0; edits--) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const read = await readAssociation(pieces(bytes, 1 + Math.floor(random() * 300)), pieces(responder));
      for (const problem of read.problems) expect(problem.offset).to.be.within(0, bytes.length);
    }
  });

  it('reads what storescu and storescp say to each other, byte for byte', async function () {
    const tools = ['storescu', 'storescp', 'dump2dcm'];
    if (tools.some((tool) => spawnSync(tool, ['--version']).error)) this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'assay-formats-'));
    const scp = spawn('storescp', ['--bit-preserving', '-od', folder, String(await freePort())], { stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      writeFileSync(join(folder, 'in.txt'), '(0008,0016) UI =SecondaryCaptureImageStorage\n(0008,0018) UI [1.2.3.4.5]\n(0010,0010) PN [Doe^Jane]\n(0020,000d) UI [1.2.3]\n(0020,000e) UI [1.2.3.4]\n');
      spawnSync('dump2dcm', [join(folder, 'in.txt'), join(folder, 'in.dcm')]);
      const port = Number(scp.spawnargs.at(-1));
      await listening(port);
      const sent: Buffer[] = [];
      const answered: Buffer[] = [];
      const tee = createServer((client) => {
        const server = connect(port, '127.0.0.1');
        client.on('data', (bytes: Buffer) => sent.push(bytes)).pipe(server);
        server.on('data', (bytes: Buffer) => answered.push(bytes)).pipe(client);
        client.on('error', () => server.destroy());
        server.on('error', () => client.destroy());
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => tee.once('listening', resolve));
      await new Promise((resolve) => execFile('storescu', ['127.0.0.1', String((tee.address() as AddressInfo).port), join(folder, 'in.dcm')], { env: { ...process.env, TCP_NODELAY: '1' } }, resolve));
      await new Promise((resolve) => tee.close(resolve));
      const read = await readAssociation(pieces(Buffer.concat(sent)), pieces(Buffer.concat(answered)));
      expect(read.problems).to.deep.equal([]);
      expect(read.commands.map((command) => command.fields['CommandField'])).to.deep.equal([1, 0x8001]);
      expect(read.commands[1]?.fields['Status']).to.equal(0);
      const { dataset: stored } = read.commands[0] ?? {};
      const object = parseDicom(stored?.bytes ?? Buffer.alloc(0), { transferSyntax: stored?.transferSyntax ?? '' });
      expect(object.problems).to.deep.equal([]);
      expect(object.dataset.text('00080018')).to.equal('1.2.3.4.5');
      const kept = readdirSync(folder).find((name) => name.startsWith('SC.'));
      const file = parseDicom(readFileSync(join(folder, kept ?? '')));
      expect(readFileSync(join(folder, kept ?? '')).subarray(file.dataset.offset)).to.deep.equal(stored?.bytes);
    } finally {
      scp.kill();
      rmSync(folder, { recursive: true });
    }
  });
});

/** A port that was free a moment ago: storescp takes none by itself. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves once something accepts connections there. */
async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`nothing listens on port ${port}`);
}
