import { manifestView } from '../../../formats/manifest.js';
import { defineCheck, met, violated } from '../../define.js';
import { valueText } from '../../imaging/places.js';

/** The root is a CONTAINER that states Continuity of Content; either value passes, since no template of the manifest fixes it. */
export const rootContainer = defineCheck('ASY-KOS-002', manifestView, function* (manifest) {
  const { dataset } = manifest.object;
  const valueType = dataset.text('0040A040');
  const continuity = dataset.text('0040A050');
  if (valueType === 'CONTAINER' && (continuity === 'SEPARATE' || continuity === 'CONTINUOUS'))
    yield met(`The root is a CONTAINER, ${continuity}.`, manifest.at(dataset.get('0040A050') ?? dataset));
  else
    yield violated({
      because:
        valueType === 'CONTAINER'
          ? `Continuity of Content of the root is ${valueText(continuity)}`
          : `The root content item has the value type ${valueText(valueType)}`,
      expected: '(0040,A040) CONTAINER and (0040,A050) SEPARATE or CONTINUOUS',
      found: `(0040,A040) ${valueText(valueType)}, (0040,A050) ${valueText(continuity)}`,
      at: manifest.at(dataset.get(valueType === 'CONTAINER' ? '0040A050' : '0040A040') ?? dataset),
      remedy: 'Write Value Type CONTAINER and Continuity of Content SEPARATE at the root of the content tree.',
    });
});

/** Content Template Sequence names TID 2010 of DCMR, once. */
export const contentTemplate = defineCheck('ASY-KOS-003', manifestView, function* (manifest) {
  const { dataset } = manifest.object;
  const items = dataset.items('0040A504');
  const named = items.map((item) => `${valueText(item.text('00080105'))} ${valueText(item.text('0040DB00'))}`);
  const at = manifest.at(dataset.get('0040A504') ?? dataset);
  if (named.length === 1 && named[0] === 'DCMR 2010') yield met('The content template is TID 2010 of DCMR.', at);
  else
    yield violated({
      because:
        named.length === 0 ? 'The manifest names no content template' : `The manifest names the content template ${named.join('; ')}`,
      expected: '(0040,A504) with one item: (0008,0105) DCMR, (0040,DB00) 2010',
      found: named.join('; ') || 'absent',
      at,
      remedy: 'Write Content Template Sequence (0040,A504) with Mapping Resource DCMR and Template Identifier 2010 (Key Object Selection).',
    });
});
