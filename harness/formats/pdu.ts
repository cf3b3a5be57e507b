/**
 * The DICOM upper layer's PDUs while octets stream by (PS3.8 chapter 9). A P-DATA-TF is never held: its values are handed on piece by piece.
 * Garbage and cut-off streams give problems; the reader then stays where it is and takes no more.
 */
import { note } from './headers.js';
import type { Problem } from './model.js';
import { type Associate, readAssociate } from './pdu-associate.js';

export type { Associate, PresentationContext } from './pdu-associate.js';

/** A PDU other than P-DATA-TF that is longer than this is not read: a hundred presentation contexts need a tenth. */
const PDU_CAP = 512 * 1024;

export type PduEvent = { offset: number } & (
  | { kind: 'associate-rq' | 'associate-ac'; associate: Associate }
  | { kind: 'associate-rj'; result: number; source: number; reason: number }
  | { kind: 'release-rq' | 'release-rp' }
  | { kind: 'abort'; source: number; reason: number }
  /** Octets of a presentation data value: a piece of a command or of a data set. `last`: the message's command or data set ends with them. */
  | { kind: 'pdv'; contextId: number; command: boolean; last: boolean; bytes: Buffer }
);

/** What PDU types are called, by type. */
export const PDU_NAMES: Record<number, string> = {
  1: 'A-ASSOCIATE-RQ',
  2: 'A-ASSOCIATE-AC',
  3: 'A-ASSOCIATE-RJ',
  4: 'P-DATA-TF',
  5: 'A-RELEASE-RQ',
  6: 'A-RELEASE-RP',
  7: 'A-ABORT',
};

/** One direction of one association. */
export class PduReader {
  /** Offsets count from the first octet of this direction. */
  readonly problems: Problem[] = [];
  private pending: Buffer = Buffer.alloc(0);
  /** Offset of the first octet of `pending`. */
  private base = 0;
  /** Octets that a whole PDU needs: until they are there, pieces wait without being copied again and again. */
  private needed = 0;
  private waiting: Buffer[] = [];
  private waitingSize = 0;
  /** Octets of the current P-DATA-TF that are still to come. */
  private inData = 0;
  /** The value that is being handed on. */
  private value?: { contextId: number; command: boolean; last: boolean; left: number };
  private dead = false;

  /** `maximumLength`: what this direction's receiver allowed; a longer P-DATA-TF is noted and read. */
  constructor(public maximumLength?: number) {}

  /** The stream cannot be read any further. */
  get stopped(): boolean {
    return this.dead;
  }

  /** Octets in, what they complete out. Pieces of values are views of `chunk`. */
  push(chunk: Uint8Array): PduEvent[] {
    if (this.dead) return [];
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.pending.length + this.waitingSize + bytes.length < this.needed) {
      this.waiting.push(Buffer.from(bytes));
      this.waitingSize += bytes.length;
      return [];
    }
    this.pending = this.pending.length + this.waitingSize === 0 ? bytes : Buffer.concat([this.pending, ...this.waiting, bytes]);
    this.waiting = [];
    this.waitingSize = 0;
    this.needed = 0;
    const events: PduEvent[] = [];
    while (!this.dead && this.step(events)) {
      // Each step takes something.
    }
    this.pending = this.dead ? Buffer.alloc(0) : Buffer.from(this.pending);
    return events;
  }

  /** No more will come. */
  finish(): void {
    if (this.dead) return;
    const left = this.pending.length + this.waitingSize;
    if (this.inData > 0 || left > 0) note(this.problems, 'pdu-truncated', 'The stream ends inside a PDU.', this.base + left);
    this.waiting = [];
    this.dead = true;
  }

  private take(count: number): Buffer {
    const taken = this.pending.subarray(0, count);
    this.pending = this.pending.subarray(count);
    this.base += count;
    return taken;
  }

  private stop(code: string, message: string, length: number): false {
    note(this.problems, code, message, this.base, length);
    this.dead = true;
    return false;
  }

  private step(events: PduEvent[]): boolean {
    if (this.value) return this.valueOctets(events, this.value);
    if (this.inData > 0) return this.valueHeader(events);
    if (this.pending.length < 6) return this.plausible();
    const type = this.pending[0] ?? 0;
    const length = this.pending.readUInt32BE(2);
    const name = PDU_NAMES[type];
    if (name === undefined) return this.stop('pdu-unknown-type', `${this.pending.toString('hex', 0, 6)} begins no PDU: types are 01H to 07H.`, 6);
    if (type === 4) {
      if (length < 6) return this.stop('pdu-data-too-short', `A P-DATA-TF of ${length} octets holds no presentation data value.`, 6);
      if (this.maximumLength && length > this.maximumLength) note(this.problems, 'pdu-longer-than-allowed', `A P-DATA-TF of ${length} octets; the receiver allowed ${this.maximumLength}.`, this.base, 6);
      this.take(6);
      this.inData = length;
      return true;
    }
    if (length > PDU_CAP) return this.stop('pdu-too-long', `${name} says it has ${length} octets: it is not read.`, 6);
    this.needed = 6 + length;
    if (this.pending.length < this.needed) return false;
    this.needed = 0;
    const offset = this.base;
    const body = Buffer.from(this.take(6 + length).subarray(6));
    this.whole(type, name, body, offset, events);
    return true;
  }

  /** A first octet that is no PDU type need not wait for five more. */
  private plausible(): boolean {
    const [type] = this.pending;
    return type === undefined || type in PDU_NAMES ? false : this.stop('pdu-unknown-type', `${this.pending.toString('hex')} begins no PDU: types are 01H to 07H.`, this.pending.length);
  }

  private whole(type: number, name: string, body: Buffer, offset: number, events: PduEvent[]): void {
    if (type === 1 || type === 2) {
      events.push({ kind: type === 1 ? 'associate-rq' : 'associate-ac', offset, associate: readAssociate(body, offset + 6, this.problems) });
      return;
    }
    if (body.length !== 4) note(this.problems, 'pdu-length', `${name} has 4 octets behind its length; ${body.length} were found.`, offset, 6);
    const [, first = 0, second = 0, third = 0] = body;
    if (type === 3) events.push({ kind: 'associate-rj', offset, result: first, source: second, reason: third });
    else if (type === 7) events.push({ kind: 'abort', offset, source: second, reason: third });
    else events.push({ kind: type === 5 ? 'release-rq' : 'release-rp', offset });
  }

  /** Length, context and message control header of one presentation data value (PS3.8 section 9.3.5.1, annex E.2). */
  private valueHeader(events: PduEvent[]): boolean {
    if (this.inData < 6) return this.stop('pdu-pdv-length', `${this.inData} octets are left in a P-DATA-TF: too few for a presentation data value.`, this.inData);
    if (this.pending.length < 6) return false;
    const length = this.pending.readUInt32BE(0);
    if (length < 2 || length + 4 > this.inData) return this.stop('pdu-pdv-length', `A presentation data value of ${length} octets; ${this.inData - 4} are left in its P-DATA-TF.`, 4);
    const contextId = this.pending[4] ?? 0;
    const control = this.pending[5] ?? 0;
    if (control > 3) note(this.problems, 'pdu-pdv-control', `Message control header ${control.toString(16)} has bits that are reserved.`, this.base + 5, 1);
    this.take(6);
    this.inData -= 6;
    this.value = { contextId, command: (control & 1) === 1, last: (control & 2) === 2, left: length - 2 };
    if (length === 2) this.valueOctets(events, this.value);
    return true;
  }

  private valueOctets(events: PduEvent[], value: { contextId: number; command: boolean; last: boolean; left: number }): boolean {
    if (value.left > 0 && this.pending.length === 0) return false;
    const offset = this.base;
    const bytes = this.take(Math.min(value.left, this.pending.length));
    value.left -= bytes.length;
    this.inData -= bytes.length;
    if (value.left === 0) delete this.value;
    events.push({ kind: 'pdv', offset, contextId: value.contextId, command: value.command, last: value.last && value.left === 0, bytes });
    return true;
  }
}
