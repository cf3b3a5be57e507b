/** PDUs of the DICOM upper layer (PS3.8 section 9.3): framing, reading and writing, for evidence and for a client of our own. */

export const PDU = { associateRq: 1, associateAc: 2, associateRj: 3, data: 4, releaseRq: 5, releaseRp: 6, abort: 7 } as const;

export interface Pdu {
  type: number;
  /** Whole, with its six header bytes. */
  bytes: Buffer;
}
export interface PresentationContext {
  id: number;
  abstractSyntax: string;
  /** Proposed; in an acceptance, the one accepted. */
  transferSyntaxes: string[];
  /** Of an acceptance: 0 is accepted. */
  result: number;
}
export interface Associate {
  protocolVersion: number;
  calledAe: string;
  callingAe: string;
  contexts: PresentationContext[];
  /** 0: no limit. */
  maxPdu: number;
}
export interface Pdv {
  context: number;
  command: boolean;
  last: boolean;
  bytes: Buffer;
}

/** A PDU that cannot be; `reason` is the one of an A-ABORT by the provider (PS3.8 table 9-26). */
export class PduError extends Error {
  readonly reason: number;

  constructor(what: string, reason: number) {
    super(what);
    this.reason = reason;
  }
}
export const ABORT = { notSpecified: 0, unrecognizedPdu: 1, unexpectedPdu: 2, invalidParameter: 6 } as const;

const CONTROL_CAP = 1024 * 1024;
const DATA_CAP = 16 * 1024 * 1024;
const DICOM_APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';
const IMPLEMENTATION_CLASS = '2.25.210917482213184236180327467190523489015';

/** Cuts a stream into PDUs. Memory is one PDU, and what a length field claims is not believed beyond a cap. */
export class PduFramer {
  #held: Buffer[] = [];
  #heldBytes = 0;

  *push(chunk: Buffer): Iterable<Pdu> {
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    for (;;) {
      const wanted = this.#wanted();
      if (this.#heldBytes < wanted) return;
      const bytes = this.#join().subarray(0, wanted);
      this.#take(wanted);
      yield { type: bytes[0] ?? 0, bytes };
    }
  }

  /** Bytes of a PDU that has begun and not ended. */
  get pending(): number {
    return this.#heldBytes;
  }

  /** Bytes needed for the next step; refuses at the first byte what is no PDU. */
  #wanted(): number {
    const first = this.#held[0];
    if (!first || this.#heldBytes === 0) return 6;
    const type = first[0] ?? 0;
    if (type < 1 || type > 7) throw new PduError(`expected a DICOM PDU (types 1 to 7), found a byte 0x${type.toString(16).padStart(2, '0')}${meant(first)}`, ABORT.unrecognizedPdu);
    if (this.#heldBytes < 6) return 6;
    const head = first.length >= 6 ? first : this.#join();
    const length = head.readUInt32BE(2);
    const cap = type === PDU.data ? DATA_CAP : CONTROL_CAP;
    if (length > cap) throw new PduError(`expected a PDU of at most ${cap} bytes, found a length of ${length}`, ABORT.invalidParameter);
    return 6 + length;
  }

  #join(): Buffer {
    const all = this.#held.length === 1 && this.#held[0] ? this.#held[0] : Buffer.concat(this.#held);
    this.#held = [all];
    return all;
  }

  #take(bytes: number): void {
    const rest = this.#join().subarray(bytes);
    this.#held = rest.length > 0 ? [rest] : [];
    this.#heldBytes = rest.length;
  }
}

function meant(bytes: Buffer): string {
  if (bytes[0] === 0x16 && (bytes[1] ?? 3) === 3) return ' (a TLS ClientHello on a plain DICOM port)';
  if (/^(GET|POST|PUT|HEAD|OPTIONS|PRI) /.test(bytes.subarray(0, 8).toString('latin1'))) return ' (an HTTP request on a DICOM port)';
  return '';
}

// ── Reading ───────────────────────────────────────────────────────────────────

/** A-ASSOCIATE-RQ or -AC (PS3.8 tables 9-11 and 9-17). */
export function readAssociate(pdu: Buffer): Associate {
  if (pdu.length < 74) throw new PduError(`expected an association PDU of at least 74 bytes, found ${pdu.length}`, ABORT.invalidParameter);
  const found: Associate = { protocolVersion: pdu.readUInt16BE(6), calledAe: ascii(pdu.subarray(10, 26)), callingAe: ascii(pdu.subarray(26, 42)), contexts: [], maxPdu: 0 };
  for (const item of items(pdu.subarray(74))) {
    if (item.type === 0x20 || item.type === 0x21) found.contexts.push(readContext(item.bytes, item.type));
    if (item.type !== 0x50) continue;
    for (const sub of items(item.bytes)) if (sub.type === 0x51 && sub.bytes.length >= 4) found.maxPdu = sub.bytes.readUInt32BE(0);
  }
  return found;
}

function readContext(bytes: Buffer, type: number): PresentationContext {
  if (bytes.length < 4) throw new PduError('a presentation context item is too short', ABORT.invalidParameter);
  const context: PresentationContext = { id: bytes[0] ?? 0, abstractSyntax: '', transferSyntaxes: [], result: type === 0x21 ? (bytes[2] ?? 0) : 0 };
  for (const sub of items(bytes.subarray(4))) {
    if (sub.type === 0x30) context.abstractSyntax = ascii(sub.bytes);
    if (sub.type === 0x40) context.transferSyntaxes.push(ascii(sub.bytes));
  }
  return context;
}

function* items(bytes: Buffer): Iterable<{ type: number; bytes: Buffer }> {
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length || at + 4 + bytes.readUInt16BE(at + 2) > bytes.length) throw new PduError('an item of the association PDU is longer than the PDU', ABORT.invalidParameter);
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    yield { type: bytes[at] ?? 0, bytes: bytes.subarray(at + 4, end) };
    at = end;
  }
}

/** Padding is a space in AE titles, a zero byte in UIDs of careless writers. */
const ascii = (bytes: Buffer): string => bytes.toString('latin1').replace(/\0+$/, '').trim();

/** The presentation data values of a P-DATA-TF (PS3.8 section 9.3.5). */
export function readPdvs(pdu: Buffer): Pdv[] {
  const found: Pdv[] = [];
  for (let at = 6; at < pdu.length; ) {
    const length = at + 4 <= pdu.length ? pdu.readUInt32BE(at) : -1;
    if (length < 2 || at + 4 + length > pdu.length) throw new PduError('a presentation data value is longer than its P-DATA PDU', ABORT.invalidParameter);
    const control = pdu[at + 5] ?? 0;
    found.push({ context: pdu[at + 4] ?? 0, command: (control & 1) === 1, last: (control & 2) === 2, bytes: pdu.subarray(at + 6, at + 4 + length) });
    at += 4 + length;
  }
  return found;
}

/** What a rejection means (PS3.8 table 9-21). */
export function rejection(pdu: Buffer): string {
  const [result = 0, source = 0, reason = 0] = pdu.subarray(7, 10);
  const reasons: Record<string, string> = {
    '1 1': 'no reason given',
    '1 2': 'the application context is not supported',
    '1 3': 'the calling AE title is not recognized: make ours known to the peer',
    '1 7': 'the called AE title is not recognized: check the AE title that was configured for it',
    '2 1': 'no reason given by its ACSE',
    '2 2': 'the protocol version is not supported',
    '3 1': 'temporary congestion',
    '3 2': 'a local limit is exceeded',
  };
  return `the association was rejected ${result === 2 ? 'for now' : 'for good'}: ${reasons[`${source} ${reason}`] ?? `source ${source}, reason ${reason}`}`;
}

/** What an abort means (PS3.8 table 9-26). */
export function abortion(pdu: Buffer): string {
  const [source = 0, reason = 0] = pdu.subarray(8, 10);
  if (source === 0) return 'the peer aborted the association (service user)';
  const reasons = ['no reason given', 'unrecognized PDU', 'unexpected PDU', 'reserved', 'unrecognized PDU parameter', 'unexpected PDU parameter', 'invalid PDU parameter value'];
  return `the peer aborted the association (service provider: ${reasons[reason] ?? `reason ${reason}`})`;
}

// ── Writing ───────────────────────────────────────────────────────────────────

function pdu(type: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(6);
  head[0] = type;
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}

function item(type: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(4);
  head[0] = type;
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

/** An A-ASSOCIATE-RQ. */
export function associateRequest(request: Omit<Associate, 'protocolVersion'>): Buffer {
  const fixed = Buffer.alloc(68);
  fixed.writeUInt16BE(1, 0);
  fixed.write(request.calledAe.padEnd(16), 4, 16, 'latin1');
  fixed.write(request.callingAe.padEnd(16), 20, 16, 'latin1');
  const maxPdu = Buffer.alloc(4);
  maxPdu.writeUInt32BE(request.maxPdu);
  const contexts = request.contexts.map(({ id, abstractSyntax, transferSyntaxes }) =>
    item(0x20, Buffer.from([id, 0, 0, 0]), item(0x30, Buffer.from(abstractSyntax)), ...transferSyntaxes.map((syntax) => item(0x40, Buffer.from(syntax)))),
  );
  const user = item(0x50, item(0x51, maxPdu), item(0x52, Buffer.from(IMPLEMENTATION_CLASS)), item(0x55, Buffer.from('ASSAY_1')));
  return pdu(PDU.associateRq, fixed, item(0x10, Buffer.from(DICOM_APPLICATION_CONTEXT)), ...contexts, user);
}

/** An A-ASSOCIATE-RJ: permanent; source 1 is the service user, 2 its ACSE. */
export const associateReject = (source: 1 | 2, reason: number): Buffer => pdu(PDU.associateRj, Buffer.from([0, 1, source, reason]));
export const releaseRequest = (): Buffer => pdu(PDU.releaseRq, Buffer.alloc(4));
export const releaseResponse = (): Buffer => pdu(PDU.releaseRp, Buffer.alloc(4));
/** An A-ABORT by the service provider. */
export const providerAbort = (reason: number): Buffer => pdu(PDU.abort, Buffer.from([0, 0, 2, reason]));
/** An A-ABORT by the service user. */
export const userAbort = (): Buffer => pdu(PDU.abort, Buffer.alloc(4));

/** A P-DATA-TF with one value. */
export function dataPdu(value: Pdv): Buffer {
  const head = Buffer.alloc(12);
  head[0] = PDU.data;
  head.writeUInt32BE(value.bytes.length + 6, 2);
  head.writeUInt32BE(value.bytes.length + 2, 6);
  head[10] = value.context;
  head[11] = (value.command ? 1 : 0) | (value.last ? 2 : 0);
  return Buffer.concat([head, value.bytes]);
}
