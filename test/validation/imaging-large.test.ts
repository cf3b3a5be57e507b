/** An image that is too large to be kept in memory is compared all the same, from the stored bytes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { edited, otherPart, partOfCase, verdicts } from './imaging-record.js';

const FILE = 'study/series-1-image-1.dcm';
const LARGE = 17 * 1024 * 1024;

/** The same object with other pixel data, which come last in it. */
function enlarged(octets: Buffer, change = false): Buffer {
  const at = octets.indexOf(Buffer.from('e07f1000', 'hex'));
  const head = Buffer.from(octets.subarray(0, at + 12));
  head.writeUInt32LE(LARGE, at + 8);
  const pixels = Buffer.alloc(LARGE, 'samples of a large image ');
  if (change) pixels[LARGE - 3] = 0;
  return Buffer.concat([head, pixels]);
}

describe('pixel data of a large image', () => {
  const stored = readFileSync(join(import.meta.dirname, '..', 'witness', 'cases', 'share-ct-study', FILE));
  const deliver = { in: FILE, hex: stored.toString('hex'), withHex: enlarged(stored).toString('hex') };
  const send = (change: boolean) => otherPart('rad-69.response', 1, enlarged(partOfCase('rad-69.response', 1), change));

  it('equal', async () => {
    expect(await verdicts(await edited([deliver, send(false)]), /^ASY-RAD69-0(09|10|21)$/)).to.deep.equal({
      'ASY-RAD69-009': 'pass',
      'ASY-RAD69-010': 'pass',
      'ASY-RAD69-021': 'pass',
    });
  });

  it('one octet changed near its end', async () => {
    expect(await verdicts(await edited([deliver, send(true)]), /^ASY-RAD69-021$/)).to.deep.equal({ 'ASY-RAD69-021': 'fail' });
  });
});
