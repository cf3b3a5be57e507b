/**
 * Writes DICOM data sets and Part 10 files, explicit VR little endian, defined lengths (PS3.5 section 7, PS3.10 section 7).
 * Order is the caller's: `sorted` puts elements in order, and a fault may leave it out.
 */
import { vrOf } from './dicom-tags.js';

export type DicomValue = string | number | readonly (string | number)[] | Uint8Array | readonly DataSet[];
export interface DataElement {
  /** Eight upper-case hex digits. */
  tag: string;
  vr: string;
  value: DicomValue;
}
export type DataSet = DataElement[];

export const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
/** Made from a UUID, as PS3.5 annex B.2 allows who has no root of their own. */
export const IMPLEMENTATION_CLASS_UID = '2.25.219863391872309123764012837465918273645';
export const IMPLEMENTATION_VERSION_NAME = 'ASSAY_1';

/** VRs whose length field has four bytes, behind two reserved ones (PS3.5 table 7.1-1). */
const LONG_VRS = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const NUMBERS: Record<string, { size: number; write(view: DataView, at: number, value: number): void }> = {
  US: { size: 2, write: (v, at, n) => v.setUint16(at, n, true) },
  SS: { size: 2, write: (v, at, n) => v.setInt16(at, n, true) },
  UL: { size: 4, write: (v, at, n) => v.setUint32(at, n, true) },
  SL: { size: 4, write: (v, at, n) => v.setInt32(at, n, true) },
  FL: { size: 4, write: (v, at, n) => v.setFloat32(at, n, true) },
  FD: { size: 8, write: (v, at, n) => v.setFloat64(at, n, true) },
};

/** An element whose VR comes from the table of tags, unless given. */
export const element = (tag: string, value: DicomValue, vr: string = vrOf(tag)): DataElement => ({ tag, vr, value });

/** A data set from tag and value pairs, in ascending tag order; pairs whose value is undefined are left out. */
export function dataSet(values: Record<string, DicomValue | undefined>): DataSet {
  const elements = Object.entries(values).flatMap(([tag, value]) => (value === undefined ? [] : [element(tag, value)]));
  return sorted(elements);
}

export const sorted = (elements: DataSet): DataSet => elements.sort((a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0));

export const find = (set: DataSet, tag: string): DataElement | undefined => set.find((e) => e.tag === tag);

/** Items of a sequence; empty where absent. */
export const itemsOf = (set: DataSet, tag: string): DataSet[] => {
  const value = find(set, tag)?.value;
  return Array.isArray(value) ? (value as DataSet[]).filter((item) => Array.isArray(item)) : [];
};

/** Replaces or inserts an element, in tag order. */
export function put(set: DataSet, tag: string, value: DicomValue, vr?: string): void {
  drop(set, tag);
  set.push(element(tag, value, vr));
  sorted(set);
}

export function drop(set: DataSet, tag: string): void {
  const index = set.findIndex((e) => e.tag === tag);
  if (index >= 0) set.splice(index, 1);
}

function valueBytes(vr: string, value: DicomValue): Uint8Array {
  if (value instanceof Uint8Array) return padded(value, 0x00);
  if (vr === 'SQ') return concat((value as readonly DataSet[]).map(itemBytes));
  const list = Array.isArray(value) ? (value as readonly (string | number)[]) : [value as string | number];
  const number = NUMBERS[vr];
  if (number) {
    const bytes = new Uint8Array(list.length * number.size);
    const view = new DataView(bytes.buffer);
    list.forEach((n, i) => number.write(view, i * number.size, Number(n)));
    return bytes;
  }
  if (vr === 'AT') return concat(list.map((tag) => tagBytes(String(tag))));
  // UI is padded with NUL, all other text with a space (PS3.5 section 6.2).
  return padded(Buffer.from(list.join('\\'), 'utf8'), vr === 'UI' ? 0x00 : 0x20);
}

function padded(bytes: Uint8Array, pad: number): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : concat([bytes, Uint8Array.of(pad)]);
}

function tagBytes(tag: string): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(parseInt(tag.slice(0, 4), 16), 0);
  bytes.writeUInt16LE(parseInt(tag.slice(4), 16), 2);
  return bytes;
}

function itemBytes(item: DataSet): Uint8Array {
  const body = encodeDataSet(item);
  const head = Buffer.alloc(8);
  head.writeUInt16LE(0xfffe, 0);
  head.writeUInt16LE(0xe000, 2);
  head.writeUInt32LE(body.length, 4);
  return concat([head, body]);
}

function encodeElement({ tag, vr, value }: DataElement): Uint8Array {
  const body = valueBytes(vr, value);
  const long = LONG_VRS.has(vr);
  if (!long && body.length > 0xffff) throw new RangeError(`Element ${tag} (${vr}) holds ${body.length} bytes; a two byte length ends at 65535.`);
  const head = Buffer.alloc(long ? 12 : 8);
  head.set(tagBytes(tag), 0);
  head.write(vr, 4, 'latin1');
  if (long) head.writeUInt32LE(body.length, 8);
  else head.writeUInt16LE(body.length, 6);
  return concat([head, body]);
}

/** A data set as bytes, in the order given. */
export function encodeDataSet(set: DataSet): Uint8Array {
  return concat(set.map(encodeElement));
}

/** The File Meta Information of an instance, group length left out (PS3.10 section 7.1). */
export function fileMeta(instance: { sopClass: string; sop: string; transferSyntax?: string }): DataSet {
  return [
    element('00020001', Uint8Array.of(0x00, 0x01), 'OB'),
    element('00020002', instance.sopClass),
    element('00020003', instance.sop),
    element('00020010', instance.transferSyntax ?? EXPLICIT_VR_LITTLE_ENDIAN),
    element('00020012', IMPLEMENTATION_CLASS_UID),
    element('00020013', IMPLEMENTATION_VERSION_NAME),
  ];
}

/** Preamble, prefix and File Meta Information with its group length: what stands before the data set in a Part 10 file. */
export function part10Head(meta: DataSet): Uint8Array {
  const body = encodeDataSet(meta);
  return concat([new Uint8Array(128), Buffer.from('DICM', 'latin1'), encodeElement(element('00020000', body.length, 'UL')), body]);
}

/** A whole Part 10 file. */
export function encodePart10(set: DataSet, meta: DataSet = fileMeta({ sopClass: text(set, '00080016'), sop: text(set, '00080018') })): Uint8Array {
  return concat([part10Head(meta), encodeDataSet(set)]);
}

/** A text value, several joined by a backslash; empty where absent. */
export function text(set: DataSet, tag: string): string {
  const value = find(set, tag)?.value;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return Array.isArray(value) ? (value as (string | number)[]).join('\\') : '';
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
