/**
 * A tolerant DICOM reader with places: Part 10 files and bare data sets, every transfer syntax as far as its headers (PS3.5 chapter 7, PS3.10).
 * It never throws: what cannot be read is a problem, and what stands before it is given.
 */
import { inflateRawSync, constants as zlib } from 'node:zlib';
import { note } from './headers.js';
import { DicomReader, type Encoding } from './dicom-reader.js';
import { ParsedDataset } from './dicom-dataset.js';
import type { DicomObject, Problem } from './model.js';

export { isNumeric, numbersOf, tagName } from './dicom-dataset.js';

export const IMPLICIT_LITTLE = '1.2.840.10008.1.2';
export const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1';
export const DEFLATED = '1.2.840.10008.1.2.1.99';
export const EXPLICIT_BIG = '1.2.840.10008.1.2.2';
/** JPIP Referenced Deflate, JPIP HTJ2K Referenced Deflate (PS3.5 sections A.5, A.7). */
const OTHER_DEFLATED = new Set(['1.2.840.10008.1.2.4.95', '1.2.840.10008.1.2.4.205']);
/** A data set that inflates to more is cut off. */
const INFLATED_CAP = 64 * 1024 * 1024;

export interface DicomOptions {
  /** Where the object's first byte lies in a contiguous blob. */
  base?: number;
  /** Of a bare data set, as the presentation context or the store says it. */
  transferSyntax?: string;
  /** Length of the whole object, where `bytes` are only its first octets. */
  total?: number;
}

/** Whether these octets begin like a DICOM file (PS3.10 section 7.1). */
export const beginsLikeDicom = (bytes: Uint8Array): boolean =>
  bytes.length >= 132 && bytes[128] === 0x44 && bytes[129] === 0x49 && bytes[130] === 0x43 && bytes[131] === 0x4d;

/** Reads an object: a Part 10 file, or the data set alone where `transferSyntax` is given. */
export function parseDicom(bytes: Uint8Array, options: DicomOptions = {}): DicomObject {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const problems: Problem[] = [];
  const total = Math.max(options.total ?? 0, buffer.length);
  const object: DicomObject = { part10: false, meta: new ParsedDataset(0), dataset: new ParsedDataset(0), transferSyntax: options.transferSyntax ?? '', problems, byteLength: total };
  if (options.base !== undefined) object.base = options.base;
  let start = 0;
  if (options.transferSyntax === undefined) {
    object.part10 = beginsLikeDicom(buffer);
    const metaStart = object.part10 ? 132 : 0;
    if (!object.part10) note(problems, 'dicom-not-part10', 'There are no 128 octets with DICM behind them: this is no DICOM file.', 0, Math.min(132, buffer.length));
    if (!object.part10 && !beginsLikeDataset(buffer)) return object;
    const meta = new DicomReader({ bytes: buffer, bigEndian: false }, true, total, problems).readMeta(metaStart);
    object.meta = meta.dataset;
    start = meta.end;
    object.transferSyntax = meta.dataset.text('00020010') ?? '';
    if (object.transferSyntax === '') {
      object.transferSyntax = sniff(buffer, start);
      if (object.part10) note(problems, 'dicom-no-transfer-syntax', `(0002,0010) is missing; read as ${object.transferSyntax}.`, start);
    }
  }
  const deflated = object.transferSyntax === DEFLATED || OTHER_DEFLATED.has(object.transferSyntax);
  const source = { bytes: deflated ? inflated(buffer, start, problems) : buffer, bigEndian: object.transferSyntax === EXPLICIT_BIG };
  const explicit = object.transferSyntax !== IMPLICIT_LITTLE && object.transferSyntax !== '1.2.840.113619.5.2';
  const from = deflated ? 0 : start;
  // Places of an inflated data set are none of the object's: they count within what was inflated.
  const end = deflated ? source.bytes.length : total;
  object.dataset = new DicomReader(source, explicit, end, problems).readDataset(from);
  if (deflated) delete object.base;
  return object;
}

/** Octets up to the pixel data, or of all that is there; undefined where it is no DICOM file. */
export function dicomHeaderLength(bytes: Buffer): number | undefined {
  if (!beginsLikeDicom(bytes)) return undefined;
  const { dataset } = parseDicom(bytes, { total: Number.MAX_SAFE_INTEGER });
  const pixels = ['7FE00010', '7FE00008', '7FE00009'].map((tag) => dataset.get(tag)).find((element) => element !== undefined);
  return pixels?.valueOffset ?? bytes.length;
}

/** File meta without preamble, or a data set that begins with the groups that are always there. */
function beginsLikeDataset(buffer: Buffer): boolean {
  if (buffer.length < 8) return false;
  const group = buffer.readUInt16LE(0);
  return (group === 2 || group === 8) && buffer.readUInt16LE(2) < 0x0100;
}

function sniff(buffer: Buffer, at: number): string {
  return /^[A-Z]{2}$/.test(buffer.toString('latin1', at + 4, at + 6)) ? EXPLICIT_LITTLE : IMPLICIT_LITTLE;
}

function inflated(buffer: Buffer, start: number, problems: Problem[]): Buffer {
  try {
    return inflateRawSync(buffer.subarray(start), { maxOutputLength: INFLATED_CAP, finishFlush: zlib.Z_SYNC_FLUSH });
  } catch (error) {
    note(problems, 'dicom-deflate', `The deflated data set cannot be inflated: ${error instanceof Error ? error.message : String(error)}.`, start, buffer.length - start);
    return Buffer.alloc(0);
  }
}

export type { Encoding };
