import { expect } from 'chai';
import { createHash } from 'node:crypto';
import type { ViewKey } from '../../harness/contracts.js';
import { submissionView } from '../../harness/formats/ebrim.js';
import { manifestView } from '../../harness/formats/manifest.js';
import { registryResponseView } from '../../harness/formats/registry-response.js';
import { retrieveRequestView, retrieveResponseView } from '../../harness/formats/retrieve.js';
import { soapView } from '../../harness/formats/soap.js';
import { Views } from '../../harness/formats/viewer.js';
import { bytesOf, chunked, mustView, refOf, storeOf, viewOf } from './support.js';

const RIM = 'urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0';
const slot = (name: string, ...values: string[]): string => `<Slot name="${name}"><ValueList>${values.map((value) => `<Value>\n ${value} </Value>`).join('')}</ValueList></Slot>`;
const classified = (node: string, object: string): string => `<Classification id="c" classifiedObject="${object}" classificationNode="${node}"/>`;
const SET = 'urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd';
const FOLDER = 'urn:uuid:d9d542f3-6cc4-48b6-8870-ea235fbc94c2';
const metadata = (document: string): string => `<p:ProvideAndRegisterDocumentSetRequest xmlns:p="urn:ihe:iti:xds-b:2007"><l:SubmitObjectsRequest xmlns:l="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0">
<RegistryObjectList xmlns="${RIM}">
 <ExtrinsicObject id="d" mimeType="application/dicom" objectType="urn:uuid:7edca82f" status="s" lid="l" home="h">
  ${slot('size', '12')}${slot('sourcePatientInfo', 'PID-3|1', 'PID-5|A')}
  <Name><LocalizedString value="A &amp; B"/></Name><Description><LocalizedString value="D"/></Description>
  <Classification id="cl" classificationScheme="urn:uuid:41a5887f" classifiedObject="d" nodeRepresentation="IMAGES">${slot('codingScheme', '1.2.3')}<Name><LocalizedString value="Images"/></Name></Classification>
  <ExternalIdentifier id="e" identificationScheme="urn:uuid:2e82c1f6" registryObject="d" value="1.2.3"><Name><LocalizedString value="XDSDocumentEntry.uniqueId"/></Name></ExternalIdentifier>
 </ExtrinsicObject>
 <RegistryPackage id="s">${classified(SET, 's')}<RegistryObjectList><Association id="nested" associationType="x"/></RegistryObjectList></RegistryPackage>
 <RegistryPackage id="f"/>${classified(FOLDER, 'f')}
 <w:RegistryPackage id="p" xmlns:w="urn:wrong"/>
 <Association id="a" associationType="urn:HasMember" sourceObject="s" targetObject="d"/>
 <ObjectRef id="o"/>
</RegistryObjectList></l:SubmitObjectsRequest>${document}</p:ProvideAndRegisterDocumentSetRequest>`;

/** A manifest of two instances in explicit VR little endian, written by hand. */
function manifest(): Buffer {
  const short = (tag: string, vr: string, value: string): Buffer => {
    const even = value + (value.length % 2 ? (vr === 'UI' ? '\0' : ' ') : '');
    const head = Buffer.from([0, 0, 0, 0, 0, 0, even.length, 0]);
    head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
    head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
    head.write(vr, 4);
    return bytesOf(head, even);
  };
  const sequence = (tag: string, ...items: Buffer[]): Buffer => {
    const head = Buffer.from('0000000053510000ffffffff', 'hex');
    head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
    head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
    const item = Buffer.from('feff00e0ffffffff', 'hex');
    const end = Buffer.from('feff0de000000000', 'hex');
    return bytesOf(head, ...items.flatMap((content) => [item, content, end]), Buffer.from('feffdde000000000', 'hex'));
  };
  const instance = (uid: string): Buffer => bytesOf(short('00081150', 'UI', '1.2.840.10008.5.1.4.1.1.2'), short('00081155', 'UI', uid));
  const series = bytesOf(short('00080054', 'AE', 'ARCHIVE'), sequence('00081199', instance('1.5.1'), instance('1.5.2')), short('0020000E', 'UI', '1.4'), short('0040E011', 'UI', '1.9'));
  return bytesOf(Buffer.alloc(128), 'DICM', short('00020010', 'UI', '1.2.840.10008.1.2.1'), short('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.88.59'), sequence('0040A375', bytesOf(sequence('00081115', series), short('0020000D', 'UI', '1.3'))));
}
const kos = manifest();
const parts = bytesOf('--b\r\nContent-Type: application/xop+xml\r\n\r\n', metadata('<p:Document id="d"><i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:k"/></p:Document>'), '\r\n--b\r\nContent-ID: <k>\r\n\r\n', kos, '\r\n--b--');
const http = 'POST / HTTP/1.1\r\nContent-Type: multipart/related; boundary=b\r\n';

describe('submission', () => {
  it('gives objects, slots, classifications and identifiers as the message has them', async () => {
    const read = await mustView(bytesOf(metadata('<p:Document id="d">aGVs\nbG8=</p:Document><p:Document id="x">a*b</p:Document><p:Document id="y"><i:Include xmlns:i="u" href="cid:z"/></p:Document>')), submissionView);
    expect(read.objects.map((object) => [object.kind, object.id])).to.deep.equal([
      ['DocumentEntry', 'd'],
      ['SubmissionSet', 's'],
      ['Association', 'nested'],
      ['Folder', 'f'],
      ['RegistryPackage', 'p'],
      ['Association', 'a'],
      ['Other', 'o'],
    ]);
    const [entry] = read.documentEntries;
    expect(entry).to.include({ lid: 'l', home: 'h', status: 's', mimeType: 'application/dicom', name: 'A & B', description: 'D' });
    expect(entry?.slots.map(({ name, values }) => [name, values])).to.deep.equal([['size', ['12']], ['sourcePatientInfo', ['PID-3|1', 'PID-5|A']]]);
    expect(entry?.classifications[0]).to.include({ nodeRepresentation: 'IMAGES', codingScheme: '1.2.3', displayName: 'Images', classifiedObject: 'd' });
    expect(entry?.externalIdentifiers[0]).to.include({ value: '1.2.3', name: 'XDSDocumentEntry.uniqueId', registryObject: 'd' });
    expect(read.associations[1]).to.include({ associationType: 'urn:HasMember', sourceObject: 's', targetObject: 'd' });
    expect(read.looseClassifications.map((classification) => classification.classifiedObject)).to.deep.equal(['f']);
    expect(read.documents.map(({ id, size }) => [id, size])).to.deep.equal([['d', 5], ['x', undefined], ['y', undefined]]);
    expect(read.documents[0]?.sha1).to.equal(createHash('sha1').update('hello').digest('hex'));
    expect(read.documents[2]?.include).to.exist;
    expect(read.message.at(entry?.slots[1]?.valueElements[0] ?? { offset: 0, length: 0 }).path).to.match(/\/ExtrinsicObject\/Slot\[2\]\/ValueList\/Value\[1\]$/);
  });

  it('is not seen where there is none', async () => {
    for (const text of ['<a/>', '<RetrieveDocumentSetRequest/>', `<RegistryResponse xmlns="urn:x" status="y"/>`]) expect(await viewOf(Buffer.from(text), submissionView)).to.equal(undefined);
  });
});

describe('manifest', () => {
  for (const [name, bytes] of [
    ['in one run', bytesOf(http, '\r\n', parts)],
    ['in chunks', bytesOf(http, 'Transfer-Encoding: chunked\r\n\r\n', chunked(parts, [50, 7]))],
    ['in base64', Buffer.from(metadata(`<p:Document id="d">${kos.toString('base64')}</p:Document>`))],
  ] as const) {
    it(`is found and flattened ${name}`, async () => {
      const read = await mustView(bytes, manifestView, 100);
      expect(read.object.problems).to.deep.equal([]);
      expect(read.entry?.id).to.equal('d');
      expect(read.references.map(({ study, series, sop, retrieveAe, retrieveLocation }) => ({ study, series, sop, retrieveAe, retrieveLocation }))).to.deep.equal(
        ['1.5.1', '1.5.2'].map((sop) => ({ study: '1.3', series: '1.4', sop, retrieveAe: 'ARCHIVE', retrieveLocation: '1.9' })),
      );
      const element = read.references[1]?.item.get('00081155');
      if (!element) throw new Error('no element');
      const at = read.at(element);
      expect(at.path).to.equal('(0040,A375)[1].(0008,1115)[1].(0008,1199)[2].(0008,1155)');
      if (name === 'in base64') expect(bytes.subarray(at.offset, at.offset + 11).toString()).to.equal('<p:Document');
      else {
        expect(bytes.readUInt16LE(at.offset)).to.equal(0x0008);
        expect(at.length).to.be.within(element.length + 8, element.length + 8 + 40);
      }
    });
  }

  it('is found by what is declared, where the file lacks its preamble', async () => {
    const bare = kos.subarray(132);
    const read = await mustView(Buffer.from(metadata(`<p:Document id="d">${bare.toString('base64')}</p:Document>`)), manifestView);
    expect(read.object.part10).to.equal(false);
    expect(read.references).to.have.length(2);
    expect(await viewOf(Buffer.from(metadata('<p:Document id="d">aGVsbG8=</p:Document>')), manifestView)).to.equal(undefined);
  });
});

describe('retrieve', () => {
  const answer = `<r:RetrieveDocumentSetResponse xmlns:r="urn:ihe:iti:xds-b:2007"><q:RegistryResponse xmlns:q="urn:rs" status="Partial"><q:RegistryErrorList highestSeverity="E"><q:RegistryError errorCode="XDSRepositoryError" severity="E" codeContext="c" location="l"/></q:RegistryErrorList></q:RegistryResponse>
<r:DocumentResponse><r:HomeCommunityId>urn:oid:1</r:HomeCommunityId><r:RepositoryUniqueId>1.2</r:RepositoryUniqueId><r:DocumentUniqueId>
1.5.1</r:DocumentUniqueId><r:mimeType>application/dicom</r:mimeType><r:Document><i:Include xmlns:i="x" href="cid:k"/></r:Document></r:DocumentResponse></r:RetrieveDocumentSetResponse>`;

  it('answers are read with their errors and documents', async () => {
    const read = await mustView(bytesOf('HTTP/1.1 200 OK\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n\r\n', answer, '\r\n--b\r\nContent-ID: <k>\r\n\r\n', kos, '\r\n--b--'), retrieveResponseView);
    expect(read).to.include({ status: 'Partial', highestSeverity: 'E' });
    expect(read.errors[0]).to.include({ errorCode: 'XDSRepositoryError', codeContext: 'c', location: 'l', severity: 'E' });
    const [document] = read.documents;
    expect(document).to.include({ home: 'urn:oid:1', repositoryUniqueId: '1.2', documentUniqueId: '1.5.1', mimeType: 'application/dicom' });
    expect(document?.content?.size).to.equal(kos.length);
    expect(document?.dicom?.dataset.text('00080016')).to.equal('1.2.840.10008.5.1.4.1.1.88.59');
    expect(document?.dicom?.base).to.equal(document?.content?.part?.offset);
    expect((await viewOf(Buffer.from(answer), registryResponseView))?.errors).to.have.length(1);
    expect(await viewOf(Buffer.from('<a/>'), registryResponseView)).to.equal(undefined);
  });

  it('headers of large instances are read, and their pixel data left where they are', async () => {
    const pixels = Buffer.alloc(17 * 1024 * 1024);
    const head = Buffer.from('e07f10004f57000000000000', 'hex');
    head.writeUInt32LE(pixels.length, 8);
    const instance = bytesOf(kos, head, pixels);
    const read = await mustView(bytesOf('--b\r\n\r\n', answer, '\r\n--b\r\nContent-ID: <k>\r\n\r\n', instance, '\r\n--b--'), retrieveResponseView);
    const [document] = read.documents;
    expect(document?.content).to.include({ size: instance.length, sha1: createHash('sha1').update(instance).digest('hex') });
    expect(document?.content?.bytes).to.equal(undefined);
    expect(document?.dicom?.problems).to.deep.equal([]);
    expect(document?.dicom?.dataset.get('7FE00010')).to.include({ length: pixels.length, valueOffset: kos.length + 12, value: undefined });
    expect(document?.content?.part?.head?.length).to.equal(kos.length + 12);
  });

  it('requests are read, of imaging documents and of others', async () => {
    const one = '<x:DocumentRequest xmlns:x="u"><x:RepositoryUniqueId>1.2</x:RepositoryUniqueId><x:DocumentUniqueId>1.5</x:DocumentUniqueId></x:DocumentRequest>';
    const imaging = await mustView(
      Buffer.from(`<r:RetrieveImagingDocumentSetRequest xmlns:r="urn:ihe:rad:xdsi-b:2009"><r:StudyRequest studyInstanceUID="1.3"><r:SeriesRequest seriesInstanceUID="1.4">${one}</r:SeriesRequest></r:StudyRequest><r:TransferSyntaxUIDList><r:TransferSyntaxUID> 1.2.840.10008.1.2.1 </r:TransferSyntaxUID></r:TransferSyntaxUIDList></r:RetrieveImagingDocumentSetRequest>`),
      retrieveRequestView,
    );
    expect(imaging.documents[0]).to.include({ study: '1.3', series: '1.4', repositoryUniqueId: '1.2', documentUniqueId: '1.5' });
    expect(imaging.transferSyntaxes).to.deep.equal(['1.2.840.10008.1.2.1']);
    const plain = await mustView(Buffer.from(`<r:RetrieveDocumentSetRequest xmlns:r="urn:ihe:iti:xds-b:2007">${one}</r:RetrieveDocumentSetRequest>`), retrieveRequestView);
    expect(plain.documents[0]).not.to.have.property('study');
    expect(await viewOf(Buffer.from('<a/>'), retrieveRequestView)).to.equal(undefined);
  });
});

describe('views', () => {
  it('read a blob once, however many build on it, and anew where the store failed', async () => {
    const bytes = bytesOf(http, '\r\n', parts);
    const store = storeOf([bytes]);
    const views = new Views(store);
    await Promise.all([views.view(refOf(bytes), manifestView), views.view(refOf(bytes), soapView), views.view(refOf(bytes), submissionView)]);
    expect(await views.view(refOf(bytes), soapView)).to.equal(await views.view(refOf(bytes), soapView));
    expect(store.reads).to.equal(1);
    let calls = 0;
    const failing: ViewKey<number> = { name: 'failing', parse: () => (++calls === 1 ? Promise.reject(new Error('disk')) : Promise.resolve(calls)) };
    const error = await views.view(refOf(bytes), failing).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(Error);
    expect(await views.view(refOf(bytes), failing)).to.equal(2);
  });

  it('are let go of, so that a long judgement does not keep every message', async () => {
    const blobs = Array.from({ length: 100 }, (_, i) => Buffer.from(`<a n="${i}"/>`));
    const store = storeOf(blobs);
    const views = new Views(store);
    for (const bytes of blobs) await views.view(refOf(bytes), soapView);
    await views.view(refOf(blobs[99] ?? Buffer.alloc(0)), soapView);
    expect(store.reads).to.equal(100);
    await views.view(refOf(blobs[0] ?? Buffer.alloc(0)), soapView);
    expect(store.reads).to.equal(101);
  });
});
