/** The manifest of a submission (RAD TF-3: 4.68 and PS3.3 A.35.4): the first document that is a DICOM object. */
import type { Location, ViewKey } from '../contracts.js';
import { parseDicom } from './dicom.js';
import { submissionView } from './ebrim.js';
import type { DicomDataset, DicomElement, DicomObject, DocumentContent, Manifest, RegistryObject, Submission } from './model.js';
import { dicomOf } from './retrieve.js';
import { placeInPart } from './soap.js';

/** Undefined where the message is no submission, or no document of it is a DICOM object. */
export const manifestView: ViewKey<Manifest> = {
  name: 'manifest',
  async parse(_source, blob, from) {
    const submission = await from.view(blob, submissionView);
    for (const document of submission?.documents ?? []) {
      const object = submission && (dicomOf(document, submission.message) ?? declaredDicom(document, submission));
      if (!submission || !object) continue;
      const entry = entryOf(document, submission);
      const manifest: Manifest = { submission, document, object, references: referencesIn(object.dataset), at: (place) => locate(place, document, object, submission) };
      if (entry) manifest.entry = entry;
      return manifest;
    }
    return undefined;
  },
};

const entryOf = (document: DocumentContent, submission: Submission): RegistryObject | undefined =>
  submission.documentEntries.find((entry) => entry.id !== undefined && entry.id === document.id) ??
  (submission.documentEntries.length === 1 && submission.documents.length === 1 ? submission.documentEntries[0] : undefined);

/** A document that is declared as DICOM but lacks preamble and prefix: read as a data set, where there is one. */
function declaredDicom(document: DocumentContent, submission: Submission): DicomObject | undefined {
  if (!document.bytes || entryOf(document, submission)?.mimeType !== 'application/dicom') return undefined;
  const object = parseDicom(document.bytes);
  return object.dataset.elements.length > 0 ? object : undefined;
}

/** Current Requested Procedure Evidence Sequence (PS3.3 C.17.2 and C.17.2.1): study, series, instance. */
export function referencesIn(dataset: DicomDataset): Manifest['references'] {
  const references: Manifest['references'] = [];
  for (const studyItem of dataset.items('0040A375')) {
    for (const seriesItem of studyItem.items('00081115')) {
      for (const item of seriesItem.items('00081199')) {
        const reference: Manifest['references'][number] = {
          study: studyItem.text('0020000D') ?? '',
          series: seriesItem.text('0020000E') ?? '',
          sopClass: item.text('00081150') ?? '',
          sop: item.text('00081155') ?? '',
          seriesItem,
          item,
        };
        const retrieveAe = seriesItem.text('00080054');
        const retrieveLocation = seriesItem.text('0040E011');
        const retrieveUrl = seriesItem.text('00081190') ?? item.text('00081190');
        if (retrieveAe !== undefined) reference.retrieveAe = retrieveAe;
        if (retrieveLocation !== undefined) reference.retrieveLocation = retrieveLocation;
        if (retrieveUrl !== undefined) reference.retrieveUrl = retrieveUrl;
        references.push(reference);
      }
    }
  }
  return references;
}

/** Inside a part: the element itself. Inside base64 text or an inflated data set: the document, with the path into it. */
function locate(place: DicomElement | DicomDataset, document: DocumentContent, object: DicomObject, submission: Submission): Location {
  const { message } = submission;
  const { part } = document;
  const deflated = object.base === undefined && object.transferSyntax.endsWith('.99');
  const offset = part && !deflated ? placeInPart(message, part, place.offset) : undefined;
  if (offset === undefined || !part) return { ...message.at(part ?? document.element), path: place.path };
  const end = placeInPart(message, part, Math.max(place.offset, endOf(place, part.size) - 1)) ?? offset;
  return { blob: message.blob, offset, length: end + 1 - offset, path: place.path };
}

function endOf(place: DicomElement | DicomDataset, size: number): number {
  if ('elements' in place) return Math.min(size, place.offset + 8);
  if (place.items || place.length === 0xffffffff) return Math.min(size, place.valueOffset);
  return Math.min(size, place.valueOffset + place.length);
}
