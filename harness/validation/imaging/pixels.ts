/**
 * Pixel data of two objects, compared without holding them: by samples where both are native, by fragments where both are encapsulated in
 * the same transfer syntax. What would need a decoder is not decided here.
 */
import { createHash } from 'node:crypto';
import { inflateRawSync, constants as zlib } from 'node:zlib';
import type { AttemptContext, TrueInstance } from '../../contracts.js';
import type { DicomElement, DicomObject, RetrieveResponse } from '../../formats/model.js';
import { partOctets } from '../../formats/soap.js';
import {
  DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
  EXPLICIT_VR_BIG_ENDIAN,
  pixelEncoding,
  type PixelEncoding,
} from '../tables/transfer-syntaxes.js';
import { OctetReader } from './octets.js';
import { UNDEFINED_LENGTH } from './places.js';
import { HEADER_CAP, pixelElement, readHeader } from './study.js';

export interface PixelData {
  transferSyntax: string;
  encoding: PixelEncoding | undefined;
  bitsAllocated: number;
  /** Octets of the samples, or of the fragments behind the offset table. */
  size: number;
  /** SHA-256 of the samples in little endian order, or of the fragments one behind the other. */
  digest: string;
}
/** `problem`: the pixel data cannot be had from the bytes, and why; `cut`: since the object ends in them. */
export type PixelReading = { pixels: PixelData } | { none: true } | { problem: string; cut?: true };

/** An object's octets from its first on, as often as asked. */
type Octets = () => AsyncIterable<Uint8Array>;

/** Of an instance as it was delivered. */
export async function deliveredPixels(truth: TrueInstance, context: AttemptContext): Promise<PixelReading> {
  const object = await readHeader(truth, context);
  return readPixels(object, () => context.read(truth.blob, { from: truth.offset, to: truth.offset + truth.length }), 0);
}

/** Of a document as it was returned. */
export async function returnedPixels(
  document: RetrieveResponse['documents'][number],
  response: RetrieveResponse,
  context: AttemptContext,
): Promise<PixelReading> {
  const { dicom, content } = document;
  if (!dicom || !content) return { problem: 'the document is no DICOM object that can be read' };
  const { bytes, part } = content;
  const inMemory = async function* () {
    if (bytes) yield bytes;
  };
  if (bytes) return readPixels(dicom, inMemory, endOfMeta(dicom));
  if (!part || part.decodedSize !== part.size) return { problem: 'the document is too large to undo its transfer encoding' };
  if (!pixelElement(dicom.dataset)) return { problem: 'the header of the document is too large' };
  return readPixels(dicom, () => partOctets(response.message, part, (blob, range) => context.read(blob, range)), endOfMeta(dicom));
}

const endOfMeta = ({ meta }: DicomObject): number => {
  const last = meta.elements.at(-1);
  return last ? last.valueOffset + last.length : 0;
};

async function readPixels(object: DicomObject, octets: Octets, datasetAt: number): Promise<PixelReading> {
  const element = pixelElement(object.dataset);
  const incomplete = object.problems.find(({ code }) => code === 'dicom-truncated' || code === 'dicom-deflate');
  if (!element) return incomplete ? { problem: incomplete.message } : { none: true };
  const { transferSyntax } = object;
  const source = transferSyntax === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN ? await inflated(octets, datasetAt) : octets;
  if (!source) return { problem: 'the deflated data set is too large or broken' };
  const reader = new OctetReader(source());
  try {
    const read =
      (await reader.pass(element.valueOffset)) &&
      (await (element.length === UNDEFINED_LENGTH ? fragments(reader) : samples(reader, element, transferSyntax)));
    if (!read) return { problem: 'the object ends inside its pixel data', cut: true };
    const bitsAllocated = Number(object.dataset.text('00280100') ?? 0);
    return {
      pixels: {
        transferSyntax,
        encoding: element.length === UNDEFINED_LENGTH ? (pixelEncoding(transferSyntax) ?? 'lossless') : 'native',
        bitsAllocated,
        ...read,
      },
    };
  } finally {
    await reader.close();
  }
}

async function inflated(octets: Octets, datasetAt: number): Promise<Octets | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of octets()) {
    size += chunk.length;
    if (size > HEADER_CAP) return undefined;
    chunks.push(chunk);
  }
  try {
    const bytes = inflateRawSync(Buffer.concat(chunks).subarray(datasetAt), {
      maxOutputLength: HEADER_CAP,
      finishFlush: zlib.Z_SYNC_FLUSH,
    });
    return async function* () {
      yield bytes;
    };
  } catch {
    return undefined;
  }
}

/** In big endian, the octets of each word of OW change places (PS3.5 7.3). */
async function samples(
  reader: OctetReader,
  element: DicomElement,
  transferSyntax: string,
): Promise<{ size: number; digest: string } | undefined> {
  const hash = createHash('sha256');
  const words = transferSyntax === EXPLICIT_VR_BIG_ENDIAN && element.vr === 'OW';
  let odd = Buffer.alloc(0);
  const whole = await reader.pass(element.length, (octets) => {
    if (!words) return void hash.update(octets);
    const joined = Buffer.concat([odd, octets]);
    const even = joined.length - (joined.length % 2);
    hash.update(Buffer.from(joined.subarray(0, even)).swap16());
    odd = joined.subarray(even);
  });
  return whole ? { size: element.length, digest: hash.update(odd).digest('hex') } : undefined;
}

/** The offset table is passed over, and how the stream is cut into fragments does not count (PS3.5 A.4). */
async function fragments(reader: OctetReader): Promise<{ size: number; digest: string } | undefined> {
  const hash = createHash('sha256');
  let size = 0;
  for (let index = 0; ; index++) {
    const head = await reader.take(8);
    if (!head) return undefined;
    if (head.readUInt16LE(0) !== 0xfffe || head.readUInt16LE(2) !== 0xe000) return { size, digest: hash.digest('hex') };
    const length = head.readUInt32LE(4);
    if (!(await reader.pass(length, index === 0 ? undefined : (octets) => hash.update(octets)))) return undefined;
    if (index > 0) size += length;
  }
}

/** Undefined: equal or not cannot be told without a decoder, and why. */
export function comparePixels(stored: PixelData, sent: PixelData): { equal: boolean } | { undecidable: string } | { notJudged: string } {
  const equal = stored.size === sent.size && stored.digest === sent.digest;
  if (stored.encoding === 'native' && sent.encoding === 'native') {
    const otherEnd = (stored.transferSyntax === EXPLICIT_VR_BIG_ENDIAN) !== (sent.transferSyntax === EXPLICIT_VR_BIG_ENDIAN);
    if (!equal && otherEnd && stored.bitsAllocated > 16)
      return { undecidable: 'samples of more than 16 bits in different byte orders are not compared' };
    return { equal };
  }
  if (sent.encoding === 'lossy') return equal ? { equal } : { notJudged: `${sent.transferSyntax} is lossy` };
  if (stored.transferSyntax === sent.transferSyntax) {
    // Another lossless encoding of the same samples is allowed under the same SOP Instance UID (PS3.3 C.7.6.1.1.2): only a decoder could tell.
    return equal
      ? { equal }
      : { undecidable: `encoded anew in ${sent.transferSyntax}: whether the samples are equal cannot be told without decoding` };
  }
  return {
    undecidable: `stored in ${stored.transferSyntax}, returned in ${sent.transferSyntax}: the samples cannot be compared without decoding`,
  };
}
