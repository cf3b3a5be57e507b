import { retrieveResponseView } from '../../../formats/retrieve.js';
import { defineCheck, met, notApplicable, undecidable, violated } from '../../define.js';
import { noObject, NO_REQUEST, placeOfAttribute, placeOfDocument, retrieveOf, type AnsweredDocument } from '../../imaging/answers.js';
import { UNDEFINED_LENGTH, valueText } from '../../imaging/places.js';
import { pixelElement } from '../../imaging/study.js';
import { pixelEncoding } from '../../tables/transfer-syntaxes.js';
import { endsReading } from '../../imaging/unread.js';
import type { ObservingAsync } from '../../imaging/observing.js';

/** Encapsulated pixel data have undefined length, native ones do not (PS3.5 A.4). A syntax that the table does not know may do either. */
function contradicts(transferSyntax: string, length: number): boolean {
  const encoding = pixelEncoding(transferSyntax);
  return encoding !== undefined && (encoding === 'native') === (length === UNDEFINED_LENGTH);
}

/** Pixel data come in one of the requested transfer syntaxes. */
export const requestedSyntax = defineCheck('RAD69-005', retrieveResponseView, async function* (response, context): ObservingAsync {
  const retrieve = await retrieveOf(context);
  if (!retrieve) return yield undecidable(NO_REQUEST);
  if (response.documents.length === 0) return yield await noObject(context);
  const listed = retrieve.request.transferSyntaxes;
  if (listed.length === 0)
    return yield notApplicable(
      'The request lists no transfer syntax.',
      placeOfDocument(response, response.documents[0] as AnsweredDocument),
    );
  for (const document of response.documents) {
    const { dicom } = document;
    if (!dicom) {
      yield undecidable('The document is no DICOM object that can be read (see ASY-RAD69-009).', placeOfDocument(response, document));
      continue;
    }
    const pixels = pixelElement(dicom.dataset);
    const stated = dicom.meta.text('00020010');
    const at = placeOfAttribute(response, document, dicom, '00020010');
    const broken = endsReading(dicom);
    if (!pixels && broken) yield undecidable(`The object cannot be read up to its pixel data: ${broken.message}`, at);
    else if (!pixels) yield notApplicable('The object has no pixel data.', placeOfDocument(response, document));
    else if (!stated || !listed.includes(stated))
      yield violated({
        because: 'Pixel data come in a transfer syntax that the request does not list',
        expected: listed.map(valueText).join(' or '),
        found: valueText(stated),
        at,
        remedy: 'Transcode to one of the listed transfer syntaxes, or report a RegistryError for the object.',
      });
    else if (contradicts(stated, pixels.length))
      yield violated({
        because: `Pixel data are ${pixels.length === UNDEFINED_LENGTH ? '' : 'not '}encapsulated, against the transfer syntax that the object states`,
        expected: `pixel data in ${stated}`,
        found: pixels.length === UNDEFINED_LENGTH ? 'fragments' : `${pixels.length} octets of native pixel data`,
        at: placeOfAttribute(response, document, dicom, pixels.tag),
        remedy: 'Write (0002,0010) from the transfer syntax in which the data set is really encoded.',
      });
    else yield met(`The object is in ${stated}.`, at);
  }
});
