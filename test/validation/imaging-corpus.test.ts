/** Real manifests and retrieve answers with known verdicts: valid ones break nothing, invalid ones the named rule. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { edited, otherPart, violations } from './imaging-record.js';

const CORPUS = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus');
/** What can be said of a manifest alone, without the study behind it. */
const MANIFEST =
  /^(ASY-KOS-(001|002|003|004|005|006|009|010|011|015|016|017|018|019|020|021|022|023|027|031|032|033|034|035|036|037|038|039|040)|RAD68-00[3589])$/;

const manifest = async (file: string, location: string) => {
  const octets = readFileSync(join(CORPUS, 'dicom', file));
  const sut = { case: { sut: { systems: { ids: { oids: { repositoryUniqueId: location } } } } } };
  return violations(await edited([otherPart('rad-68.request', 1, octets), sut]), MANIFEST);
};

/** A payload of the corpus in the place of the answer's own. */
const answer = async (file: string, ids: RegExp) => {
  const payload = readFileSync(join(CORPUS, 'rad69', file), 'utf8').trim();
  const end = '</xdsb:RetrieveDocumentSetResponse>';
  const swap = [
    { in: 'rad-69-unknown.response', delete: '<xdsb:RetrieveDocumentSetResponse', through: end },
    { in: 'rad-69-unknown.response', insert: payload, after: '<soap:Body>' },
  ];
  return violations(await edited(swap), ids);
};

describe('real manifests', function () {
  before(function () {
    if (!existsSync(CORPUS)) this.skip();
  });

  it('a valid one breaks nothing', async () => {
    expect(await manifest('kos-idc-ten-images.dcm', '1.3.6.1.4.1.21367.102.1.1')).to.deep.equal([]);
  });

  it('one that lists 36 images below two series warns of that alone', async () => {
    expect(await manifest('kos-large-144-images.dcm', '1.3.6.1.4.1.21367.102.1.1')).to.deep.equal(['ASY-KOS-015']);
  });

  it('one whose Retrieve Location UID is not that of the source breaks ASY-KOS-010, and lacks Manufacturer as dciodvfy says', async () => {
    const file = 'kos-2018-4801a-wrong-retrieve-location.dcm';
    expect(await manifest(file, '1.3.6.1.4.1.21367.13.80.110')).to.deep.equal(['ASY-KOS-010', 'ASY-KOS-040']);
    expect(await manifest(file, '1.3.6.1.4.1.21367.102.1.1')).to.deep.equal(['ASY-KOS-040']);
  });

  it('one over two studies names no copies of itself, which warns', async () => {
    expect(await manifest('kos-multi-study-two-series.dcm', '1.1.4567332.1.2')).to.deep.equal(['ASY-KOS-019']);
  });

  it('one with a new SOP Instance UID in the data set alone differs from its file meta information', async () => {
    expect(await manifest('kos-single-image-4801-copy.dcm', '1.3.6.1.4.1.21367.13.80.110')).to.deep.equal(['ASY-KOS-021']);
  });
});

describe('real retrieve answers', function () {
  before(function () {
    if (!existsSync(CORPUS)) this.skip();
  });

  it('a Failure without errors', async () => {
    expect(await answer('response-failure-without-errors.xml', /^ASY-META-(064|065|066|08[4-9])$/)).to.deep.equal(['ASY-META-065']);
  });

  it('a PartialSuccess with one error and one document keeps the rules on status and errors', async () => {
    expect(await answer('response-partial-success.xml', /^ASY-META-(064|065|066|08[4-9])$/)).to.deep.equal([]);
  });
});
