import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { soapView } from '../../harness/formats/soap.js';
import { submissionView } from '../../harness/formats/ebrim.js';
import { bytesOf, chunked, mustView } from './support.js';

const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');

const envelope = `<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">
 <s:Header><a:Action s:mustUnderstand="1">urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b</a:Action><a:MessageID>urn:uuid:1</a:MessageID></s:Header>
 <s:Body><x:ProvideAndRegisterDocumentSetRequest xmlns:x="urn:ihe:iti:xds-b:2007"><x:Document id="d1"><i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:a%2Bb@x"/></x:Document><x:Document id="d2">aGVs bG8=</x:Document></x:ProvideAndRegisterDocumentSetRequest></s:Body>
</s:Envelope>`;
const binary = Buffer.from([0, 13, 10, 45, 45, 98, 13, 10, 45, 45, 98, 99, 255, 10]);
const body = bytesOf(
  'preamble\r\n--b1\r\nContent-Type: application/xop+xml; charset=UTF-8; type="application/soap+xml"\r\nContent-ID: <root@x>\r\n\r\n',
  envelope,
  '\r\n--b1\r\nContent-Type: application/dicom\r\nContent-ID:\r\n <a+b@x>\r\nContent-Transfer-Encoding: binary\r\n\r\n',
  binary,
  '\r\n--b1\r\nContent-ID: <empty@x>\r\n\r\n\r\n--b1\r\nContent-ID: <b64@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n',
  'aGVs\r\nbG8=',
  '\r\n--b1--\r\nepilogue',
);
const head = 'POST /x HTTP/1.1\r\nHost: h\r\ncontent-type: multipart/related; boundary=b1; type="application/xop+xml"; start="<root@x>"; start-info="application/soap+xml"\r\n';
const plain = bytesOf(head, `Content-Length: ${body.length}\r\n\r\n`, body);
const inChunks = bytesOf(head, 'Transfer-Encoding: chunked\r\n\r\n', chunked(body, [1, 7, 100, 3]));

describe('MTOM', () => {
  for (const [name, bytes] of [['with Content-Length', plain], ['in chunks', inChunks]] as const) {
    for (const size of [1, 3, 17, 65536]) {
      it(`splits a message ${name}, read ${size} bytes at a time`, async () => {
        const message = await mustView(bytes, soapView, size);
        expect(message.problems).to.deep.equal([]);
        expect(message.mime?.problems).to.deep.equal([]);
        expect(message.mime?.closed).to.equal(true);
        expect(message.mime?.parts.map((part) => part.size)).to.deep.equal([Buffer.byteLength(envelope), binary.length, 0, 10]);
        expect(message.mime?.parts.every((part) => part.complete)).to.equal(true);
        expect(message.mime?.parts[1]?.sha1).to.equal(sha1(binary));
        expect(message.mime?.parts[1]?.contentId).to.equal('<a+b@x>');
        expect(Buffer.from(message.mime?.parts[3]?.bytes ?? []).toString()).to.equal('hello');
        expect(message.addressing.map((block) => block.local)).to.deep.equal(['Action', 'MessageID']);
        const { documents } = await mustView(bytes, submissionView, size);
        expect(documents[0]).to.include({ id: 'd1', size: binary.length, sha1: sha1(binary), part: documents[0]?.part });
        expect(documents[1]).to.include({ id: 'd2', size: 5, sha1: sha1(Buffer.from('hello')) });
        const action = message.addressing[0];
        const at = action && message.at(action);
        expect(at?.path).to.equal('/Envelope/Header/Action');
        expect(bytes.subarray(at?.offset, (at?.offset ?? 0) + 1).toString()).to.equal('<');
        const before = bytes.subarray(0, at?.offset).toString('latin1');
        expect(at?.line).to.equal(before.split('\n').length);
        expect(at?.column).to.equal(before.length - before.lastIndexOf('\n'));
      });
    }
  }
});
