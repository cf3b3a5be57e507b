/** The same content in other encodings that DICOM leaves free: nothing is a violation. */
import { expect } from 'chai';
import { edited, hasDcmtk, otherPart, partOfCase, rewritten, verdicts } from './imaging-record.js';

const IMAGING = /^(ASY-KOS|RAD68|ASY-RAD68|RAD69|ASY-RAD69|ISV-00)/;
const SYNTAX = '<xdsi:TransferSyntaxUID>1.2.840.10008.1.2.1</xdsi:TransferSyntaxUID>';

describe('manifests and images in other encodings', function () {
  before(function () {
    if (!hasDcmtk()) this.skip();
  });

  const manifests: [string, string[]][] = [
    ['sequences of undefined length', ['-e']],
    ['Implicit VR Little Endian', ['+ti']],
    ['Explicit VR Big Endian', ['+tb']],
    ['Deflated Explicit VR Little Endian', ['+td']],
  ];
  for (const [name, options] of manifests) {
    it(`a manifest in ${name} has the verdicts of the conformant one`, async () => {
      const expected = await verdicts(await edited([]), IMAGING);
      const manifest = rewritten(partOfCase('rad-68.request', 1), 'dcmconv', options);
      expect(await verdicts(await edited([otherPart('rad-68.request', 1, manifest)]), IMAGING)).to.deep.equal(expected);
    });
  }

  const images: [string, string, string, string[], string][] = [
    ['Implicit VR Little Endian', '1.2.840.10008.1.2', 'dcmconv', ['+ti'], 'pass'],
    ['Explicit VR Big Endian', '1.2.840.10008.1.2.2', 'dcmconv', ['+tb'], 'pass'],
    ['Deflated Explicit VR Little Endian', '1.2.840.10008.1.2.1.99', 'dcmconv', ['+td'], 'pass'],
    ['RLE Lossless', '1.2.840.10008.1.2.5', 'dcmcrle', [], 'inconclusive'],
  ];
  for (const [name, uid, tool, options, pixels] of images) {
    it(`images in ${name}, where it was asked for: pixel data ${pixels}, all else as in the conformant case`, async () => {
      const expected = await verdicts(await edited([]), IMAGING);
      const parts = [1, 2, 3, 4, 5].map((part) =>
        otherPart('rad-69.response', part, rewritten(partOfCase('rad-69.response', part), tool, options)),
      );
      const asked = { in: 'rad-69.request', replace: SYNTAX, with: `${SYNTAX}<xdsi:TransferSyntaxUID>${uid}</xdsi:TransferSyntaxUID>` };
      expect(await verdicts(await edited([...parts, asked]), IMAGING)).to.deep.equal({ ...expected, 'ASY-RAD69-021': pixels });
    });
  }

  it('images in a syntax that was not asked for break RAD69-005 alone', async () => {
    const expected = await verdicts(await edited([]), IMAGING);
    const part = otherPart('rad-69.response', 2, rewritten(partOfCase('rad-69.response', 2), 'dcmconv', ['+tb']));
    expect(await verdicts(await edited([part]), IMAGING)).to.deep.equal({ ...expected, 'RAD69-005': 'fail' });
  });

  it('a sample that is changed is found in each native encoding', async () => {
    for (const options of [['+ti'], ['+tb'], ['+td']]) {
      const sound = partOfCase('rad-69.response', 1);
      const broken = Buffer.from(sound);
      broken.writeUInt16LE(broken.readUInt16LE(broken.length - 100) ^ 1, broken.length - 100);
      const part = otherPart('rad-69.response', 1, rewritten(broken, 'dcmconv', options));
      expect((await verdicts(await edited([part]), /ASY-RAD69-021/))['ASY-RAD69-021'], options.join()).to.equal('fail');
    }
  });
});
