/** Reads data elements, items and fragments (PS3.5 chapter 7 and annex A). Iterates over elements, recurses into items up to a cap. */
import { type ByteSource, ParsedDataset, ParsedElement, tagName, UNDEFINED_LENGTH } from './dicom-dataset.js';
import { dictionaryVr } from './dicom-dictionary.js';
import { note } from './headers.js';
import type { Problem } from './model.js';

const DEPTH_CAP = 64;
const ELEMENTS_CAP = 500_000;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const PIXEL_DATA = 0x7fe00010;

/** VRs by their two octets as a number: the name, and whether the length has 32 bits behind two reserved octets (PS3.5 table 7.1-1). */
const VRS: ({ name: string; long: boolean } | undefined)[] = [];
for (const name of 'AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US'.split(' ')) VRS[code(name)] = { name, long: false };
for (const name of 'OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' ')) VRS[code(name)] = { name, long: true };

function code(vr: string): number {
  return (vr.charCodeAt(0) - 65) * 26 + vr.charCodeAt(1) - 65;
}

export interface Encoding {
  explicit: boolean;
}

export class DicomReader {
  private readonly bytes: Buffer;
  private readonly bigEndian: boolean;
  private depth = 0;
  private count = 0;
  private stopped = false;

  /** `total`: where the object ends, which may be beyond the octets that are at hand. */
  constructor(
    private readonly source: ByteSource,
    private explicit: boolean,
    private readonly total: number,
    private readonly problems: Problem[],
  ) {
    this.bytes = source.bytes;
    this.bigEndian = source.bigEndian;
  }

  /** Group 0002, always explicit VR little endian. */
  readMeta(from: number): { dataset: ParsedDataset; end: number } {
    const dataset = new ParsedDataset(from);
    let at = from;
    while (at + 8 <= this.bytes.length && this.u16(at) === 2 && !this.stopped) at = this.element(dataset, at, this.total);
    return { dataset, end: Math.min(at, this.bytes.length) };
  }

  readDataset(from: number): ParsedDataset {
    const dataset = new ParsedDataset(from);
    this.elements(dataset, from, this.total, false);
    return dataset;
  }

  private u16(at: number): number {
    const { bytes } = this;
    return this.bigEndian ? ((bytes[at] as number) << 8) | (bytes[at + 1] as number) : (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  }

  private u32(at: number): number {
    return this.bigEndian ? this.u16(at) * 0x10000 + this.u16(at + 2) : this.u16(at + 2) * 0x10000 + this.u16(at);
  }

  private stop(codeName: string, message: string, offset: number, length = 0): number {
    if (!this.stopped) note(this.problems, codeName, message, offset, length);
    this.stopped = true;
    return this.bytes.length;
  }

  /** Octets run out at `at`: a problem, unless the object goes on beyond what is at hand. */
  private short(at: number): number {
    if (this.bytes.length < this.total) {
      this.stopped = true;
      return this.bytes.length;
    }
    return this.stop('dicom-truncated', 'The object ends inside a data element.', Math.min(at, this.bytes.length), Math.max(0, this.bytes.length - at));
  }

  /** Elements up to `end`, or to the item delimiter where `delimited`. Gives the place behind. */
  private elements(dataset: ParsedDataset, from: number, end: number, delimited: boolean): number {
    let at = from;
    let last = -1;
    while (!this.stopped && at < end) {
      if (at + 8 > Math.min(end, this.bytes.length)) return this.short(at);
      const tag = this.u16(at) * 0x10000 + this.u16(at + 2);
      if (tag === ITEM_END || tag === SEQUENCE_END || tag === ITEM) {
        if (tag === ITEM_END && delimited) return at + 8;
        if (tag === SEQUENCE_END && delimited) {
          note(this.problems, 'dicom-item-not-closed', 'A sequence ends where an item delimiter was expected.', at, 8);
          return at;
        }
        return this.stop('dicom-misplaced-delimiter', `(${tagName(tag).slice(0, 4)},${tagName(tag).slice(4)}) stands among data elements.`, at, 8);
      }
      if (tag <= last) note(this.problems, 'dicom-tag-order', `(${tagName(tag).slice(0, 4)},${tagName(tag).slice(4)}) is not in ascending order.`, at, 4);
      last = tag;
      at = this.element(dataset, at, end);
    }
    if (delimited && !this.stopped) note(this.problems, 'dicom-item-not-closed', 'An item of undefined length ends without its delimiter.', at);
    return at;
  }

  private element(dataset: ParsedDataset, at: number, end: number): number {
    if (++this.count > ELEMENTS_CAP) return this.stop('dicom-too-large', `More than ${ELEMENTS_CAP} data elements: the rest is not read.`, at);
    const tag = this.u16(at) * 0x10000 + this.u16(at + 2);
    let vr: string;
    let length: number;
    let valueOffset = at + 8;
    if (this.explicit) {
      const first = this.bytes[at + 4] as number;
      const second = this.bytes[at + 5] as number;
      if (first < 65 || first > 90 || second < 65 || second > 90) {
        const octets = this.bytes.toString('hex', at + 4, at + 6);
        return this.stop('dicom-bad-vr', `The octets ${octets} are no value representation.`, at + 4, 2);
      }
      const known = VRS[(first - 65) * 26 + second - 65];
      if (!known) note(this.problems, 'dicom-unknown-vr', `Value representation ${String.fromCharCode(first, second)} is not known.`, at + 4, 2);
      vr = known?.name ?? String.fromCharCode(first, second);
      if (known && !known.long) length = this.u16(at + 6);
      else {
        if (at + 12 > this.bytes.length) return this.short(at);
        length = this.u32(at + 8);
        valueOffset = at + 12;
      }
    } else {
      vr = dictionaryVr(tag);
      length = this.u32(at + 4);
      if (tag === PIXEL_DATA) vr = 'OW';
    }
    if (length === UNDEFINED_LENGTH) return this.undefinedLength(dataset, tag, vr, at, valueOffset, end);
    if (length % 2 === 1) note(this.problems, 'dicom-odd-length', `The value has ${length} octets; an even number was expected.`, at, valueOffset - at);
    const valueEnd = valueOffset + length;
    const element = new ParsedElement(this.source, dataset, tag, vr, at, valueOffset, length);
    dataset.elements.push(element);
    if (valueEnd > end) {
      if (vr !== 'SQ') return this.stop('dicom-truncated', `The value has ${length} octets, ${Math.max(0, end - valueOffset)} are left.`, at, valueOffset - at);
      note(this.problems, 'dicom-truncated', `The sequence has ${length} octets, ${Math.max(0, end - valueOffset)} are left.`, at, valueOffset - at);
    }
    if (vr === 'SQ') {
      element.items = [];
      return this.sequence(element, valueOffset, Math.min(valueEnd, end), false);
    }
    return valueEnd;
  }

  private undefinedLength(dataset: ParsedDataset, tag: number, vr: string, at: number, valueOffset: number, end: number): number {
    const element = new ParsedElement(this.source, dataset, tag, vr, at, valueOffset, UNDEFINED_LENGTH);
    dataset.elements.push(element);
    if (tag === PIXEL_DATA && vr !== 'SQ') return this.fragments(element, valueOffset, end);
    if (vr !== 'SQ' && vr !== 'UN') {
      note(this.problems, 'dicom-undefined-length', `A value of VR ${vr} has undefined length; only sequences and encapsulated pixel data may.`, at, valueOffset - at);
    }
    element.items = [];
    // UN of undefined length holds items in implicit VR little endian (PS3.5 section 6.2.2).
    const { explicit } = this;
    if (vr === 'UN') this.explicit = false;
    const behind = this.sequence(element, valueOffset, end, true);
    this.explicit = explicit;
    return behind;
  }

  private sequence(element: ParsedElement, from: number, end: number, delimited: boolean): number {
    if (this.depth >= DEPTH_CAP) return this.stop('dicom-too-deep', `More than ${DEPTH_CAP} sequences within each other: the rest is not read.`, from);
    this.depth++;
    let at = from;
    while (!this.stopped && at < end) {
      if (at + 8 > Math.min(end, this.bytes.length)) {
        at = this.short(at);
        break;
      }
      const tag = this.u16(at) * 0x10000 + this.u16(at + 2);
      const length = this.u32(at + 4);
      if (tag === SEQUENCE_END) {
        this.depth--;
        if (!delimited) note(this.problems, 'dicom-misplaced-delimiter', 'A sequence delimiter in a sequence of defined length.', at, 8);
        return at + 8;
      }
      if (tag !== ITEM) {
        at = this.stop('dicom-no-item', `An item was expected, (${tagName(tag).slice(0, 4)},${tagName(tag).slice(4)}) was found.`, at, 8);
        break;
      }
      const item = new ParsedDataset(at, element, (element.items?.length ?? 0) + 1);
      element.items?.push(item);
      if (++this.count > ELEMENTS_CAP) at = this.stop('dicom-too-large', `More than ${ELEMENTS_CAP} data elements: the rest is not read.`, at);
      else if (length === UNDEFINED_LENGTH) at = this.elements(item, at + 8, end, true);
      else {
        const itemEnd = at + 8 + length;
        if (itemEnd > end) note(this.problems, 'dicom-truncated', `The item has ${length} octets, ${end - at - 8} are left.`, at, 8);
        this.elements(item, at + 8, Math.min(itemEnd, end), false);
        at = itemEnd;
      }
    }
    this.depth--;
    if (delimited && !this.stopped) note(this.problems, 'dicom-sequence-not-closed', 'A sequence of undefined length ends without its delimiter.', Math.min(at, this.bytes.length));
    return Math.min(at, end);
  }

  /** Encapsulated pixel data: the offset table, then fragments (PS3.5 section A.4). */
  private fragments(element: ParsedElement, from: number, end: number): number {
    element.fragments = [];
    let at = from;
    for (let index = 0; at < end; index++) {
      if (at + 8 > this.bytes.length) return this.short(at);
      const tag = this.u16(at) * 0x10000 + this.u16(at + 2);
      const length = this.u32(at + 4);
      if (tag === SEQUENCE_END) return at + 8;
      if (tag !== ITEM || length === UNDEFINED_LENGTH) return this.stop('dicom-bad-fragment', 'A fragment of defined length was expected in encapsulated pixel data.', at, 8);
      if (++this.count > ELEMENTS_CAP) return this.stop('dicom-too-large', `More than ${ELEMENTS_CAP} data elements and fragments: the rest is not read.`, at);
      if (index > 0) element.fragments.push({ offset: at + 8, length });
      at += 8 + length;
      if (at > end) return this.stop('dicom-truncated', `The fragment has ${length} octets, ${Math.max(0, end - (at - length))} are left.`, at - length - 8, 8);
    }
    note(this.problems, 'dicom-sequence-not-closed', 'Encapsulated pixel data ends without its delimiter.', Math.min(at, this.bytes.length));
    return at;
  }
}
