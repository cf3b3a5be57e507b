/** The multipart package: MTOM section 3, XOP section 4 and 5, RFC 2387, RFC 2046 section 5.1; ITI TF-2 Appendix V.8. */
import type { MimePart, SoapMessage } from '../../../formats/model.js';
import { soapView } from '../../../formats/soap.js';
import { defineCheck, met, notApplicable, type Seen, violated } from '../../define.js';
import { baseType, contentTypePlace, isMultipart, partHeaderPlace, partsById, withoutBrackets, withoutMediaType, withoutPackage } from '../../mtom-facts.js';
import { faultOf } from '../../soap-facts.js';

const XOP_TYPE = 'application/xop+xml';
const SOAP_TYPE = 'application/soap+xml';
const enableMtom = 'Switch MTOM on for this endpoint in the web-service stack, for requests and answers.';
const typeOf = (m: SoapMessage): string => m.http?.headers.find(({ name }) => name.toLowerCase() === 'content-type')?.value.slice(0, 300) ?? m.mediaType?.type ?? 'none';

export const packaged = defineCheck('ASY-MTOM-013', soapView, function* (m): Seen {
  if (m.packaging === 'bare') return yield notApplicable('The file holds XML without any packaging.');
  if (isMultipart(m) && m.rootPart) return yield met('The message is a multipart package with a root part.', contentTypePlace(m).at);
  // How a fault is packaged is a decision of a stack.
  const fault = faultOf(m) !== undefined;
  yield violated({
    because: isMultipart(m) ? 'The message calls itself multipart, but holds no root part.' : 'The message of an MTOM transaction is not packaged as MTOM/XOP.',
    ...(fault && { atMost: 'warning' as const }),
    expected: 'multipart/related with a root part',
    found: isMultipart(m) ? 'no part' : typeOf(m),
    ...contentTypePlace(m),
    remedy: isMultipart(m) ? 'Look whether the boundary of the Content-Type is the one that the body uses.' : `${enableMtom} Also a message without attachment is a package, with one part.`,
  });
});

export const packageType = defineCheck('ASY-MTOM-001', soapView, function* (m): Seen {
  const none = withoutMediaType(m);
  if (none) return yield none;
  const type = baseType(m.mediaType?.parameters['type']);
  if (m.mediaType?.type === 'multipart/related' && type === XOP_TYPE) return yield met('The package is multipart/related of type application/xop+xml.', contentTypePlace(m).at);
  yield violated({
    because: 'The media type of the package is not multipart/related with type="application/xop+xml".',
    expected: `multipart/related; type="${XOP_TYPE}"`,
    found: `${m.mediaType?.type ?? 'none'}; type=${m.mediaType?.parameters['type'] ?? 'none'}`,
    ...contentTypePlace(m),
    remedy: type === 'text/xml' || type === SOAP_TYPE ? 'This is SOAP with Attachments: set the stack to MTOM/XOP instead.' : enableMtom,
  });
});

export const startInfo = defineCheck('ASY-MTOM-002', soapView, function* (m): Seen {
  const none = withoutMediaType(m);
  if (none) return yield none;
  const info = m.mediaType?.parameters['start-info'];
  if (baseType(info) === SOAP_TYPE) return yield met('start-info announces application/soap+xml.', contentTypePlace(m).at);
  yield violated({
    because: info === undefined ? 'The package has no start-info.' : 'start-info does not announce application/soap+xml.',
    ...(info === undefined && { atMost: 'warning' as const }),
    expected: `start-info="${SOAP_TYPE}"`,
    found: info ?? 'none',
    ...contentTypePlace(m),
    remedy: info === 'text/xml' ? 'The stack is set to SOAP 1.1: switch the binding to SOAP 1.2.' : `Write start-info="${SOAP_TYPE}" in the Content-Type of the package.`,
  });
});

export const startPart = defineCheck('ASY-MTOM-003', soapView, function* (m): Seen {
  const none = withoutPackage(m);
  if (none) return yield none;
  const start = m.mediaType?.parameters['start'];
  const first = m.mime?.parts[0];
  if (start === undefined) {
    if (m.xml.root?.local === 'Envelope' && first) return yield met('Without start parameter the first part is the envelope.', m.at(first));
    return yield violated({
      because: 'There is no start parameter, and the first part is not the envelope.',
      expected: 'the envelope as first part, or start naming its Content-ID',
      found: first ? `first part of type ${first.mediaType?.type ?? 'unknown'}` : 'no part',
      ...(first ? { at: m.at(first) } : contentTypePlace(m)),
      remedy: 'Write the envelope part first, or name its Content-ID in start.',
    });
  }
  const named = partsById(m).get(withoutBrackets(start)) ?? [];
  const [only] = named;
  const envelope = m.mime?.parts.find(holdsEnvelope);
  if (only && named.length === 1 && envelope && envelope !== only && !holdsEnvelope(only)) {
    return yield violated({
      because: 'start names a part that is not the envelope.',
      expected: envelope.contentId ?? 'the Content-ID of the envelope part',
      found: start.slice(0, 200),
      at: m.at(only),
      remedy: 'Copy the Content-ID of the envelope part, with its angle brackets, into start.',
    });
  }
  if (named.length === 1) return yield met('start names the Content-ID of one part.', contentTypePlace(m).at);
  yield violated({
    because: named.length === 0 ? 'start names no part of the package.' : 'start names several parts of the package.',
    expected: 'the Content-ID of the envelope part',
    found: named.length === 0 ? `${start.slice(0, 200)}; the parts are ${ids(m)}` : `${named.length} parts with ${start.slice(0, 200)}`,
    ...contentTypePlace(m),
    remedy: 'Copy the Content-ID of the envelope part, with its angle brackets, into start.',
  });
});

/** Whether a part begins like a SOAP envelope, in an encoding of one or two octets a character. */
const holdsEnvelope = ({ bytes }: MimePart): boolean => /<([\w.-]+:)?Envelope[\s>]/.test(Buffer.from(bytes?.subarray(0, 4096) ?? []).toString('latin1').replace(/\0/g, ''));

const ids = (m: SoapMessage): string => (m.mime?.parts ?? []).slice(0, 5).map(({ contentId }) => contentId ?? '(none)').join(', ') || '(none)';

export const rootPartType = defineCheck('ASY-MTOM-004', soapView, function* (m): Seen {
  const none = withoutPackage(m);
  if (none) return yield none;
  const part = m.rootPart;
  if (!part) return yield notApplicable('The package has no root part; ASY-MTOM-013 speaks of it.');
  const at = partHeaderPlace(m, part, 'Content-Type');
  const type = part.mediaType?.type;
  const inner = baseType(part.mediaType?.parameters['type']);
  const charset = part.mediaType?.parameters['charset'];
  if (type === XOP_TYPE && inner === SOAP_TYPE && charset !== undefined) return yield met('The envelope part is typed application/xop+xml of application/soap+xml.', at);
  const wrong = type !== XOP_TYPE || (inner !== undefined && inner !== SOAP_TYPE);
  yield violated({
    because: wrong ? 'The envelope part is not typed application/xop+xml with type="application/soap+xml".' : `The Content-Type of the envelope part has no ${inner === undefined ? 'type' : 'charset'} parameter.`,
    ...(!wrong && { atMost: 'warning' as const }),
    expected: `${XOP_TYPE}; charset=UTF-8; type="${SOAP_TYPE}"`,
    found: type === undefined ? 'no Content-Type' : `${type}; charset=${charset ?? 'none'}; type=${part.mediaType?.parameters['type'] ?? 'none'}`,
    at,
    remedy: wrong ? 'This looks like SOAP with Attachments or SOAP 1.1: set the stack to MTOM/XOP with SOAP 1.2.' : 'Write both parameters in the header of the root part.',
  });
});

export const boundary = defineCheck('ASY-MTOM-014', soapView, function* (m): Seen {
  const none = withoutMediaType(m);
  if (none) return yield none;
  const named = m.mediaType?.parameters['boundary'];
  const legal = named !== undefined && /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/.test(named);
  const used = named !== undefined && m.mime?.boundary === named && m.mime.parts.length > 0;
  if (legal && used) return yield met('The boundary is legal, and the body uses it.', contentTypePlace(m).at);
  yield violated({
    because: named === undefined ? 'The Content-Type names no boundary.' : legal ? 'The body does not use the boundary that the Content-Type names.' : 'The boundary is not of 1 to 70 legal characters.',
    expected: legal ? `delimiter lines --${named}` : 'a boundary of 1 to 70 characters out of RFC 2046 section 5.1.1',
    found: named === undefined ? typeOf(m) : legal ? 'no such line' : named.slice(0, 200),
    ...contentTypePlace(m),
    remedy: 'Write header and body from one variable; where a gateway repacks the body it must rewrite the header.',
  });
});
