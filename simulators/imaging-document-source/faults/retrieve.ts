/** Answers to Retrieve Imaging Document Set (RAD TF-2 section 4.69.4.2): what is returned, and how errors are told. */
import { newUuidUrn } from '../../emit/uid.js';
import { STATUS } from '../../emit/registry-response.js';
import { A_REFUSAL, CODES_OF_A_REFUSAL } from '../hidden.js';
import { sourceFault, type RetrieveDraft } from '../fault.js';

/** The request asks for nothing that is held: the unknown UID after the positive control. */
const asksForUnknownOnly = (answer: RetrieveDraft): boolean => answer.documents.length === 0 && answer.errors.length > 0;

export const faults = [
  sourceFault(
    { id: 'retrieve-skips-one', title: 'leaves out one image without a word', breaks: 'RAD69-004', alsoBreaks: ['ASY-KOS-030', 'RAD68-006'] },
    { retrieve: (answer) => void answer.documents.pop() },
  ),
  sourceFault(
    { id: 'retrieve-other-repository-id', title: 'returns its images under another repository id', breaks: 'ISV-002' },
    { retrieve: (answer) => answer.documents.forEach((d) => void (d.repositoryUniqueId = '1.3.6.1.4.1.21367.13.80.999')) },
  ),
  sourceFault(
    { id: 'retrieve-octet-stream', title: 'returns its images as application/octet-stream', breaks: 'ASY-RAD69-008', expectedExit: 0 },
    { retrieve: (answer) => answer.documents.forEach((d) => void (d.mimeType = 'application/octet-stream')) },
  ),
  sourceFault(
    { id: 'retrieve-twice', title: 'returns one image twice', breaks: 'ISV-003', expectedExit: 0 },
    { retrieve: (answer) => void answer.documents.push(...answer.documents.slice(0, 1).map((d) => ({ ...d, contentId: 'again@assay' }))) },
  ),
  sourceFault(
    { id: 'retrieve-mixes-up', title: 'returns two images under each other’s UIDs', breaks: 'ASY-RAD69-009', alsoBreaks: ['ASY-RAD68-016', 'ASY-RAD69-010', 'ASY-RAD69-021'] },
    {
      retrieve: ({ documents: [one, two] }) => {
        if (one && two) [one.instance, two.instance] = [two.instance, one.instance];
      },
    },
  ),
  sourceFault(
    { id: 'retrieve-invented-action', title: 'answers with a wsa:Action that no framework knows', breaks: 'ASY-RAD69-002' },
    { retrieveAddressing: (a) => void (a.action = 'urn:vendor:retrieve:answer') },
  ),
  sourceFault(
    { id: 'retrieve-wrong-relatesTo', title: 'answers with a wsa:RelatesTo that names no request', breaks: 'ASY-SOAP-007' },
    { retrieveAddressing: (a) => void (a.relatesTo = newUuidUrn()) },
  ),
  sourceFault(
    { id: 'retrieve-no-status', title: 'answers without a status', breaks: 'ASY-META-086', alsoBreaks: ['ASY-SOAP-019'], hides: [...A_REFUSAL, 'ASY-META-064'] },
    { retrieveEnvelope: (xml) => xml.replace(/(<rs:RegistryResponse [^>]*?) status="[^"]*"/, '$1') },
  ),
  sourceFault(
    { id: 'retrieve-no-document-uid', title: 'leaves DocumentUniqueId out of its answer', breaks: 'RAD69-003', alsoBreaks: ['ASY-KOS-030', 'ASY-RAD69-009', 'ASY-RAD69-012', 'ASY-SOAP-019', 'RAD68-006', 'RAD69-004'] },
    { retrieveEnvelope: (xml) => xml.replace(/\n *<xdsb:DocumentUniqueId>.*<\/xdsb:DocumentUniqueId>/, '') },
  ),
  sourceFault(
    { id: 'unknown-answered-with-image', title: 'answers the question for an unknown image with one that was not asked for', breaks: 'ASY-RAD69-012', alsoBreaks: ['RAD69-004', 'RAD69-016'], hides: CODES_OF_A_REFUSAL },
    {
      retrieve: (answer) => {
        const instance = answer.held[0];
        if (!asksForUnknownOnly(answer) || !instance) return;
        answer.errors = [];
        answer.status = STATUS.success;
        answer.documents = [
          { repositoryUniqueId: answer.requested[0]!.repositoryUniqueId, documentUniqueId: instance.sop, mimeType: 'application/dicom', mediaType: 'application/dicom', contentId: 'instead@assay', instance },
        ];
      },
    },
  ),
  sourceFault(
    { id: 'unknown-silently-empty', title: 'answers the question for an unknown image with an empty success', breaks: 'RAD69-004', alsoBreaks: ['RAD69-016'], hides: CODES_OF_A_REFUSAL },
    {
      retrieve: (answer) => {
        if (!asksForUnknownOnly(answer)) return;
        answer.errors = [];
        answer.status = STATUS.success;
      },
    },
  ),
  sourceFault(
    { id: 'unknown-error-without-location', title: 'does not say which image is unknown', breaks: 'RAD69-016' },
    { retrieve: (answer) => answer.errors.forEach((e) => delete e.location) },
  ),
  sourceFault(
    { id: 'unknown-with-success-status', title: 'reports the unknown image and says Success', breaks: 'ASY-META-064', hides: ['ASY-META-065', 'ASY-META-087'] },
    {
      retrieve: (answer) => {
        if (asksForUnknownOnly(answer)) answer.status = STATUS.success;
      },
    },
  ),
];
