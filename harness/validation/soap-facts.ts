/** What several SOAP checks ask of a message. */
import type { Observation } from '../contracts.js';
import { attribute, childElements, textOf } from '../formats/xml.js';
import type { Problem, SoapMessage, XmlElement } from '../formats/model.js';
import { notApplicable, undecidable } from './define.js';
import { SOAP11, SOAP12, WSA } from './soap-names.js';

const DECODING = new Set(['xml-invalid-utf8', 'xml-invalid-utf16', 'xml-invalid-ascii', 'xml-encoding-unsupported']);
const LIMITS = new Set(['xml-too-deep', 'xml-too-large', 'xml-encoding-unsupported']);

/** A problem of decoding octets into characters. */
export const isDecoding = (problem: Problem): boolean => DECODING.has(problem.code);
/** A problem that says more of the reader's limits than of the message. */
export const isLimit = (problem: Problem): boolean => LIMITS.has(problem.code);

/** Why the envelope cannot be judged; undefined where it can. Bare metadata in a file has none: nothing is asked of it. */
export function withoutEnvelope(m: SoapMessage): Observation | undefined {
  const problem = m.xml.problems[0];
  if (problem) return undecidable(`The envelope cannot be read to its end (${problem.message}), so this cannot be told; ASY-SOAP-018 or ASY-SOAP-026 speaks of it.`, m.at(problem));
  if (m.packaging === 'bare' && !m.envelope) return notApplicable('The file holds metadata without a SOAP envelope.');
  if (!m.envelope) return undecidable('The message holds no SOAP envelope, so this cannot be told; ASY-SOAP-001 speaks of it.', m.xml.root && m.at(m.xml.root));
  return undefined;
}

/** Header blocks of WS-Addressing 1.0 with this name. */
export const wsaBlocks = (m: SoapMessage, local: string): XmlElement[] => m.addressing.filter((block) => block.namespace === WSA && block.local === local);

/** Text without the white space around it. */
export const trimmed = (element: XmlElement | undefined): string => textOf(element).trim();

/** Whether the SOAP attribute mustUnderstand is set on a header block: SOAP 1.2 Part 1, section 5.2.3. */
export function mustUnderstand(m: SoapMessage, block: XmlElement): boolean {
  const value = attribute(block, 'mustUnderstand', m.envelope?.namespace ?? SOAP12)?.value.trim();
  return value === '1' || value === 'true';
}

const isSoap = (element: XmlElement): boolean => element.namespace === SOAP12 || element.namespace === SOAP11;

/** The fault in the Body, of either SOAP version. */
export const faultOf = (m: SoapMessage): XmlElement | undefined => m.body && childElements(m.body, 'Fault').find(isSoap);

/** `Sender`, `Receiver`, …: the local part of the fault's code. */
export function faultCode(fault: XmlElement): string | undefined {
  const code = childElements(fault, 'Code')[0];
  const value = code && childElements(code, 'Value')[0];
  return value && trimmed(value).split(':').at(-1);
}

/** For people: `{namespace}local`. */
export const qualified = ({ namespace, local }: { namespace: string; local: string }): string => (namespace ? `{${namespace}}${local}` : local);
