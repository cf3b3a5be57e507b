/** The returned objects against those that were delivered, attribute by attribute and sample by sample. */
import { retrieveResponseView } from '../../../formats/retrieve.js';
import { defineCheck, met, notApplicable, undecidable, violated } from '../../define.js';
import { noObject, nothingDelivered, placeOfAttribute, placeOfDocument } from '../../imaging/answers.js';
import { comparePixels, deliveredPixels, returnedPixels } from '../../imaging/pixels.js';
import { tagText } from '../../imaging/places.js';
import { deliveredStudy } from '../../imaging/study.js';
import { differencesOf, HEADER_OF_IMPORT, UNALTERED_IDENTITY, type ComparedAttribute } from '../../imaging/unaltered.js';
import type { ObservingAsync } from '../../imaging/observing.js';

const unaltered = (id: string, attributes: readonly ComparedAttribute[]) =>
  defineCheck(id, retrieveResponseView, async function* (response, context): ObservingAsync {
    if (response.documents.length === 0) return yield await noObject(context);
    const study = await deliveredStudy(context);
    let compared = 0;
    for (const document of response.documents) {
      const { dicom } = document;
      const stored = study.get(document.documentUniqueId ?? '') ?? study.get(dicom?.dataset.text('00080018') ?? '');
      if (!dicom || !stored) continue;
      compared++;
      const differences = differencesOf(stored.identity, dicom.dataset, attributes);
      for (const { keyword, tag, expected, found } of differences)
        yield violated({
          because: `${keyword} ${tagText(tag)} of a returned object is not that of the object as it was delivered`,
          expected,
          found,
          at: placeOfAttribute(response, document, dicom, tag),
          remedy:
            'Return objects as they were stored; look for coercion rules, de-identification or a transcoder between archive and RAD-69 service.',
        });
      if (differences.length === 0) yield met(`${document.documentUniqueId} is unaltered.`, placeOfDocument(response, document));
    }
    if (compared === 0) yield await nothingDelivered(context);
  });

export const identityUnaltered = unaltered('ASY-RAD69-010', UNALTERED_IDENTITY);
export const headerUnaltered = unaltered('ISV-004', HEADER_OF_IMPORT);

/** Pixel data are those of the stored object: equal bytes in the same syntax, equal samples where both are native. */
export const pixelsUnaltered = defineCheck('ASY-RAD69-021', retrieveResponseView, async function* (response, context): ObservingAsync {
  if (response.documents.length === 0) return yield await noObject(context);
  const study = await deliveredStudy(context);
  let compared = 0;
  for (const document of response.documents) {
    const truth = study.get(document.documentUniqueId ?? '')?.truth;
    if (!truth) continue;
    compared++;
    const [stored, sent] = [await deliveredPixels(truth, context), await returnedPixels(document, response, context)];
    const at = document.dicom ? placeOfAttribute(response, document, document.dicom, '7FE00010') : placeOfDocument(response, document);
    const remedy =
      'Return pixel data as they were stored; look for a lossy step, a wrong window or byte order, or frames that were mixed up.';
    if ('problem' in stored) yield undecidable(`The delivered object: ${stored.problem}.`);
    else if ('problem' in sent && sent.cut && context.message.complete)
      yield violated({
        because: 'The pixel data of a returned object end too early',
        expected: 'the pixel data of the delivered object',
        found: sent.problem,
        at,
        remedy: 'Compare the octets that the answer carries with the stored file: look for a stream that is closed too early, or a wrong length.',
      });
    else if ('problem' in sent) yield undecidable(`The returned object: ${sent.problem}.`, at);
    else if ('none' in stored || 'none' in sent) {
      if ('none' in stored && 'none' in sent) yield notApplicable('The object has no pixel data.', at);
      else
        yield violated({
          because:
            'none' in sent
              ? 'The returned object lacks its pixel data'
              : 'The returned object has pixel data that the delivered one has not',
          expected: 'none' in stored ? 'no pixel data' : 'the pixel data of the delivered object',
          found: 'none' in sent ? 'none' : 'pixel data',
          at,
          remedy,
        });
    } else {
      const comparison = comparePixels(stored.pixels, sent.pixels);
      if ('undecidable' in comparison) yield undecidable(`${document.documentUniqueId}: ${comparison.undecidable}.`, at);
      else if ('notJudged' in comparison) yield notApplicable(`${document.documentUniqueId}: ${comparison.notJudged}.`, at);
      else if (comparison.equal) yield met(`The pixel data of ${document.documentUniqueId} are those of the delivered object.`, at);
      else
        yield violated({
          because: 'The pixel data of a returned object are not those of the object as it was delivered',
          expected: `${stored.pixels.size} octets, SHA-256 ${stored.pixels.digest}`,
          found: `${sent.pixels.size} octets, SHA-256 ${sent.pixels.digest}`,
          at,
          remedy,
        });
    }
  }
  if (compared === 0) yield await nothingDelivered(context);
});
