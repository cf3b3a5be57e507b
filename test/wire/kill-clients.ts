/**
 * Foreign clients for the kill test: raw sockets, nothing of harness/. Each keeps a ledger of what it was told was received,
 * as the SHA-256 of the exact bytes: a whole HTTP request, or the data set of a C-STORE.
 */
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export class Ledger {
  readonly told: string[] = [];
  sent = 0;
  /** Called with each entry. */
  heard: () => void = () => undefined;

  add(sha: string): void {
    this.told.push(sha);
    this.heard();
  }
}
export type Random = () => number;

/** mulberry32: small, seeded, good enough to choose moments. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Reads as much as is wanted at a time; undefined: the connection is gone. */
class Reader {
  readonly #socket: Socket;
  #held = Buffer.alloc(0);
  #gone = false;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#held = Buffer.concat([this.#held, chunk]);
      this.#wake();
    });
    const gone = (): void => {
      this.#gone = true;
      this.#wake();
    };
    socket.on('error', gone).on('close', gone);
  }

  async until(end: (held: Buffer) => number): Promise<Buffer | undefined> {
    for (;;) {
      const at = end(this.#held);
      if (at > 0) {
        const found = this.#held.subarray(0, at);
        this.#held = this.#held.subarray(at);
        return found;
      }
      if (this.#gone) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** POSTs over one connection, one after the other, until the connection breaks. */
export async function submit(port: number, ledger: Ledger, random: Random): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const reader = new Reader(socket);
  for (;;) {
    const body = Buffer.alloc(1 + Math.floor(random() * (random() < 0.2 ? 200_000 : 2_000)), `${(ledger.sent += 1)} ${random()} `);
    const request = Buffer.concat([Buffer.from(`POST /xds HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n`), body]);
    socket.write(request);
    const answer = await reader.until((held) => held.indexOf('\r\n\r\nreceived') + 1 && held.indexOf('\r\n\r\nreceived') + 12);
    if (!answer) break;
    if (!answer.toString('latin1').startsWith('HTTP/1.1 200')) throw new Error(`expected 200, found ${answer.toString('latin1').slice(0, 60)}`);
    ledger.add(sha256(request));
  }
  reader.close();
}

/** C-STOREs over one association, one after the other, until the connection breaks. */
export async function store(port: number, ledger: Ledger, random: Random): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const reader = new Reader(socket);
  const pdu = (held: Buffer): number => (held.length >= 6 && held.length >= 6 + held.readUInt32BE(2) ? 6 + held.readUInt32BE(2) : 0);
  socket.write(associate());
  if (!(await reader.until(pdu))) return reader.close();
  for (let message = 1; ; message = (message % 65535) + 1) {
    const uid = `2.25.${(ledger.sent += 1)}.${Math.floor(random() * 1e9)}`;
    const dataset = Buffer.concat([element('080016', 'UI', CT), element('080018', 'UI', uid), element('20000d', 'UI', '2.25.1'), element('e07f10', 'OW', Buffer.alloc(2 * Math.floor(random() * 20_000), uid))]);
    socket.write(value(3, command([[0x0002, text(CT)], [0x0100, us(1)], [0x0110, us(message)], [0x0700, us(0)], [0x0800, us(1)], [0x1000, text(uid)]])));
    for (let at = 0; at < dataset.length; at += 16_000) socket.write(value(at + 16_000 >= dataset.length ? 2 : 0, dataset.subarray(at, at + 16_000)));
    const answer = await reader.until(pdu);
    if (!answer) break;
    const status = answer.lastIndexOf(Buffer.from([0, 0, 0, 9, 2, 0, 0, 0]));
    if (status < 0 || answer.readUInt16LE(status + 8) !== 0) throw new Error('expected a C-STORE-RSP with status 0000');
    ledger.add(sha256(dataset));
  }
  reader.close();
}

const CT = '1.2.840.10008.5.1.4.1.1.2';
const even = (bytes: Buffer): Buffer => (bytes.length % 2 ? Buffer.concat([bytes, Buffer.alloc(1)]) : bytes);
const text = (value: string): Buffer => even(Buffer.from(value, 'latin1'));
const us = (value: number): Buffer => Buffer.from([value & 255, value >> 8]);
const u32be = (value: number): Buffer => Buffer.from([value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
const u32le = (value: number): Buffer => u32be(value).reverse();
const item = (type: number, body: Buffer): Buffer => Buffer.concat([Buffer.from([type, 0, body.length >> 8, body.length & 255]), body]);
const value = (control: number, bytes: Buffer): Buffer => Buffer.concat([Buffer.from([4, 0]), u32be(bytes.length + 6), u32be(bytes.length + 2), Buffer.from([1, control]), bytes]);

function command(elements: [number, Buffer][]): Buffer {
  const body = Buffer.concat(elements.map(([number, bytes]) => Buffer.concat([Buffer.from([0, 0]), us(number), u32le(bytes.length), bytes])));
  return Buffer.concat([Buffer.from([0, 0, 0, 0]), u32le(4), u32le(body.length), body]);
}

/** Explicit VR little endian; `tag` is group (little endian, without its last byte's zero) and element in short. */
function element(tag: string, vr: string, content: string | Buffer): Buffer {
  const bytes = typeof content === 'string' ? text(content) : content;
  const [a = 0, b = 0, c = 0] = Buffer.from(tag, 'hex');
  const head = tag === 'e07f10' ? Buffer.from([a, b, c, 0]) : Buffer.from([a, 0, c, 0]);
  return Buffer.concat([head, Buffer.from(vr), vr === 'OW' ? Buffer.concat([us(0), u32le(bytes.length)]) : us(bytes.length), bytes]);
}

function associate(): Buffer {
  const fixed = Buffer.alloc(68);
  fixed[1] = 1;
  fixed.write('ASSAY'.padEnd(16), 4);
  fixed.write('LEDGER'.padEnd(16), 20);
  const context = item(0x20, Buffer.concat([Buffer.from([1, 0, 0, 0]), item(0x30, Buffer.from(CT)), item(0x40, Buffer.from('1.2.840.10008.1.2.1'))]));
  const body = Buffer.concat([fixed, item(0x10, Buffer.from('1.2.840.10008.3.1.1.1')), context, item(0x50, item(0x51, u32be(16384)))]);
  return Buffer.concat([Buffer.from([1, 0]), u32be(body.length), body]);
}
