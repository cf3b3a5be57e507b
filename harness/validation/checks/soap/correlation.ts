/** Where a message is addressed to, and which message an answer belongs to. */
import type { JudgeContext } from '../../../contracts.js';
import { attribute, child } from '../../../formats/xml.js';
import type { HttpHead, SoapMessage } from '../../../formats/model.js';
import { soapView } from '../../../formats/soap.js';
import { defineCheck, met, notApplicable, type Seen, type SeenLater, undecidable, violated } from '../../define.js';
import { faultOf, trimmed, withoutEnvelope, wsaBlocks } from '../../soap-facts.js';
import { WSA, WSA_ANONYMOUS, WSA_REPLY } from '../../soap-names.js';

/** The message of the other direction, as SOAP. */
async function counterpart(context: JudgeContext): Promise<SoapMessage | undefined> {
  const other = context.exchange.messages.find((message) => message.from !== context.message.from);
  return other && context.view(other.raw, soapView);
}

export const relatesTo = defineCheck('ASY-SOAP-007', soapView, async function* (m, context): SeenLater {
  const missing = withoutEnvelope(m);
  if (missing) return yield missing;
  const request = await counterpart(context);
  if (!request?.envelope) return yield undecidable('The request is not at hand, so its wsa:MessageID is not known.');
  const asked = wsaBlocks(request, 'MessageID')[0];
  if (!asked) return yield notApplicable('The request had no wsa:MessageID.');
  // Other relationships than that of a reply may be named as well.
  const replies = wsaBlocks(m, 'RelatesTo').filter((block) => [undefined, WSA_REPLY].includes(attribute(block, 'RelationshipType')?.value.trim()));
  const right = replies.find((block) => trimmed(block) === trimmed(asked));
  if (right) return yield met('wsa:RelatesTo holds the wsa:MessageID of the request.', m.at(right));
  const wrong = replies[0];
  const place = wrong ?? m.header ?? m.envelope;
  yield violated({
    because: wrong ? 'wsa:RelatesTo does not hold the wsa:MessageID of the request.' : 'The answer has no wsa:RelatesTo.',
    ...(!wrong && { atMost: 'warning' as const }), // a synchronous answer is tied to its request by the connection as well
    expected: trimmed(asked),
    found: wrong ? trimmed(wrong).slice(0, 200) || 'nothing' : 'none',
    ...(place && { at: m.at(place) }),
    remedy: 'Copy the wsa:MessageID of the request into wsa:RelatesTo of the answer.',
  });
});

export const replyTo = defineCheck('ASY-SOAP-008', soapView, async function* (m, context): SeenLater {
  const missing = withoutEnvelope(m);
  if (missing) return yield missing;
  const answer = await counterpart(context);
  if (answer?.http?.status === 202) return yield notApplicable('The exchange is asynchronous: the request was answered by 202 Accepted.');
  const block = wsaBlocks(m, 'ReplyTo')[0];
  if (!block) {
    const place = m.header ?? m.envelope;
    return yield violated({
      because: 'The request has no wsa:ReplyTo.',
      atMost: 'warning',
      expected: `wsa:ReplyTo with the address ${WSA_ANONYMOUS}`,
      found: 'none',
      ...(place && { at: m.at(place) }),
      remedy: 'Write wsa:ReplyTo with the anonymous address; its absence means the same, but the framework asks for it.',
    });
  }
  const address = child(block, 'Address', WSA);
  if (address && trimmed(address) === WSA_ANONYMOUS) return yield met('wsa:ReplyTo has the anonymous address.', m.at(address));
  yield violated({
    because: 'wsa:ReplyTo of a synchronous request has not the anonymous address.',
    expected: WSA_ANONYMOUS,
    found: address ? trimmed(address).slice(0, 200) || 'nothing' : 'no wsa:Address',
    at: m.at(address ?? block),
    remedy: 'Name the anonymous address, unless answers are really taken on a connection of their own.',
  });
});

/** host:port with the scheme's default port filled in, and the path with its query. */
function endpoint(url: string): string | undefined {
  try {
    const { protocol, hostname, port, pathname, search } = new URL(url);
    return `${hostname.toLowerCase()}:${port || (protocol === 'https:' ? '443' : '80')}${pathname}${search}`;
  } catch {
    return undefined;
  }
}

/** Where the request went, by its Host header and target; the scheme of `To` stands in, since TLS may end in front of us. */
function addressed(http: HttpHead | undefined, scheme: string): string | undefined {
  const host = http?.headers.find(({ name }) => name.toLowerCase() === 'host')?.value;
  if (!http?.target || !host) return undefined;
  return http.target.startsWith('/') ? `${scheme}//${host}${http.target}` : http.target;
}

export const toIsTheEndpoint = defineCheck('ASY-SOAP-009', soapView, function* (m): Seen {
  const missing = withoutEnvelope(m);
  if (missing) return yield missing;
  const to = wsaBlocks(m, 'To')[0];
  if (!to) return yield notApplicable('There is no wsa:To.');
  const named = trimmed(to);
  const went = addressed(m.http, named.startsWith('https:') ? 'https:' : 'http:');
  if (went === undefined) return yield notApplicable('The address at which the request was taken is not known.', m.at(to));
  if (endpoint(named) !== undefined && endpoint(named) === endpoint(went)) return yield met('wsa:To names the endpoint that was addressed.', m.at(to));
  yield violated({
    because: 'wsa:To names another endpoint than the one that was addressed.',
    expected: went,
    found: named.slice(0, 200) || 'nothing',
    at: m.at(to),
    remedy: 'Write the URL that the request is sent to; where a proxy or load balancer rewrites it, configure the public one.',
  });
});

export const sameEncoding = defineCheck('ASY-SOAP-025', soapView, async function* (m, context): SeenLater {
  const missing = withoutEnvelope(m);
  if (missing) return yield missing;
  const request = await counterpart(context);
  if (!request || request.packaging === 'bare' || m.packaging === 'bare') return yield notApplicable('The packaging of request and answer is not known.');
  const type = m.http?.headers.find(({ name }) => name.toLowerCase() === 'content-type');
  const place = type ?? m.envelope;
  const words = (packaging: SoapMessage['packaging']): string => (packaging === 'mtom' ? 'an MTOM package' : 'simple SOAP');
  if (request.packaging === m.packaging) return yield met(`Request and answer are both ${words(m.packaging)}.`, place && m.at(place));
  // How a fault is packaged, and a package around an answer without attachments, are decisions of a stack.
  const lenient = faultOf(m) !== undefined || (m.packaging === 'mtom' && m.mime?.parts.length === 1);
  yield violated({
    because: `The request is ${words(request.packaging)}, the answer ${words(m.packaging)}.`,
    ...(lenient && { atMost: 'warning' as const }),
    expected: words(request.packaging),
    found: type?.value.slice(0, 200) ?? words(m.packaging),
    ...(place && { at: m.at(place) }),
    remedy: 'Answer in the encoding in which you were asked; switch MTOM on for answers too.',
  });
});
