/** Attributes whose value a Key Object Selection Document fixes: PS3.3 A.35.4, C.17.6.1. */
import { manifestView } from '../../../formats/manifest.js';
import { defineCheck, met, violated } from '../../define.js';
import { tagText, valueText } from '../../imaging/places.js';
import { KEY_OBJECT_SELECTION_DOCUMENT } from '../../tables/key-object.js';

const fixed = (id: string, tag: string, keyword: string, value: string, remedy: string) =>
  defineCheck(id, manifestView, function* (manifest) {
    const { dataset } = manifest.object;
    const at = manifest.at(dataset.get(tag) ?? dataset);
    const found = dataset.text(tag);
    yield found === value
      ? met(`${keyword} is ${value}`, at)
      : violated({
          because: `${keyword} ${tagText(tag)} of the manifest is ${valueText(found)}`,
          expected: value,
          found: valueText(found),
          at,
          remedy,
        });
  });

export const modalityIsKo = fixed(
  'ASY-KOS-004',
  '00080060',
  'Modality',
  'KO',
  'Set Modality to KO: the manifest is an object of its own and does not take the modality of the images.',
);
export const sopClassIsKeyObjectSelection = fixed(
  'ASY-KOS-035',
  '00080016',
  'SOP Class UID',
  KEY_OBJECT_SELECTION_DOCUMENT,
  'Write the manifest as a Key Object Selection Document (1.2.840.10008.5.1.4.1.1.88.59), not as another structured report or as an image.',
);
