/** The manifest as a DICOM file: PS3.10 7.1. */
import { manifestView } from '../../../formats/manifest.js';
import type { DicomElement } from '../../../formats/model.js';
import { defineCheck, met, undecidable, violated } from '../../define.js';
import { tagText, valueText } from '../../imaging/places.js';
import { FILE_META_TYPE_1 } from '../../tables/key-object.js';

/** SOP class and instance of the file meta information equal those of the data set. */
export const metaEqualsDataset = defineCheck('ASY-KOS-021', manifestView, function* (manifest) {
  const { meta, dataset } = manifest.object;
  for (const [inMeta, inDataset, keyword] of [
    ['00020002', '00080016', 'SOP class'],
    ['00020003', '00080018', 'SOP instance'],
  ] as const) {
    const [stated, real] = [meta.text(inMeta), dataset.text(inDataset)];
    const at = manifest.at(meta.get(inMeta) ?? dataset.get(inDataset) ?? dataset);
    if (!stated || !real) yield undecidable(`${tagText(stated ? inDataset : inMeta)} has no value to compare.`, at);
    else if (stated === real) yield met(`The ${keyword} is the same in both.`, at);
    else
      yield violated({
        because: `File meta information and data set name different UIDs as ${keyword}`,
        expected: `${tagText(inMeta)} = ${tagText(inDataset)} = ${real}`,
        found: stated,
        at,
        remedy: 'Write the file meta information from the data set that follows it, each time that the UIDs change.',
      });
  }
});

/** Group length, version, SOP class and instance, transfer syntax and implementation class are there; the group length is right. */
export const fileMeta = defineCheck('ASY-KOS-022', manifestView, function* (manifest) {
  const { meta, dataset } = manifest.object;
  const remedy = 'Write the complete File Meta Information (group 0002) in front of the data set, its length last.';
  let complete = true;
  for (const { tag, keyword } of FILE_META_TYPE_1) {
    const element = meta.get(tag);
    if (element && element.length > 0) continue;
    complete = false;
    yield violated({
      because: `${keyword} is ${element ? 'empty' : 'absent'} in the file meta information`,
      expected: `${tagText(tag)} with a value`,
      found: element ? 'empty' : 'absent',
      at: manifest.at(element ?? dataset),
      remedy,
    });
  }
  const [first, last] = [meta.get('00020000'), meta.elements.at(-1)];
  const stated = first && unsigned(first);
  const real = first && last && last.valueOffset + last.length - (first.valueOffset + first.length);
  if (stated !== undefined && stated !== real) {
    yield violated({
      because: 'The group length of the file meta information is wrong',
      expected: String(real),
      found: String(stated),
      at: manifest.at(first ?? dataset),
      remedy,
    });
  } else if (complete) yield met('The file meta information is complete.', manifest.at(first ?? dataset));
});

const unsigned = (element: DicomElement): number | undefined =>
  element.value?.length === 4 ? new DataView(element.value.buffer, element.value.byteOffset).getUint32(0, true) : undefined;

/** 128 bytes of preamble, DICM, meta information in Explicit VR Little Endian; the entry's media type is application/dicom. */
export const dicomFile = defineCheck('ASY-KOS-036', manifestView, function* (manifest) {
  const { object, entry } = manifest;
  const at = manifest.at(object.meta.elements[0] ?? object.dataset);
  const remedy =
    'Submit the manifest as a DICOM file: 128 byte preamble, DICM, file meta information in Explicit VR Little Endian, data set; mimeType application/dicom.';
  if (!object.part10)
    yield violated({
      because: 'The manifest has no preamble with DICM behind it',
      expected: 'DICM in bytes 128 to 131',
      found: 'a data set without them',
      at,
      remedy,
    });
  else if (object.meta.elements.length === 0)
    yield violated({
      because: 'Behind DICM there is no file meta information in Explicit VR Little Endian',
      expected: 'elements of group 0002',
      found: object.problems[0]?.message ?? 'none',
      at,
      remedy,
    });
  else if (entry && entry.mimeType !== 'application/dicom')
    yield violated({
      because: 'The DocumentEntry of the manifest has another media type',
      expected: 'application/dicom',
      found: valueText(entry.mimeType),
      at: manifest.submission.message.at(entry.element),
      remedy,
    });
  else yield met('The manifest is a DICOM file.', at);
});
