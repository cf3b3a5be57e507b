/** The envelope itself: SOAP 1.2 Part 1, section 5; XML 1.0. */
import { childElements } from '../../../formats/xml.js';
import type { SoapMessage } from '../../../formats/model.js';
import { soapView } from '../../../formats/soap.js';
import { defineCheck, met, notApplicable, type Seen, undecidable, violated } from '../../define.js';
import { isDecoding, isLimit, qualified, withoutEnvelope } from '../../soap-facts.js';
import { SOAP11, SOAP12 } from '../../soap-names.js';

export const envelopeNamespace = defineCheck('ASY-SOAP-001', soapView, function* (m): Seen {
  const { root } = m.xml;
  if (!root) yield withoutEnvelope(m) ?? undecidable('There is no element in the message.');
  else if (m.packaging === 'bare' && !m.envelope) yield notApplicable('The file holds metadata without a SOAP envelope.', m.at(root));
  else if (root.local === 'Envelope' && root.namespace === SOAP12) yield met('The message is a SOAP 1.2 envelope.', m.at(root));
  else {
    yield violated({
      because: root.local === 'Envelope' ? 'The envelope is not in the namespace of SOAP 1.2.' : 'The root element is not a SOAP envelope.',
      expected: qualified({ namespace: SOAP12, local: 'Envelope' }),
      found: qualified(root),
      at: m.at(root),
      remedy: root.namespace === SOAP11 ? 'The web-service stack is set to SOAP 1.1: switch the binding to SOAP 1.2 (soap12:binding in the WSDL).' : 'Send the transaction’s message as a SOAP 1.2 envelope, also where the answer is an error: a SOAP fault, not a page.',
    });
  }
});

export const encoding = defineCheck('ASY-SOAP-013', soapView, function* (m): Seen {
  const broken = m.xml.problems.find(isDecoding);
  const usual = /^utf-(8|16)/.test(m.xml.encoding) || m.xml.encoding === 'us-ascii'; // US-ASCII is UTF-8 as it stands
  if (broken) {
    yield violated({
      because: `The envelope cannot be decoded as ${m.xml.encoding}: ${broken.message}`,
      expected: 'octets of the declared (or default) charset, UTF-8 or UTF-16',
      found: broken.message,
      at: m.at(broken),
      remedy: 'Write the envelope in UTF-8 and say charset=UTF-8; look for text that was put in as Latin-1 or Windows-1252 octets.',
    });
  } else if (!usual) {
    yield violated({
      because: `The envelope is encoded in ${m.xml.encoding}; every XML processor must read UTF-8 and UTF-16 only.`,
      atMost: 'warning',
      expected: 'UTF-8 or UTF-16',
      found: m.xml.encoding,
      ...(m.xml.root && { at: m.at(m.xml.root) }),
      remedy: 'Set the serializer’s output encoding to UTF-8.',
    });
  } else if (m.xml.text !== '' && !m.xml.root && m.xml.problems[0] && !m.xml.doctype) yield undecidable(`Whether this is the envelope as it was meant cannot be told: ${m.xml.problems[0].message}`, m.at(m.xml.problems[0]));
  else yield m.xml.text === '' ? undecidable('There is no envelope to decode.') : met(`The envelope decodes as ${m.xml.encoding}.`, m.xml.root && m.at(m.xml.root));
});

export const order = defineCheck('ASY-SOAP-016', soapView, function* (m): Seen {
  const missing = withoutEnvelope(m);
  if (missing || !m.envelope) return yield missing ?? undecidable('There is no envelope.');
  const children = childElements(m.envelope);
  const seen = children.map((child) => (child.namespace === m.envelope?.namespace ? child.local : qualified(child)));
  const right = seen.join(' ') === 'Body' || seen.join(' ') === 'Header Body';
  if (right) return yield met('The envelope holds Header and Body in order, and nothing behind.', m.at(m.envelope));
  const wrong = children.find((child, index) => (index === 0 ? !['Header', 'Body'].includes(seen[0] ?? '') : index > 1 || seen[0] !== 'Header' || seen[1] !== 'Body'));
  yield violated({
    because: 'The children of the envelope are not at most one Header, then exactly one Body.',
    expected: 'Header Body',
    found: seen.length > 0 ? seen.slice(0, 10).join(' ') : 'no child element',
    at: m.at(wrong ?? m.envelope),
    remedy: 'Write the Header first, then one Body, and move anything behind the Body into one of them.',
  });
});

export const wellFormed = defineCheck('ASY-SOAP-018', soapView, function* (m): Seen {
  const problem = m.xml.problems[0];
  if (!problem) return yield m.xml.root ? met('The envelope is a well-formed XML document.', m.at(m.xml.root)) : undecidable('There is no XML document in the message.');
  if (m.xml.doctype) return yield undecidable('The document has a document type declaration, behind which nothing is read; ASY-SOAP-026 speaks of it.', m.at(problem));
  if (isLimit(problem)) return yield undecidable(`The document is beyond what is read: ${problem.message}`, m.at(problem));
  yield violated({
    because: `The envelope is not a well-formed XML document: ${problem.message}`,
    expected: 'a well-formed XML document',
    found: excerpt(m, problem.message),
    at: m.at(problem),
    remedy: isDecoding(problem) ? 'Write the text in the charset that is declared.' : 'Let an XML serializer write the message instead of putting strings together; check that nothing cuts the body short (Content-Length counts octets, not characters).',
  });
});

const excerpt = (m: SoapMessage, message: string): string => (m.xml.text.trim() === '' ? 'no text at all' : message);

export const noDoctype = defineCheck('ASY-SOAP-026', soapView, function* (m): Seen {
  const instruction = m.xml.processingInstructions[0];
  if (m.xml.doctype) {
    yield violated({
      because: 'The message holds a document type declaration, which SOAP forbids.',
      expected: 'no <!DOCTYPE …>',
      found: 'a document type declaration',
      at: m.at(m.xml.doctype),
      remedy: 'Take the DOCTYPE out; replace entities that it declares by their text. Receivers refuse such messages, since entities are a way to attack them.',
    });
  } else if (instruction) {
    yield violated({
      because: `The message holds a processing instruction (<?${instruction.target}…?>), which senders are asked to leave out.`,
      atMost: 'warning',
      expected: 'no processing instruction',
      found: `<?${instruction.target}…?>`,
      at: m.at(instruction),
      remedy: 'Take it out: a receiver may answer it with a fault.',
    });
  } else if (m.xml.text === '') yield undecidable('There is no XML document in the message.');
  else if (!m.xml.root && m.xml.problems[0]) yield undecidable(`The document cannot be read up to its root element: ${m.xml.problems[0].message}`, m.at(m.xml.problems[0]));
  else yield met('The message holds no document type declaration.', m.xml.root && m.at(m.xml.root));
});
