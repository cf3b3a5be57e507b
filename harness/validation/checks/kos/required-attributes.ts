/** Attributes that the modules of a Key Object Selection Document demand, from tables: PS3.3 A.35.4, C.17.6. */
import type { Manifest } from '../../../formats/model.js';
import { manifestView } from '../../../formats/manifest.js';
import { defineCheck, met, violated } from '../../define.js';
import { tagText, valueText } from '../../imaging/places.js';
import { KEY_OBJECT_DOCUMENT_TYPE_1, KEY_OBJECT_SERIES_TYPE_1, KEY_OBJECT_TYPE_2, type AttributeRow } from '../../tables/key-object.js';

const type1 = (id: string, rows: readonly AttributeRow[]) =>
  defineCheck(id, manifestView, function* (manifest: Manifest) {
    const { dataset } = manifest.object;
    for (const { tag, keyword } of rows) {
      const value = dataset.text(tag);
      if (value) yield met(`${keyword} has a value`, manifest.at(dataset.get(tag) ?? dataset));
      else
        yield violated({
          because: `${keyword} ${tagText(tag)} is Type 1 in the manifest but is ${valueText(value)}`,
          expected: `${tagText(tag)} ${keyword} with a value`,
          found: valueText(value),
          at: manifest.at(dataset.get(tag) ?? dataset),
          remedy: `Write ${keyword} when the manifest is made: a Type 1 attribute may be neither absent nor empty.`,
        });
    }
  });

const type2 = (id: string, rows: readonly AttributeRow[]) =>
  defineCheck(id, manifestView, function* (manifest: Manifest) {
    const { dataset } = manifest.object;
    for (const { tag, keyword } of rows) {
      const element = dataset.get(tag);
      if (element) yield met(`${keyword} is present`, manifest.at(element));
      else
        yield violated({
          because: `${keyword} ${tagText(tag)} is Type 2 in the manifest but is absent`,
          expected: `${tagText(tag)} ${keyword}, empty where unknown`,
          found: 'absent',
          at: manifest.at(dataset),
          remedy: `Write ${keyword} with length 0 where its value is not known.`,
        });
    }
  });

export const keyObjectDocumentType1 = type1('ASY-KOS-017', KEY_OBJECT_DOCUMENT_TYPE_1);
export const keyObjectSeriesType1 = type1('ASY-KOS-034', KEY_OBJECT_SERIES_TYPE_1);
export const keyObjectType2 = type2('ASY-KOS-040', KEY_OBJECT_TYPE_2);
