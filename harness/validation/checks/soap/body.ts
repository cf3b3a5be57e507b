/** What the Body holds: one payload, valid by its schema, or a fault. */
import { attribute, child, childElements } from '../../../formats/xml.js';
import type { SoapMessage, XmlElement } from '../../../formats/model.js';
import { soapView } from '../../../formats/soap.js';
import { defineCheck, met, notApplicable, type Seen, undecidable, violated } from '../../define.js';
import { faultCode, faultOf, qualified, trimmed, withoutEnvelope } from '../../soap-facts.js';
import { payloads, SOAP12 } from '../../soap-names.js';

const CODES = ['VersionMismatch', 'MustUnderstand', 'DataEncodingUnknown', 'Sender', 'Receiver'];
const FAULT_CHILDREN = /^Code Reason( Node)?( Role)?( Detail)?$/;

export const onePayload = defineCheck('ASY-SOAP-017', soapView, function* (m, context): Seen {
  const missing = withoutEnvelope(m);
  if (missing) return yield missing;
  if (!m.body) return yield undecidable('The envelope has no Body; ASY-SOAP-016 speaks of it.');
  const children = childElements(m.body);
  const payload = payloads[context.exchange.transaction ?? ''];
  const wanted = payload && (context.message.from === 'initiator' ? payload.request : payload.response);
  const [only, second] = children;
  const expected = wanted ? qualified(wanted) : 'one element';
  if (!only || second) {
    return yield violated({
      because: only ? `The Body holds ${children.length} elements.` : 'The Body is empty.',
      expected: `exactly one element: ${expected}`,
      found: only ? children.slice(0, 5).map(qualified).join(' ') : 'none',
      at: m.at(second ?? m.body),
      remedy: 'Put the payload of the transaction, and nothing else, into the Body.',
    });
  }
  const isFault = context.message.from === 'responder' && faultOf(m) === only;
  if (isFault || !wanted || qualified(only) === qualified(wanted)) return yield met(`The Body holds one payload: ${only.local}.`, m.at(only));
  yield violated({
    because: 'The payload is not the one of the transaction.',
    expected,
    found: qualified(only),
    at: m.at(only),
    remedy: 'Look at element name and namespace of the transaction’s message; errors that the transaction knows travel inside its own response.',
  });
});

export const faultForm = defineCheck('ASY-SOAP-010', soapView, function* (m): Seen {
  const missing = withoutEnvelope(m);
  if (missing) return yield missing;
  const fault = faultOf(m);
  if (!fault || !m.body) return yield notApplicable('The answer is no SOAP fault.');
  let clean = true;
  for (const { found, expected, place } of faultProblems(m, m.body, fault)) {
    clean = false;
    yield violated({
      because: 'The SOAP fault is not of the form that SOAP 1.2 gives it.',
      expected,
      found,
      at: m.at(place),
      remedy: 'A fault holds Code (with Value), then Reason (with Text in a named language), and stands alone in the Body; let the stack write it.',
    });
  }
  if (clean) yield met('The fault has Code and Reason and stands alone in the Body.', m.at(fault));
});

function* faultProblems(m: SoapMessage, body: XmlElement, fault: XmlElement): Iterable<{ expected: string; found: string; place: XmlElement }> {
  const siblings = childElements(body);
  if (siblings.length > 1) yield { expected: 'the fault as only child of the Body', found: siblings.map(({ local }) => local).slice(0, 5).join(' '), place: siblings.find((child) => child !== fault) ?? fault };
  const children = childElements(fault);
  const names = children.map(({ local, namespace }) => (namespace === SOAP12 ? local : qualified({ local, namespace })));
  if (!FAULT_CHILDREN.test(names.join(' '))) yield { expected: 'Code, Reason, then Node, Role, Detail where wanted', found: names.join(' ').slice(0, 200) || 'nothing', place: fault };
  const value = child(child(fault, 'Code', SOAP12), 'Value', SOAP12);
  if (child(fault, 'Code', SOAP12) && !value) yield { expected: 'Value in Code', found: 'none', place: child(fault, 'Code', SOAP12) ?? fault };
  if (value && !CODES.includes(faultCode(fault) ?? '')) yield { expected: `one of ${CODES.join(', ')} (finer codes belong into Subcode)`, found: trimmed(value).slice(0, 100), place: value };
  const reason = child(fault, 'Reason', SOAP12);
  if (!reason) return;
  const texts = childElements(reason, 'Text', SOAP12);
  if (texts.length === 0) yield { expected: 'Text in Reason', found: 'none', place: reason };
  const silent = texts.find((text) => attribute(text, 'lang', 'http://www.w3.org/XML/1998/namespace') === undefined);
  if (silent) yield { expected: 'xml:lang on each Text of the Reason', found: 'no xml:lang', place: silent };
}

export const faultStatus = defineCheck('ASY-SOAP-011', soapView, function* (m): Seen {
  const missing = withoutEnvelope(m);
  if (missing) return yield missing;
  const fault = faultOf(m);
  const status = m.http?.status;
  if (!fault) return yield notApplicable('The answer is no SOAP fault.');
  if (status === undefined) return yield notApplicable('The status line is not at hand.', m.at(fault));
  const sender = faultCode(fault) === 'Sender';
  if (status === 500 || (sender && status === 400)) return yield met(`The fault is sent with status ${status}.`, m.at(fault));
  yield violated({
    because: `A fault is sent with status ${status}.`,
    ...(status >= 400 && { atMost: 'warning' as const }),
    expected: sender ? '400 or 500' : '500',
    found: String(status),
    at: m.at({ offset: m.http?.offset ?? 0, length: m.http?.startLine.length ?? 0 }, 'status line'),
    remedy: 'Send faults with 500 Internal Server Error; a Sender fault may also go with 400 Bad Request.',
  });
});
