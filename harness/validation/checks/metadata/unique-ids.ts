/** ITI TF-3 4.2.3.2.26. */
import { submissionView } from '../../../formats/ebrim.js';
import type { Location } from '../../../contracts.js';
import { defineAttemptCheck, met, notExercised, undecidable, violated } from '../../define.js';
import { isOid, isUuidUrn } from '../../hl7-types.js';
import { at, defineSubmissionCheck, identifiersOf, isOnDemand, overEntries, valuesOf } from '../../metadata.js';
import { documentOf, isDelayed } from './hash-and-size.js';

/** A URI that names itself; OIDs and HL7 v3 instance identifiers have forms of their own. */
const isUri = (value: string): boolean => /^[a-z][a-z0-9+.-]*:\S+$/i.test(value) && !/^urn:(oid|uuid|hl7ii):/i.test(value);
const isRootWithExtension = (value: string): boolean => {
  const [root = '', extension = '', ...more] = value.split('^');
  return more.length === 0 && isOid(root) && extension !== '';
};

export const uniqueIdForm = defineSubmissionCheck('ASY-META-098', (submission) =>
  overEntries(submission, function* (entry) {
    const identifiers = identifiersOf(entry, 'DocumentEntry.uniqueId');
    if (identifiers.length === 0) yield notExercised('the entry has no uniqueId');
    for (const identifier of identifiers) {
      const value = identifier.value?.trim() ?? '';
      const place = at(submission, identifier);
      if (isOid(value) || isRootWithExtension(value) || isUuidUrn(value) || isUri(value)) yield met(`uniqueId ${value} is of a usual form`, place);
      else
        yield violated({
          because: 'DocumentEntry.uniqueId is of no usual form',
          expected: 'an OID, OID^extension (for a CDA document), a UUID as URN, or a URI',
          found: `'${value}'`,
          at: place,
          remedy: 'Take the SOP Instance UID for a DICOM object, id root and extension for a CDA document.',
        });
    }
  }),
);

interface Sent {
  exchange: string;
  content: string;
  place: Location;
}

/** Over all submissions of the attempt: one uniqueId, one sequence of octets. */
export const oneContentPerUniqueId = defineAttemptCheck('ASY-META-096', async function* (_attempt, context) {
  const byUniqueId = new Map<string, Sent[]>();
  let unread = 0;
  for (const exchange of context.related.filter(({ initiator, transaction }) => initiator.role === 'sut' && transaction !== undefined)) {
    const request = exchange.messages.find(({ from }) => from === 'initiator');
    const submission = request && (await context.view(request.raw, submissionView));
    for (const entry of submission?.documentEntries ?? []) {
      const identifier = identifiersOf(entry, 'DocumentEntry.uniqueId')[0];
      if (!submission || !identifier?.value || isOnDemand(entry) || isDelayed(entry)) continue;
      const document = documentOf(submission, entry);
      // Without a document (a registration) its hash stands for it; a document that cannot be had is not what its metadata claim.
      const content = document || submission.message.xml.problems.length > 0 ? document?.sha1 : valuesOf(entry, 'hash')[0]?.toLowerCase();
      if (content === undefined) unread++;
      else byUniqueId.set(identifier.value, [...(byUniqueId.get(identifier.value) ?? []), { exchange: exchange.id, content, place: at(submission, identifier) }]);
    }
  }
  if (byUniqueId.size === 0) {
    yield unread > 0 ? undecidable('no document of the submissions could be had') : notExercised('no stable document was submitted');
    return;
  }
  for (const [uniqueId, sent] of byUniqueId) {
    const differing = sent.find(({ content }) => content !== sent[0]?.content);
    if (!differing) yield met(`uniqueId ${uniqueId} names one content${sent.length > 1 ? `, submitted ${sent.length} times` : ''}`, sent[0]?.place);
    else
      yield violated({
        because: `two documents with different octets have the uniqueId ${uniqueId}`,
        expected: `SHA-1 ${sent[0]?.content} whenever ${uniqueId} is submitted`,
        found: `SHA-1 ${differing.content} in exchange ${differing.exchange}`,
        at: differing.place,
        remedy: 'A document that was changed in any octet gets a new uniqueId (and a manifest a new SOP Instance UID).',
      });
  }
});
