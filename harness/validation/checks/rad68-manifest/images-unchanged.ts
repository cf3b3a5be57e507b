import { defineAttemptCheck, met, notExercised, violated } from '../../define.js';
import { placeOfAttribute } from '../../imaging/answers.js';
import { retrievesOf } from '../../imaging/retrieves.js';
import { tagText } from '../../imaging/places.js';
import { deliveredStudy } from '../../imaging/study.js';
import { differencesOf, UNALTERED_IDENTITY } from '../../imaging/unaltered.js';
import type { ObservingAsync } from '../../imaging/observing.js';

/** Patient ID, accession number and instance UIDs of the shared images are left unchanged: compared with the images that come by RAD-69. */
export const imagesUnchanged = defineAttemptCheck('ASY-RAD68-016', async function* (_facts, context): ObservingAsync {
  const study = await deliveredStudy(context);
  const documents = (await retrievesOf(context)).flatMap(({ response }) =>
    response ? response.documents.map((document) => ({ response, document })) : [],
  );
  let compared = 0;
  let changed = 0;
  for (const { response, document } of documents) {
    const { dicom } = document;
    const stored = study.get(document.documentUniqueId ?? '');
    if (!dicom || !stored) continue;
    compared++;
    for (const { keyword, tag, expected, found } of differencesOf(stored.identity, dicom.dataset, UNALTERED_IDENTITY)) {
      changed++;
      yield violated({
        because: `${keyword} ${tagText(tag)} of a shared image was changed`,
        expected,
        found,
        at: placeOfAttribute(response, document, dicom, tag),
        remedy: 'Share the images as they were stored, under the identifiers that they came with.',
      });
    }
  }
  if (compared === 0) yield notExercised('No shared image that Assay delivered came back, so there is nothing to compare.');
  else if (changed === 0) yield met(`${compared} shared images have the identifiers that they were delivered with.`);
});
