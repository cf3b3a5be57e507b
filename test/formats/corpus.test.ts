import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDicom } from '../../harness/formats/dicom.js';
import { submissionView } from '../../harness/formats/ebrim.js';
import { manifestView } from '../../harness/formats/manifest.js';
import { registryResponseView } from '../../harness/formats/registry-response.js';
import { retrieveRequestView, retrieveResponseView } from '../../harness/formats/retrieve.js';
import { soapView } from '../../harness/formats/soap.js';
import { mustView, viewOf } from './support.js';

const corpus = join(import.meta.dirname, '../../../shared/corpus');
const elsewhere = [join(import.meta.dirname, '../../../../shared/corpus'), corpus].find((folder) => existsSync(folder));

describe('formats on real messages', () => {
  const read = (name: string): Buffer => readFileSync(join(elsewhere ?? corpus, name));
  before(function () {
    if (!elsewhere) this.skip();
  });

  it('reads every file without a crash, and every XML file without a problem', async () => {
    for (const folder of readdirSync(elsewhere ?? corpus, { withFileTypes: true })) {
      if (!folder.isDirectory()) continue;
      for (const name of readdirSync(join(elsewhere ?? corpus, folder.name))) {
        const bytes = read(join(folder.name, name));
        for (const key of [soapView, submissionView, registryResponseView, retrieveRequestView, retrieveResponseView, manifestView]) await viewOf<unknown>(bytes, key, 1000);
        if (!name.endsWith('.xml')) continue;
        const message = await mustView(bytes, soapView);
        expect(message.xml.problems, name).to.deep.equal([]);
        expect(message.payload ?? message.body, name).to.exist;
      }
    }
  });

  it('reads an HTTP message whose lines end in LF, with white space at their ends', async () => {
    const message = await mustView(read('mtom/http-pnr-good.txt'), soapView);
    expect(message.packaging).to.equal('mtom');
    expect(message.http?.method).to.equal('POST');
    expect(message.mediaType?.parameters['start-info']).to.equal('application/soap+xml');
    expect(message.mime?.closed).to.equal(true);
    expect(message.payload?.local).to.equal('ProvideAndRegisterDocumentSetRequest');
    const submission = await mustView(read('mtom/http-pnr-good.txt'), submissionView);
    expect(submission.documentEntries.length).to.be.greaterThan(0);
    expect(submission.documents.every((document) => document.part)).to.equal(true);
  });

  it('reads a multipart body without a head', async () => {
    const message = await mustView(read('mtom/retrieve-response-good.txt'), retrieveResponseView);
    expect(message.message.http).to.equal(undefined);
    expect(message.message.packaging).to.equal('mtom');
    expect(message.documents[0]?.content?.size).to.equal(15);
    expect(message.status).to.match(/Success$/);
  });

  it('reads every manifest', () => {
    for (const name of readdirSync(join(elsewhere ?? corpus, 'dicom'))) {
      const object = parseDicom(read(`dicom/${name}`));
      expect(object.problems, name).to.deep.equal([]);
      expect(object.dataset.items('0040A375').length, name).to.be.greaterThan(0);
    }
  });

  it('reads a retrieve request of two studies', async () => {
    const request = await mustView(read('rad69/iig-two-communities.xml'), retrieveRequestView);
    expect(request.documents).to.have.length(7);
    expect(request.documents[6]).to.include({ home: 'urn:oid:1.3.6.1.4.1.21367.13.70.102', series: '1.3.6.1.4.1.21367.201599.2.201606010958052' });
    expect(request.transferSyntaxes).to.deep.equal(['1.2.840.10008.1.2.1']);
  });
});
