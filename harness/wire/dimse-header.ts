/** What is needed of a DICOM object to send or to record it; its bytes stay as they are. */
import { open } from 'node:fs/promises';
import { parseDicom } from '../formats/dicom.js';

/** The identifiers lie in groups 0008 and 0020, at the front. */
export const HEADER_BYTES = 64 * 1024;

/** Study and series of a data set, from its first bytes; empty where they cannot be read. */
export function studyAndSeries(head: Uint8Array, transferSyntax: string): { study: string; series: string } {
  try {
    const { dataset } = parseDicom(head, { transferSyntax });
    return { study: dataset.text('0020000D') ?? '', series: dataset.text('0020000E') ?? '' };
  } catch {
    return { study: '', series: '' };
  }
}

export interface Part10 {
  path: string;
  sopClass: string;
  sopInstance: string;
  transferSyntax: string;
  study: string;
  series: string;
  /** Where the data set begins, behind preamble and file meta information. */
  offset: number;
  size: number;
}

/** Reads the file meta information of a Part 10 file (PS3.10 section 7.1). */
export async function readPart10(path: string): Promise<Part10> {
  const file = await open(path, 'r').catch((error: Error) => {
    throw new Error(`${path}: expected a DICOM file, found ${error.message}`);
  });
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(size, 2 * HEADER_BYTES));
    await file.read(head, 0, head.length, 0);
    if (head.length < 132 || head.subarray(128, 132).toString('latin1') !== 'DICM') throw new Error(`${path}: expected a DICOM Part 10 file (DICM at byte 128), found none; bare data sets cannot be sent`);
    const { meta } = parseDicom(head);
    const offset = endOfMeta(head, path);
    const value = (tag: string, name: string): string => {
      const text = meta.text(tag);
      if (!text) throw new Error(`${path}: expected ${name} in the file meta information, found none`);
      return text;
    };
    const transferSyntax = value('00020010', 'Transfer Syntax UID (0002,0010)');
    return {
      path,
      sopClass: value('00020002', 'Media Storage SOP Class UID (0002,0002)'),
      sopInstance: value('00020003', 'Media Storage SOP Instance UID (0002,0003)'),
      transferSyntax,
      ...studyAndSeries(head.subarray(offset), transferSyntax),
      offset,
      size,
    };
  } finally {
    await file.close();
  }
}

/** Group 0002 is explicit VR little endian; it ends where another group begins (its own length field is often wrong). */
function endOfMeta(head: Buffer, path: string): number {
  let at = 132;
  while (at + 8 <= head.length && head.readUInt16LE(at) === 2) {
    const long = /^(OB|OW|UN|UT|SQ|OF|OD|UC|UR)$/.test(head.subarray(at + 4, at + 6).toString('latin1'));
    if (long && at + 12 > head.length) break;
    at += long ? 12 + head.readUInt32LE(at + 8) : 8 + head.readUInt16LE(at + 6);
  }
  if (at > head.length) throw new Error(`${path}: the file meta information does not end within its first ${head.length} bytes`);
  return at;
}
