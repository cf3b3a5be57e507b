/** RAD-68 as a broken or malicious product sends it. */
import { gzipSync } from 'node:zlib';
import type { HostileCase } from './case.js';
import { bodyOf, headerOf, headOf, once, putTogether, replaced, takeApart, withDocument, withEnvelope, withPart, type WireMessage } from './message.js';

/** One changed message in place of the good one. */
const instead = (edit: (good: WireMessage) => Buffer | WireMessage) => (good: Buffer): Buffer[] => {
  const made = edit(takeApart(good));
  return [Buffer.isBuffer(made) ? made : putTogether(made)];
};
const envelope = (edit: (text: string) => string | Buffer) => instead((good) => withEnvelope(good, edit));
const document = (edit: (body: Buffer) => Buffer) => instead((good) => withDocument(good, edit));
const doctype = (subset: string, use: string) => (text: string): string =>
  once(text, '</rim:Name>', `</rim:Name><rim:Description><rim:LocalizedString value="${use}"/></rim:Description>`).replace(/(<\?xml[^>]*\?>)?/, (declaration) => `${declaration}<!DOCTYPE Envelope ${subset}>`);

/** All that may pass where only the package around an envelope could be read. */
const PACKAGE = ['ASY-MTOM-001', 'ASY-MTOM-002', 'ASY-MTOM-003', 'ASY-MTOM-004', 'ASY-MTOM-008', 'ASY-MTOM-009', 'ASY-MTOM-013', 'ASY-MTOM-014', 'RAD68-004'];
/** The envelope's text was decoded, and names the study. */
const NAMED = ['ASY-SOAP-013', 'RAD68-001'];
/** Nothing was retrieved. */
const RETRIEVE = ['RAD-69', 'ASY-KOS-030', 'RAD68-006', 'XCAI-002'];
/** Nothing is known of a manifest that cannot be had. */
const MANIFEST = ['KOS', 'RAD68-003', 'RAD68-005', 'RAD68-008', 'ASY-META-096', 'ASY-RAD68-031', ...RETRIEVE];
/** Nor of metadata that cannot be read to their end. */
const METADATA = ['METADATA', 'ITI-41', 'ASY-SOAP-004', 'ASY-SOAP-016', 'ASY-SOAP-018', 'ASY-SOAP-019', 'ASY-MTOM-005', 'ASY-MTOM-006', 'ASY-MTOM-007', ...MANIFEST];
/** What stands behind the place where the manifest breaks off. */
const REST = ['RAD68-005', 'RAD68-008', 'ASY-KOS-003', 'ASY-KOS-020', 'ASY-KOS-023', 'ASY-KOS-037', ...RETRIEVE];

const LAUGHS = Array.from({ length: 30 }, (_, n) => `<!ENTITY l${n + 1} "&l${n};&l${n};&l${n};&l${n};&l${n};&l${n};&l${n};&l${n};&l${n};&l${n};">`).join('');

function* endless(good: Buffer): Iterable<Buffer> {
  const message = takeApart(good);
  yield headOf(message, undefined, { 'Transfer-Encoding': 'chunked' });
  const body = bodyOf(message, false);
  yield Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);
  const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 'x'), Buffer.from('\r\n')]);
  for (;;) yield chunk;
}

/** A sequence of undefined length in an item in a sequence …, behind the last element (PS3.5 section 7.5). */
function nested(levels: number): Buffer {
  const open = Buffer.from('77001010535100 00ffffffff feff00e0ffffffff'.replaceAll(' ', ''), 'hex');
  const close = Buffer.from('feff0de000000000 feffdde000000000'.replaceAll(' ', ''), 'hex');
  const creator = Buffer.from('770010004c4f0600485354494c45', 'hex');
  return Buffer.concat([creator, ...Array<Buffer>(levels).fill(open), ...Array<Buffer>(levels).fill(close)]);
}

export const submissions = (outside: { url: string; file: string }): HostileCase[] => [
  { title: 'garbage in place of HTTP', submit: () => [Buffer.from([0xff, 0xfe, 0, 1, 2, 13, 10, 13, 10])], fails: ['RAD68-001'], passes: [], reply: /^HTTP\/1\.1 400 / },
  {
    title: '10,000 headers',
    submit: instead((good) => {
      const body = bodyOf(good);
      return Buffer.concat([headOf({ ...good, headers: [...good.headers, ...Array.from({ length: 10_000 }, (_, n): [string, string] => [`X-${n}`, 'a'])] }, body.length), body]);
    }),
    fails: ['RAD68-001'],
    passes: [],
    reply: /^HTTP\/1\.1 431 [^]*5000 header lines/,
  },
  { title: 'a body without an end', submit: endless, fails: ['RAD68-001'], passes: [], reply: /^HTTP\/1\.1 413 [^]*larger than/ },
  { title: 'a body that stalls', submit: (good) => [good.subarray(0, good.length - 3000)], fails: ['RAD68-001'], passes: [], reply: /^HTTP\/1\.1 408 / },
  { title: 'a Content-Length below the body', submit: instead((good) => Buffer.concat([headOf(good, bodyOf(good).length - 3000), bodyOf(good)])), fails: ['ASY-SOAP-018', 'RAD68-003'], warns: ['ASY-MTOM-008'], neverPass: METADATA, reply: /not|A start tag does not end/ },
  { title: 'a Content-Length above the body', submit: instead((good) => Buffer.concat([headOf(good, bodyOf(good).length + 10), bodyOf(good)])), fails: ['RAD68-001'], passes: [], reply: /^HTTP\/1\.1 408 / },
  { title: 'a body in gzip', submit: instead((good) => { const body = gzipSync(bodyOf(good)); return Buffer.concat([headOf(good, body.length, { 'Content-Encoding': 'gzip' }), body]); }), fails: ['ASY-MTOM-003', 'ASY-MTOM-013', 'RAD68-004'], warns: ['ASY-MTOM-014'], passes: PACKAGE, reply: /Content-Encoding/ },
  { title: 'entities that multiply (billion laughs)', submit: envelope(doctype(`[<!ENTITY l0 "ha">${LAUGHS}]`, '&l30;')), fails: ['ASY-SOAP-026'], passes: [...PACKAGE, ...NAMED], reply: /document type declaration/ },
  { title: 'an external entity that is a file', submit: envelope(doctype(`[<!ENTITY f SYSTEM "file://${outside.file}">]`, '&f;')), fails: ['ASY-SOAP-026'], passes: [...PACKAGE, ...NAMED], reply: /document type declaration/ },
  { title: 'an external DTD and entity on a web server', submit: envelope(doctype(`SYSTEM "${outside.url}/x.dtd" [<!ENTITY f SYSTEM "${outside.url}/f"><!ENTITY % p SYSTEM "${outside.url}/p"> %p;]`, '&f;')), fails: ['ASY-SOAP-026'], passes: [...PACKAGE, ...NAMED], reply: /document type declaration/ },
  { title: 'XML of 100,000 levels', submit: envelope((text) => once(text, '</rim:Name>', `</rim:Name>${'<rim:a>'.repeat(100_000)}${'</rim:a>'.repeat(100_000)}`)), fails: ['RAD68-003'], neverPass: METADATA, reply: /256 elements/ },
  { title: 'UTF-16 without a byte order mark, called UTF-8', submit: envelope((text) => Buffer.from(text, 'utf16le')), fails: ['ASY-SOAP-018'], passes: PACKAGE },
  { title: 'octets that are no UTF-8', submit: envelope((text) => Buffer.from(replaced(text, 'PID-5|', 'PID-5|\u00ff\u00fe'), 'latin1')), fails: ['ASY-SOAP-018', 'RAD68-003'], warns: ['ASY-SOAP-013'], neverPass: METADATA },
  { title: 'an attribute of 5 MB', submit: envelope((text) => replaced(text, 'mimeType="application/dicom"', `mimeType="application/${'d'.repeat(5_000_000)}"`)), fails: ['ASY-KOS-036', 'ASY-SOAP-019', 'RAD68-005'], neverPass: [] },
  { title: 'an MTOM part that is missing', submit: instead((good) => ({ ...good, parts: good.parts.slice(0, 1) })), fails: ['ASY-MTOM-006', 'RAD68-003'], neverPass: MANIFEST, reply: /XDSMissingDocument/ },
  { title: 'an MTOM part twice', submit: instead((good) => ({ ...good, parts: [...good.parts, ...good.parts.slice(1)] })), fails: ['ASY-MTOM-006', 'RAD68-003'], neverPass: MANIFEST, reply: /XDSMissingDocument/ },
  { title: 'a start parameter that names no part', submit: instead((good) => putTogether(good, { set: { 'Content-Type': replaced(headerOf(good, 'Content-Type') ?? '', 'start="<', 'start="<nobody.') } })), fails: ['ASY-MTOM-003'], neverPass: [] },
  { title: 'no closing delimiter', submit: instead((good) => putTogether(good, { close: false })), fails: ['ASY-META-018', 'ASY-META-058', 'ASY-RAD68-031', 'RAD68-005'], warns: ['ASY-MTOM-008'], neverPass: [] },
  { title: 'a document that is no DICOM', submit: document(() => Buffer.from('%PDF-1.4\nnot a manifest at all\n')), fails: ['RAD68-003'], neverPass: MANIFEST, shown: ['ASY-META-096', 'ASY-RAD68-031'] },
  { title: 'a truncated manifest', submit: document((body) => body.subarray(0, body.length - 900)), fails: ['ASY-KOS-003', 'ASY-KOS-012', 'ASY-KOS-033', 'RAD68-005', 'RAD68-008'], neverPass: REST },
  { title: 'a manifest cut behind its delivery (hash and size of the whole)', submit: instead((good) => withPart(good, 1, (body) => body.subarray(0, body.length - 900))), fails: ['ASY-KOS-003', 'ASY-KOS-012', 'ASY-KOS-033', 'ASY-META-018', 'ASY-META-058', 'ASY-RAD68-031', 'RAD68-005', 'RAD68-008'], neverPass: REST, reply: /XDSRepositoryMetadataError/ },
  { title: 'a manifest with a sequence 10,000 deep', submit: document((body) => Buffer.concat([body, nested(10_000)])), fails: [], neverPass: ['RAD68-005', 'ASY-KOS-023', 'ASY-KOS-037', 'ASY-KOS-020'] },
];
