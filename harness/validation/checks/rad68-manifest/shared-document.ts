/** The document of a RAD-68 submission: RAD TF-2 4.68.4.1.2.1. */
import type { Location } from '../../../contracts.js';
import type { Submission } from '../../../formats/model.js';
import { submissionView } from '../../../formats/ebrim.js';
import { manifestView } from '../../../formats/manifest.js';
import { soapView } from '../../../formats/soap.js';
import { defineCheck, met, notApplicable, undecidable, violated } from '../../define.js';
import { valueText } from '../../imaging/places.js';
import { beyondLimits, brokenOff } from '../../imaging/unread.js';
import { KEY_OBJECT_SELECTION_DOCUMENT } from '../../tables/key-object.js';
import type { ObservingAsync } from '../../imaging/observing.js';

/** The shared document for a set of instances is a Key Object Selection. */
export const sharedDocumentIsKeyObject = defineCheck('RAD68-003', submissionView, async function* (submission, context): ObservingAsync {
  const manifest = await context.view(context.message.raw, manifestView);
  const remedy =
    'Submit a Key Object Selection Document that refers to the instances; the instances themselves stay in the imaging source.';
  if (manifest) {
    const found = manifest.object.dataset.text('00080016');
    const at = manifest.at(manifest.object.dataset.get('00080016') ?? manifest.object.dataset);
    if (found === KEY_OBJECT_SELECTION_DOCUMENT) return yield met('The shared document is a Key Object Selection.', at);
    return yield violated({
      because: 'The shared DICOM object is no Key Object Selection',
      expected: KEY_OBJECT_SELECTION_DOCUMENT,
      found: valueText(found),
      at,
      remedy,
    });
  }
  const claimed = submission.documentEntries.find(
    ({ mimeType, classifications }) =>
      mimeType === 'application/dicom' ||
      classifications.some(({ nodeRepresentation }) => nodeRepresentation === KEY_OBJECT_SELECTION_DOCUMENT),
  );
  const at: Location | undefined = claimed && submission.message.at(claimed.element);
  if (!claimed) yield notApplicable('The submission shares no DICOM document.');
  else
    yield violated({
      because: 'The document of an entry that says it is DICOM cannot be read as a DICOM object, or is not there',
      expected: 'a Key Object Selection Document',
      found: documentSeen(submission, claimed.id),
      at,
      remedy,
    });
});

/** What was submitted instead, so that its maker recognises it: size and first octets. */
function documentSeen(submission: Submission, id: string | undefined): string {
  const document = submission.documents.find((candidate) => candidate.id === id);
  if (!document) return 'no document for the entry';
  const { bytes, size } = document;
  if (!bytes || size === undefined) return 'a document whose octets cannot be had';
  const start = Buffer.from(bytes.subarray(0, 40)).toString('latin1').replace(/[^\x20-\x7e]/g, '·');
  return `no readable DICOM object: ${size} octets that begin ${JSON.stringify(start)}`;
}

/** The request is packaged as MTOM/XOP; the finer rules have entries of their own. */
export const packagedAsMtom = defineCheck('RAD68-004', soapView, function* (message) {
  const at = message.at(message.http?.headers.find(({ name }) => name.toLowerCase() === 'content-type') ?? { offset: 0, length: 1 });
  if (message.mediaType?.type === 'multipart/related' && message.rootPart)
    yield met('The request is a multipart/related package with a root part.', at);
  else if (message.packaging === 'bare' || (!message.http && !message.mediaType))
    yield undecidable('Only the payload was given, without the message that carried it.', at);
  else
    yield violated({
      because:
        message.packaging === 'simple'
          ? 'The request is simple SOAP'
          : message.rootPart
            ? 'The request is a multipart of another kind than related'
            : 'The multipart package has no root part',
      expected: 'Content-Type multipart/related; type="application/xop+xml", with the envelope in the root part',
      found: message.mediaType?.type ?? 'no Content-Type',
      at,
      remedy: 'Switch on MTOM for the submission: the manifest travels as a part of its own, referred to by xop:Include.',
    });
});

/** The manifest is a DICOM file and its mimeType is application/dicom. */
export const manifestIsDicomFile = defineCheck('RAD68-005', manifestView, function* (manifest) {
  const { object, entry, submission } = manifest;
  const at = manifest.at(object.meta.elements[0] ?? object.dataset);
  const [broken, beyond] = [brokenOff(object), beyondLimits(object)];
  const remedy = 'Submit the manifest as a DICOM Part 10 file, with application/dicom as mimeType of its DocumentEntry.';
  if (!object.part10 || object.meta.elements.length === 0)
    yield violated({
      because: 'The manifest is no DICOM Part 10 file',
      expected: 'preamble, DICM, file meta information',
      found: object.part10 ? 'no file meta information' : 'no DICM behind a preamble',
      at,
      remedy,
    });
  else if (broken)
    yield violated({
      because: 'The manifest cannot be read to its end as DICOM',
      expected: 'a whole DICOM file',
      found: broken.message,
      at: manifest.at(object.dataset.elements.at(-1) ?? object.dataset),
      remedy: 'Open the document as it was sent with another DICOM reader; look for a stream that is closed too early, or a wrong length.',
    });
  else if (beyond) yield undecidable(`The manifest is beyond what is read: ${beyond.message}`, at);
  else if (!entry) yield undecidable('No DocumentEntry belongs to the manifest.', at);
  else if (entry.mimeType === 'application/dicom') yield met('The manifest is a DICOM file of the type application/dicom.', at);
  else
    yield violated({
      because: 'The mimeType of the manifest is not application/dicom',
      expected: 'application/dicom',
      found: valueText(entry.mimeType),
      at: submission.message.at(entry.element),
      remedy,
    });
});

/** DocumentEntry.uniqueId is the SOP Instance UID of the manifest. */
export const uniqueIdIsSopInstance = defineCheck('ASY-RAD68-001', manifestView, function* (manifest) {
  const { entry, object, submission } = manifest;
  const identifier = entry?.externalIdentifiers.find(
    ({ identificationScheme }) => identificationScheme === 'urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab',
  );
  const sop = object.dataset.text('00080018');
  if (!entry) yield undecidable('No DocumentEntry belongs to the manifest.');
  else if (!sop) yield undecidable('The manifest has no SOP Instance UID.', manifest.at(object.dataset));
  else if (identifier?.value === sop)
    yield met('DocumentEntry.uniqueId is the SOP Instance UID.', submission.message.at(identifier.element));
  else
    yield violated({
      because: 'DocumentEntry.uniqueId is not the SOP Instance UID of the manifest',
      expected: sop,
      found: valueText(identifier?.value),
      at: submission.message.at(identifier?.element ?? entry.element),
      remedy: 'Copy SOP Instance UID (0008,0018) of the manifest into the ExternalIdentifier XDSDocumentEntry.uniqueId.',
    });
});
