import { retrieveResponseView } from '../../../formats/retrieve.js';
import { defineCheck, met, notApplicable, undecidable, violated } from '../../define.js';
import { noObject, NO_REQUEST, placeOfAttribute, placeOfDocument, retrieveOf, type AnsweredDocument } from '../../imaging/answers.js';
import { valueText } from '../../imaging/places.js';
import { pixelElement } from '../../imaging/study.js';
import type { ObservingAsync } from '../../imaging/observing.js';

/** Pixel data come in one of the requested transfer syntaxes. */
export const requestedSyntax = defineCheck('RAD69-005', retrieveResponseView, async function* (response, context): ObservingAsync {
  const retrieve = await retrieveOf(context);
  if (!retrieve) return yield undecidable(NO_REQUEST);
  if (response.documents.length === 0) return yield await noObject(context);
  const listed = retrieve.request.transferSyntaxes;
  if (listed.length === 0) return yield notApplicable('The request lists no transfer syntax.', placeOfDocument(response, response.documents[0] as AnsweredDocument));
  for (const document of response.documents) {
    const { dicom } = document;
    if (!dicom) yield undecidable('The document is no DICOM object that can be read (see ASY-RAD69-009).', placeOfDocument(response, document));
    else if (!pixelElement(dicom.dataset)) yield notApplicable('The object has no pixel data.', placeOfDocument(response, document));
    else if (listed.includes(dicom.transferSyntax)) yield met(`The object is in ${dicom.transferSyntax}.`, placeOfAttribute(response, document, dicom, '00020010'));
    else
      yield violated({
        because: 'Pixel data come in a transfer syntax that the request does not list',
        expected: listed.map(valueText).join(' or ') || 'a listed syntax',
        found: valueText(dicom.transferSyntax),
        at: placeOfAttribute(response, document, dicom, '00020010'),
        remedy: 'Transcode to one of the listed transfer syntaxes, or report a RegistryError for the object.',
      });
  }
});
