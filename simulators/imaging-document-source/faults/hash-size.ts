/** hash and size of the manifest (ITI TF-3 sections 4.2.3.2.10 and 4.2.3.2.25). */
import { createHash } from 'node:crypto';
import { setSlot, slotValues } from '../../emit/ebrim.js';
import { sourceFault } from '../fault.js';

/** Where the data set begins: behind preamble, prefix, group length element and the group. */
const dataSetStart = (file: Uint8Array): number => 144 + Buffer.from(file).readUInt32LE(140);

export const faults = [
  sourceFault(
    { id: 'wrong-hash', title: 'sends a hash with one digit changed', breaks: 'ASY-META-018', alsoBreaks: ['ASY-RAD68-031'] },
    { metadata: ({ entry }) => setSlot(entry, 'hash', (slotValues(entry, 'hash')[0] ?? '').replace(/^./, (digit) => (digit === '0' ? '1' : '0'))) },
  ),
  sourceFault(
    { id: 'wrong-size', title: 'sends a size that is one too large', breaks: 'ASY-META-058', alsoBreaks: ['ASY-RAD68-031'] },
    { metadata: ({ entry }) => setSlot(entry, 'size', String(Number(slotValues(entry, 'size')[0]) + 1)) },
  ),
  sourceFault(
    { id: 'hash-of-data-set', title: 'takes hash and size of the data set alone', breaks: 'ASY-RAD68-031', alsoBreaks: ['ASY-META-018', 'ASY-META-058'] },
    {
      metadata: ({ entry, documents }) => {
        const file = documents[0]!.content;
        const dataSet = file.subarray(dataSetStart(file));
        setSlot(entry, 'hash', createHash('sha1').update(dataSet).digest('hex'));
        setSlot(entry, 'size', String(dataSet.length));
      },
    },
  ),
];
