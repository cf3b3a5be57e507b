/** WS-Addressing 1.0 header blocks: ITI TF-2 Appendix V.3, WS-Addressing 1.0 Core section 3. */
import { soapView } from '../../../formats/soap.js';
import { defineCheck, met, type Seen, violated } from '../../define.js';
import { mustUnderstand, qualified, trimmed, withoutEnvelope, wsaBlocks } from '../../soap-facts.js';
import { WSA } from '../../soap-names.js';

/** Of each of these at most one may stand in a message. */
const SINGLE = ['To', 'From', 'ReplyTo', 'FaultTo', 'MessageID'];
const isAbsolute = (iri: string): boolean => /^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$/.test(iri);

export const oneAction = defineCheck('ASY-SOAP-004', soapView, function* (m): Seen {
  const missing = withoutEnvelope(m);
  if (missing) return yield missing;
  const actions = wsaBlocks(m, 'Action');
  const [only, second] = actions;
  if (only && !second) return yield met(`There is one wsa:Action: ${trimmed(only)}`, m.at(only));
  const old = m.addressing.find((block) => block.local === 'Action' && block.namespace !== WSA);
  const place = second ?? old ?? m.header ?? m.envelope;
  yield violated({
    because: second ? `There are ${actions.length} wsa:Action headers.` : old ? 'wsa:Action is in the namespace of an older WS-Addressing.' : 'There is no wsa:Action header.',
    expected: `exactly one ${qualified({ namespace: WSA, local: 'Action' })} in soap:Header`,
    found: second ? `${actions.length} of them` : old ? qualified(old) : 'none',
    ...(place && { at: m.at(place) }),
    remedy: second ? 'Let only one layer (stack or application) write the addressing headers.' : 'Switch WS-Addressing 1.0 (2005/08) on in the web-service stack, for answers too.',
  });
});

export const somethingMustBeUnderstood = defineCheck('ASY-SOAP-005', soapView, function* (m): Seen {
  const missing = withoutEnvelope(m);
  if (missing) return yield missing;
  const flagged = m.addressing.find((block) => mustUnderstand(m, block));
  if (flagged) return yield met(`wsa:${flagged.local} is flagged mustUnderstand.`, m.at(flagged));
  const place = m.addressing[0] ?? m.header ?? m.envelope;
  yield violated({
    because: 'No WS-Addressing header block is flagged mustUnderstand.',
    expected: 'soap:mustUnderstand="1" (or "true") on at least one addressing header',
    found: m.addressing.length > 0 ? `none on ${m.addressing.map(({ local }) => local).join(', ')}` : 'no addressing headers',
    ...(place && { at: m.at(place) }),
    remedy: 'Write soap:mustUnderstand="1" on wsa:Action; the attribute must be in the namespace of the envelope.',
  });
});

export const actionMustBeUnderstood = defineCheck('ASY-SOAP-015', soapView, function* (m): Seen {
  const missing = withoutEnvelope(m);
  if (missing) return yield missing;
  const action = m.addressing.find(({ local }) => local === 'Action');
  if (action && mustUnderstand(m, action)) return yield met('wsa:Action is flagged mustUnderstand.', m.at(action));
  const elsewhere = m.addressing.find((block) => mustUnderstand(m, block));
  const place = action ?? m.header ?? m.envelope;
  yield violated({
    because: action ? 'wsa:Action is not flagged mustUnderstand.' : 'There is no wsa:Action that could be flagged mustUnderstand.',
    atMost: 'warning', // the framework's text asks for it, practice does not
    expected: 'soap:mustUnderstand="1" (or "true") on wsa:Action',
    found: elsewhere ? `the flag on wsa:${elsewhere.local} only` : 'no such flag',
    ...(place && { at: m.at(place) }),
    remedy: 'Write soap:mustUnderstand="1" on wsa:Action.',
  });
});

export const messageId = defineCheck('ASY-SOAP-006', soapView, function* (m): Seen {
  const missing = withoutEnvelope(m);
  if (missing) return yield missing;
  const [only, second] = wsaBlocks(m, 'MessageID');
  if (second) {
    yield violated({
      because: 'wsa:MessageID occurs more than once.',
      expected: 'one wsa:MessageID',
      found: `${wsaBlocks(m, 'MessageID').length} of them`,
      at: m.at(second),
      remedy: 'Let only one layer (stack or application) write the addressing headers.',
    });
  } else if (!only) {
    const place = m.header ?? m.envelope;
    yield violated({
      because: 'The request has no wsa:MessageID, so its answer cannot be tied to it.',
      atMost: 'warning',
      expected: 'one wsa:MessageID with an absolute IRI',
      found: 'none',
      ...(place && { at: m.at(place) }),
      remedy: 'Give each request a fresh wsa:MessageID, such as urn:uuid: and a random UUID.',
    });
  } else if (!isAbsolute(trimmed(only))) {
    yield violated({
      because: 'wsa:MessageID is not an absolute IRI.',
      expected: 'an absolute IRI, such as urn:uuid:…',
      found: trimmed(only).slice(0, 200) || 'nothing',
      at: m.at(only),
      remedy: 'Write the UUID with urn:uuid: in front of it.',
    });
  } else yield met('There is one wsa:MessageID, an absolute IRI.', m.at(only));
});

export const addressingHeadersOnce = defineCheck('ASY-SOAP-020', soapView, function* (m): Seen {
  const missing = withoutEnvelope(m);
  if (missing) return yield missing;
  let clean = true;
  for (const local of SINGLE) {
    const blocks = m.addressing.filter((block) => block.local === local);
    const second = wsaBlocks(m, local)[1];
    const old = blocks.find(({ namespace }) => namespace !== WSA);
    if (second) {
      clean = false;
      yield violated({
        because: `wsa:${local} occurs more than once.`,
        expected: `at most one wsa:${local}`,
        found: `${wsaBlocks(m, local).length} of them`,
        at: m.at(second),
        remedy: 'Let only one layer (stack or application) write the addressing headers.',
      });
    }
    if (old) {
      clean = false;
      yield violated({
        because: `${local} is in the namespace of an older WS-Addressing.`,
        expected: qualified({ namespace: WSA, local }),
        found: qualified(old),
        at: m.at(old),
        remedy: 'Set the stack to WS-Addressing 1.0 (2005/08).',
      });
    }
  }
  if (clean) yield met('Each addressing header occurs at most once, in the 2005/08 namespace.', m.header && m.at(m.header));
});
