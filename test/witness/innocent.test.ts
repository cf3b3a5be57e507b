/** What a conformant product may do otherwise: no such variant may change a verdict. */
import { expect } from 'chai';
import { judge } from '../../harness/validation/judge.js';
import { caseNames, loadWitness } from './load.js';
import type { Edit } from './mutator.mjs';
import { differences, vectorOf, type Vector } from './vector.js';

const CASE = 'share-ct-study';
const Q = 'rad-68.request';
const A = 'rad-69.response';
const U = 'rad-69-unknown.response';
const CID = '336f8188-c361-5b22-9b2c-2ff25fe20d96@foreign-source.example';

const variants: Record<string, Edit[]> = {
  'mustUnderstand="1"': [{ in: Q, replace: 'mustUnderstand="true"', with: 'mustUnderstand="1"', all: true }],
  'mustUnderstand on wsa:Action alone': [{ in: Q, replace: '<wsa:To soap:mustUnderstand="true">', with: '<wsa:To>' }],
  'white space around addresses and actions': [
    { in: Q, replace: 'Set-b</wsa:Action>', with: 'Set-b\n    </wsa:Action>' },
    { in: Q, replace: '<wsa:Address>', with: '<wsa:Address>\n  ' },
    { in: U, replace: '<wsa:RelatesTo>', with: '<wsa:RelatesTo> ' },
  ],
  'a CDATA section around the action': [{ in: Q, replace: 'urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b<', with: '<![CDATA[urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b]]><' }],
  'the reply relationship spelt out, beside another one': [
    { in: U, replace: '<wsa:RelatesTo>', with: '<wsa:RelatesTo RelationshipType="urn:other">urn:x:1</wsa:RelatesTo><wsa:RelatesTo RelationshipType="http://www.w3.org/2005/08/addressing/reply">' },
  ],
  'a message id that is no UUID': [{ in: Q, replace: '<wsa:MessageID>urn:uuid:', with: '<wsa:MessageID>https://pacs.example/id/' }],
  'further header blocks, and wsa:From': [
    { in: Q, insert: '<t:Trace xmlns:t="urn:t">1</t:Trace><wsa:From><wsa:Address>http://pacs.example/</wsa:Address></wsa:From>', before: '</soap:Header>' },
  ],
  'recipients of each kind': [
    { in: Q, insert: '<rim:Slot name="intendedRecipient"><rim:ValueList><rim:Value>Clinic</rim:Value><rim:Value>|^Lind^Ada</rim:Value><rim:Value>||^^Internet^ada@clinic.example</rim:Value></rim:ValueList></rim:Slot>', before: '<rim:Slot name="submissionTime">' },
  ],
  'comments anywhere': [
    { in: Q, insert: '<!-- a -->', before: '<soap:Header>' },
    { in: Q, insert: '<!-- b -->', before: '<rim:ExtrinsicObject' },
    { in: Q, insert: '<!-- c -->', before: '</soap:Envelope>' },
  ],
  'attributes and attachments of the envelope in the namespace of the stack': [{ in: Q, replace: '<soap:Body>', with: '<soap:Body xmlns:wsu="urn:wsu" wsu:Id="body">' }],
  'a payload whose namespaces are declared on the envelope': [{ in: Q, replace: '<soap:Envelope ', with: '<soap:Envelope xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0" xmlns:unused="urn:unused" ' }],
  'optional attributes of ebRIM': [{ in: Q, replace: '<rim:Slot name="size">', with: '<rim:Slot name="size" slotType="urn:x">' }],
  'header names and media types in other case': [
    { in: Q, httpHeader: 'Content-Type', rename: 'CONTENT-type' },
    { in: Q, httpHeader: 'Content-Type', replace: 'multipart/related; type="application/xop+xml"', with: 'Multipart/Related; TYPE="Application/XOP+XML"' },
    { in: Q, part: 1, partHeader: 'Content-ID', rename: 'content-id' },
    { in: Q, part: 0, partHeader: 'Content-Type', set: 'application/xop+xml;type="application/soap+xml";charset=utf-8' },
  ],
  'start without angle brackets': [{ in: Q, httpHeader: 'Content-Type', replace: 'start="<envelope.6f7b642c93075305b2bf4437a798f5ec@foreign-source.example>"', with: 'start="envelope.6f7b642c93075305b2bf4437a798f5ec@foreign-source.example"' }],
  'no start parameter': [{ in: Q, httpHeader: 'Content-Type', replace: 'start="<envelope.6f7b642c93075305b2bf4437a798f5ec@foreign-source.example>"; ', with: '' }],
  'start-info with an action': [{ in: Q, httpHeader: 'Content-Type', replace: 'start-info="application/soap+xml"', with: 'start-info="application/soap+xml; action=\\"urn:x\\""' }],
  'the envelope behind the documents, named by start': [{ in: A, movePart: 0, to: 3 }],
  'a percent-encoded cid': [{ in: A, replace: `cid:${CID}`, with: `cid:${CID.replace('@', '%40')}` }],
  'Content-Transfer-Encoding in other case, or 8bit': [
    { in: Q, part: 1, partHeader: 'Content-Transfer-Encoding', set: 'Binary' },
    { in: A, part: 1, partHeader: 'Content-Transfer-Encoding', set: '8bit' },
  ],
  'no transfer encoding on the envelope': [{ in: Q, part: 0, partHeader: 'Content-Transfer-Encoding', remove: true }],
  'a preamble and an epilogue around the parts': [
    { in: U, raw: true, insert: 'This is a MIME message.\r\n', before: '------=_ForeignSource', nth: 1 },
    { in: U, raw: true, insert: '\r\nbye', after: '_ForeignSource_7ef9e4f5c978577bab69798555e495c1--' },
  ],
  'UTF-16 with its mark': [
    { in: U, replace: ' encoding="UTF-8"', with: '' },
    { in: U, part: 0, partHeader: 'Content-Type', replace: 'UTF-8', with: 'UTF-16' },
    { in: U, encode: 'utf-16le', part: 0 },
  ],
  'a byte order mark in UTF-8': [{ in: U, hex: '3c3f786d6c', withHex: 'efbbbf3c3f786d6c' }],
  'a Slot value of 256 characters beyond the basic plane': [
    { in: Q, replace: '<rim:Value>Radiologist<', with: `<rim:Value>${'𝒜'.repeat(256)}<` },
  ],
  'the other action that editions name': [{ in: U, replace: 'urn:ihe:iti:2007:RetrieveDocumentSetResponse<', with: 'urn:ihe:rad:2009:RetrieveImagingDocumentSetResponse<' }],
};

describe('innocent variants', function () {
  let conformant: Vector;
  before(async function (this: Mocha.Context) {
    if (!(await caseNames()).includes(CASE)) this.skip();
    conformant = vectorOf(await judge(await loadWitness(CASE)));
  });

  for (const [name, edits] of Object.entries(variants)) {
    it(`${name}: no verdict changes`, async () => {
      const judgement = await judge(await loadWitness(CASE, { edits }));
      // What a product may leave out and gives rightly makes its requirement pass.
      const given = (line: string): boolean => line.endsWith(': pass') && conformant.get(line.slice(0, -': pass'.length)) === 'not applicable';
      const changed = differences(conformant, vectorOf(judgement)).filter((line) => !given(line));
      const why = judgement.requirements.filter(({ id }) => changed.some((line) => line.startsWith(`${id}:`))).map(({ why: words }) => words);
      expect(changed, why.join('; ')).to.deep.equal([]);
    });
  }
});
