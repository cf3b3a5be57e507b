/** Images that come back other than they were stored. */
import type { DicomObject } from '../../../harness/formats/model.js';
import { A_REFUSAL } from '../hidden.js';
import { sourceFault } from '../fault.js';

/** Overwrites a value in place, at its length. */
function overwrite(bytes: Buffer, object: DicomObject, tag: string, change: (old: string) => string): Buffer {
  const found = object.dataset.get(tag);
  if (!found) return bytes;
  const copy = Buffer.from(bytes);
  const end = found.valueOffset + found.length;
  copy.write(change(copy.toString('latin1', found.valueOffset, end)).slice(0, found.length).padEnd(found.length, tag === '00080018' ? '\0' : ' '), found.valueOffset, 'latin1');
  return copy;
}
/** Another digit in the last place. */
const lastDigit = (text: string): string => text.replace(/(\d)(\D*)$/, (_all, digit: string, rest: string) => `${(Number(digit) + 1) % 10}${rest}`);

export const faults = [
  sourceFault(
    { id: 'pixel-changed', title: 'returns images with one sample changed', breaks: 'ASY-RAD69-021' },
    {
      object: (bytes, object) => {
        const pixels = object.dataset.get('7FE00010');
        const copy = Buffer.from(bytes);
        if (pixels) copy[pixels.valueOffset] = copy[pixels.valueOffset]! ^ 1;
        return copy;
      },
    },
  ),
  sourceFault(
    { id: 'patient-id-changed', title: 'returns images with another Patient ID', breaks: 'ASY-RAD69-010', alsoBreaks: ['ASY-RAD68-016'] },
    { object: (bytes, object) => overwrite(bytes, object, '00100020', lastDigit) },
  ),
  sourceFault(
    { id: 'instance-uid-changed', title: 'returns images with new SOP Instance UIDs', breaks: 'ASY-RAD68-016', alsoBreaks: ['ASY-RAD69-009', 'ASY-RAD69-010', 'ASY-RAD69-012'], hides: A_REFUSAL },
    { object: (bytes, object) => overwrite(bytes, object, '00080018', lastDigit) },
  ),
  sourceFault(
    { id: 'birth-date-emptied', title: 'returns images without the birth date', breaks: 'ISV-004' },
    { object: (bytes, object) => overwrite(bytes, object, '00100030', () => '') },
  ),
];
