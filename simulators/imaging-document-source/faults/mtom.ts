/** Packaging of its messages as MTOM/XOP (ITI TF-2 appendix V.3.6; XOP; RFC 2387). */
import type { Headers, MtomMessage } from '../../emit/mtom.js';
import { THE_MANIFEST } from '../hidden.js';
import { sourceFault } from '../fault.js';

const setParameter = (message: MtomMessage, name: string, value: string): void => void (message.parameters = message.parameters.map(([n, v]) => [n, n === name ? value : v]));
const setHeader = (headers: Headers, name: string, value: string): Headers => headers.map(([n, v]) => [n, n === name ? value : v]);

export const faults = [
  sourceFault({ id: 'mtom-type-text-xml', title: 'announces a package of type text/xml', breaks: 'ASY-MTOM-001' }, { package: (m) => setParameter(m, 'type', 'text/xml') }),
  sourceFault(
    { id: 'mtom-wrong-start-info', title: 'announces text/xml in start-info', breaks: 'ASY-MTOM-002' },
    { package: (m) => setParameter(m, 'start-info', 'text/xml') },
  ),
  sourceFault(
    { id: 'mtom-root-part-text-xml', title: 'types the envelope part text/xml', breaks: 'ASY-MTOM-004' },
    { package: (m) => void (m.parts[0]!.headers = setHeader(m.parts[0]!.headers, 'Content-Type', 'text/xml; charset=UTF-8')) },
  ),
  sourceFault(
    { id: 'mtom-dangling-include', title: 'names a part in xop:Include that is not in its answer', breaks: 'ASY-MTOM-006', alsoBreaks: ['ASY-KOS-030', 'RAD68-006'], hides: ['ASY-RAD69-009', 'ASY-RAD69-021', 'RAD69-005'] },
    { retrieveEnvelope: (xml) => xml.replace('href="cid:instance-1@assay"', 'href="cid:nothing@assay"') },
  ),
  sourceFault(
    { id: 'mtom-content-id-bare', title: 'writes Content-ID without angle brackets', breaks: 'ASY-MTOM-007' },
    { package: (m) => void (m.parts[1]!.headers = setHeader(m.parts[1]!.headers, 'Content-ID', 'manifest@assay')) },
  ),
  sourceFault(
    { id: 'mtom-text-beside-include', title: 'leaves text beside xop:Include', breaks: 'ASY-MTOM-005' },
    { envelope: (xml) => xml.replace(/(<xop:Include [^>]*\/>)/, '$1AAAA') },
  ),
  sourceFault(
    { id: 'mtom-base64-that-is-binary', title: 'declares base64 over raw bytes', breaks: 'ASY-MTOM-009', alsoBreaks: ['ASY-META-018', 'ASY-META-058', 'ASY-RAD68-031', 'RAD68-003'], hides: THE_MANIFEST },
    { package: (m) => void (m.parts[1]!.headers = setHeader(m.parts[1]!.headers, 'Content-Transfer-Encoding', 'base64')) },
  ),
  sourceFault({ id: 'mtom-not-closed', title: 'leaves out the two hyphens that close the package', breaks: 'ASY-MTOM-008', expectedExit: 0 }, { package: (m) => void (m.closed = false) }),
];
