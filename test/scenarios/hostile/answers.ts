/** RAD-69 as a broken or malicious product answers it. */
import type { Socket } from 'node:net';
import type { HostileCase } from './case.js';
import { headerOf, putTogether, replaced, takeApart, withEnvelope, type WireMessage } from './message.js';
import { drained, type Answer } from './source.js';

const changed = (edit: (good: WireMessage) => WireMessage | Buffer): Answer => async (socket, good) => {
  const made = edit(takeApart(await good()));
  socket.end(Buffer.isBuffer(made) ? made : putTogether(made));
};
const always = (...pieces: (string | Buffer)[]): Answer => (socket) => {
  for (const piece of pieces) socket.write(piece);
  socket.end();
};
/** All that an answer shows, where none could be read. */
const ANSWER = ['RAD-69', 'ASY-KOS-030', 'RAD68-006', 'XCAI-002', 'ASY-META-084', 'ASY-META-086', 'ASY-META-087', 'ASY-META-065', 'ISV-002', 'ISV-003', 'ISV-004', 'RAD69-016'];
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: multipart/related; type="application/xop+xml"; boundary="b"\r\n';
const HTML = '<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Service not available<br></body></html>';

async function endlessly(socket: Socket): Promise<void> {
  socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
  const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 'x'), Buffer.from('\r\n')]);
  while (!socket.destroyed) if (!socket.write(chunk)) await drained(socket);
}

export const answers = (): HostileCase[] => [
  { title: 'no answer', answer: () => undefined, fails: ['ASY-KOS-030', 'RAD68-006', 'RAD69-004'], neverPass: ANSWER },
  { title: 'a reset behind the headers', answer: (socket) => void socket.write(`${HEAD}Content-Length: 9999\r\n\r\n`, () => setImmediate(() => socket.resetAndDestroy())), fails: ['ASY-KOS-030', 'ASY-MTOM-003', 'ASY-MTOM-013', 'ASY-RAD69-002', 'RAD68-006', 'RAD69-004'], warns: ['ASY-MTOM-002', 'ASY-MTOM-014'], neverPass: ANSWER },
  { title: 'an answer that is garbage', answer: always(Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')), fails: ['ASY-KOS-030', 'RAD68-006', 'RAD69-004'], neverPass: ANSWER },
  { title: 'an answer with 10,000 headers', answer: async (socket, good) => { const bytes = await good(); const at = bytes.indexOf('\r\n') + 2; socket.write(bytes.subarray(0, at)); socket.write('X-Header: a\r\n'.repeat(10_000)); socket.end(bytes.subarray(at)); }, fails: ['ASY-KOS-030', 'ASY-MTOM-013', 'ASY-SOAP-018', 'RAD68-006', 'RAD69-004'], neverPass: ANSWER },
  { title: 'an answer without an end', answer: endlessly, fails: ['ASY-KOS-030', 'ASY-MTOM-003', 'ASY-MTOM-013', 'ASY-RAD69-002', 'RAD68-006', 'RAD69-004'], warns: ['ASY-MTOM-002', 'ASY-MTOM-014'], neverPass: ANSWER },
  { title: 'an HTML error page with status 200', answer: always(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${HTML.length}\r\n\r\n`, HTML), fails: ['ASY-KOS-030', 'ASY-MTOM-013', 'ASY-SOAP-026', 'RAD68-006', 'RAD69-004'], neverPass: ANSWER },
  { title: 'an answer with a DTD', answer: changed((good) => withEnvelope(good, (text) => text.replace(/(<\?xml[^>]*\?>)?/, (declaration) => `${declaration}<!DOCTYPE Envelope [<!ENTITY f SYSTEM "file:///etc/hostname">]>`))), fails: ['ASY-KOS-030', 'ASY-SOAP-026', 'RAD68-006', 'RAD69-004'], neverPass: ANSWER },
  { title: 'an answer of 100,000 levels', answer: changed((good) => withEnvelope(good, (text) => text.replace(/(<[^>]*:Body>)/, (body) => `${body}${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`))), fails: ['ASY-KOS-030', 'RAD68-006', 'RAD69-003', 'RAD69-004'], neverPass: ANSWER, shown: ['ASY-RAD69-002'] },
  { title: 'an answer with another boundary than it names', answer: changed((good) => putTogether(good, { set: { 'Content-Type': replaced(headerOf(good, 'Content-Type') ?? '', good.boundary, 'another-one') } })), fails: ['ASY-KOS-030', 'ASY-MTOM-003', 'ASY-MTOM-013', 'ASY-RAD69-002', 'RAD68-006', 'RAD69-004'], warns: ['ASY-MTOM-014'], neverPass: ANSWER },
  { title: 'an answer that lacks a part', answer: changed((good) => ({ ...good, parts: good.parts.slice(0, Math.max(1, good.parts.length - 1)) })), fails: ['ASY-KOS-030', 'ASY-MTOM-006', 'RAD68-006'], neverPass: ['ASY-RAD69-009', 'ASY-RAD69-021'] },
  { title: 'an answer with a part twice', answer: changed((good) => ({ ...good, parts: [...good.parts, ...good.parts.slice(1).slice(-1)] })), fails: ['ASY-KOS-030', 'ASY-MTOM-006', 'RAD68-006'], neverPass: ['ASY-RAD69-009', 'ASY-RAD69-021'] },
  { title: 'an answer whose documents are no DICOM', answer: changed((good) => ({ ...good, parts: good.parts.map((part, index) => (index === 0 ? part : { ...part, body: Buffer.from('not an image') })) })), fails: ['ASY-RAD69-009'], neverPass: ['ASY-RAD69-009', 'ASY-RAD69-010', 'ASY-RAD69-021', 'RAD69-005', 'ISV-004'] },
  { title: 'an answer whose documents are cut', answer: changed((good) => ({ ...good, parts: good.parts.map((part, index) => (index === 0 ? part : { ...part, body: part.body.subarray(0, part.body.length / 2) })) })), fails: ['ASY-RAD69-009', 'ASY-RAD69-021'], neverPass: ['ASY-RAD69-009', 'ASY-RAD69-021'] },
];
