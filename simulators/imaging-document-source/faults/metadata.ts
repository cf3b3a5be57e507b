/** Formats, codes and relations of the metadata (ITI TF-3 sections 4.2 and 4.3). */
import { classificationsOf, coded, dropSlot, identifierOf, setSlot, slot, slotValues } from '../../emit/ebrim.js';
import { childrenOf, removeChild, type XmlNode } from '../../emit/xml.js';
import { sourceFault } from '../fault.js';

const without = (object: XmlNode, attribute: Parameters<typeof classificationsOf>[1]): void => classificationsOf(object, attribute).forEach((c) => removeChild(object, c));

export const faults = [
  sourceFault({ id: 'no-classCode', title: 'leaves out classCode', breaks: 'ASY-META-004', hides: ['ASY-RAD68-018'] }, { metadata: ({ entry }) => without(entry, 'DocumentEntry.classCode') }),
  sourceFault(
    { id: 'time-with-zone', title: 'writes serviceStartTime with a zone', breaks: 'ASY-META-024', hides: ['ASY-META-097', 'ASY-RAD68-006'] },
    { metadata: ({ entry }) => setSlot(entry, 'serviceStartTime', `${slotValues(entry, 'serviceStartTime')[0] ?? ''}+0100`) },
  ),
  sourceFault(
    { id: 'source-patient-id-with-namespace', title: 'names the authority of sourcePatientId beside its OID', breaks: 'ASY-META-019' },
    { metadata: ({ entry }) => setSlot(entry, 'sourcePatientId', (slotValues(entry, 'sourcePatientId')[0] ?? '').replace('^^^&', '^^^HOSPITAL&')) },
  ),
  sourceFault({ id: 'language-with-underscore', title: 'writes languageCode as en_US', breaks: 'ASY-META-011' }, { metadata: ({ entry }) => setSlot(entry, 'languageCode', 'en_US') }),
  sourceFault(
    { id: 'code-without-display-name', title: 'leaves out the display name of a code', breaks: 'ASY-META-026' },
    {
      metadata: ({ entry }) => {
        const code = classificationsOf(entry, 'DocumentEntry.confidentialityCode')[0]!;
        childrenOf(code, 'rim:Name').forEach((n) => removeChild(code, n));
      },
    },
  ),
  sourceFault(
    { id: 'classification-of-other-object', title: 'lets a classification of the entry name the submission set', breaks: 'ASY-META-027' },
    { metadata: ({ entry, submissionSet }) => void (classificationsOf(entry, 'DocumentEntry.confidentialityCode')[0]!.attributes.classifiedObject = submissionSet.attributes.id) },
  ),
  sourceFault({ id: 'doubled-slot', title: 'sends the slot languageCode twice', breaks: 'ASY-META-029', alsoBreaks: ['ASY-META-011'] }, { metadata: ({ entry }) => void entry.children.unshift(slot('languageCode', 'en-US')) }),
  sourceFault(
    { id: 'sourceId-is-a-name', title: 'gives a host name as SubmissionSet.sourceId', breaks: 'ASY-META-039', alsoBreaks: ['ASY-META-017'] },
    { metadata: ({ submissionSet }) => void (identifierOf(submissionSet, 'XDSSubmissionSet.sourceId')!.attributes.value = 'pacs.hospital.example') },
  ),
  sourceFault({ id: 'recipient-names-nobody', title: 'gives an intendedRecipient of two bars', breaks: 'ASY-META-092' }, { metadata: ({ submissionSet }) => setSlot(submissionSet, 'intendedRecipient', '||') }),
  sourceFault({ id: 'no-submissionTime', title: 'leaves out submissionTime', breaks: 'ASY-META-041' }, { metadata: ({ submissionSet }) => dropSlot(submissionSet, 'submissionTime') }),
  sourceFault(
    { id: 'entry-by-reference', title: 'marks its new entry as included by reference', breaks: 'ASY-META-050' },
    { metadata: ({ membership }) => setSlot(membership, 'SubmissionSetStatus', 'Reference') },
  ),
  sourceFault(
    { id: 'no-hasMember', title: 'leaves its entry outside the submission set', breaks: 'ASY-META-049', alsoBreaks: ['RAD68-017'], hides: ['ASY-META-050', 'ASY-META-074', 'ASY-META-075', 'ASY-META-076'] },
    { metadata: (parts) => void parts.objects.splice(parts.objects.indexOf(parts.membership), 1) },
  ),
  sourceFault(
    { id: 'two-patients', title: 'gives the submission set another patient than the entry', breaks: 'ASY-ITI41-030', alsoBreaks: ['ISV-009'] },
    { metadata: ({ submissionSet }) => void (identifierOf(submissionSet, 'XDSSubmissionSet.patientId')!.attributes.value = 'OTHER-1^^^&1.3.6.1.4.1.21367.2005.13.20.1000&ISO') },
  ),
  sourceFault(
    { id: 'limited-metadata', title: 'flags its entry as limited metadata', breaks: 'ASY-META-044' },
    {
      metadata: ({ entry }) => {
        const flag = coded('DocumentEntry.classCode', entry.attributes.id!, 'limited', { code: '', scheme: '', display: '' });
        flag.attributes = { id: 'limited', classifiedObject: entry.attributes.id, classificationNode: 'urn:uuid:ab9b591b-83ab-4d03-8f5d-f93b1fb92e85', objectType: flag.attributes.objectType };
        flag.children = [];
        const at = entry.children.findIndex((c) => typeof c !== 'string' && c.name === 'rim:ExternalIdentifier');
        entry.children.splice(at, 0, flag);
      },
    },
  ),
];
