/** The content tree of a Key Object Selection: PS3.3 A.35.4.3.1, PS3.16 TID 2010. */
import { manifestView } from '../../../formats/manifest.js';
import { defineCheck, met, undecidable, violated } from '../../define.js';
import { contentItems, isMado, referringItems } from '../../imaging/evidence.js';
import { valueText } from '../../imaging/places.js';
import { MADO_RELATIONSHIPS, RELATIONSHIPS } from '../../tables/key-object.js';

/** Relationships are by value only: no item points to another one by its position. */
export const byValueOnly = defineCheck('ASY-KOS-031', manifestView, function* (manifest) {
  const { dataset } = manifest.object;
  const pointing = [...contentItems(dataset)].filter((item) => item.get('0040DB73'));
  for (const item of pointing)
    yield violated({
      because: 'A content item refers to another one by its position in the tree',
      expected: 'no (0040,DB73) Referenced Content Item Identifier',
      found: '(0040,DB73)',
      at: manifest.at(item.get('0040DB73') ?? item),
      remedy: 'Write the content of the item itself: a Key Object Selection allows relationships by value only.',
    });
  if (pointing.length === 0) yield met('All relationships are by value.', manifest.at(dataset.get('0040A730') ?? dataset));
});

/** Value types and relationships are those that a Key Object Selection allows. */
export const allowedRelationships = defineCheck('ASY-KOS-032', manifestView, function* (manifest) {
  const { dataset } = manifest.object;
  const allowed = isMado(manifest) ? MADO_RELATIONSHIPS : RELATIONSHIPS;
  const items = [...contentItems(dataset)].filter((item) => !item.get('0040DB73'));
  let sound = true;
  for (const item of items) {
    const relationship = item.text('0040A010');
    const valueType = item.text('0040A040');
    if (allowed[relationship ?? '']?.includes(valueType ?? '')) continue;
    sound = false;
    yield violated({
      because: `A content item is ${valueText(valueType)} with the relationship ${valueText(relationship)}`,
      expected: Object.entries(allowed)
        .map(([name, types]) => `${name}: ${types.join(', ')}`)
        .join('; '),
      found: `${valueText(relationship)}: ${valueText(valueType)}`,
      at: manifest.at(item),
      remedy:
        'Leave out items that the template (TID 2010) does not have, or correct Relationship Type (0040,A010) and Value Type (0040,A040).',
    });
  }
  if (items.length === 0) yield undecidable('The content tree has no item.', manifest.at(dataset));
  else if (sound)
    yield met(
      `The ${items.length} content items have allowed value types and relationships.`,
      manifest.at(dataset.get('0040A730') ?? dataset),
    );
});

/** The root contains at least one reference, and references have no purpose of reference. */
export const referencesInTree = defineCheck('ASY-KOS-033', manifestView, function* (manifest) {
  const { dataset } = manifest.object;
  const items = referringItems(manifest);
  const named = items.filter((item) => item.get('0040A043'));
  const at = manifest.at(dataset.get('0040A730') ?? dataset);
  if (items.length === 0)
    yield violated({
      because: 'The root of the content tree contains no reference to an instance',
      expected: 'at least one IMAGE, WAVEFORM or COMPOSITE item directly below the root',
      found: dataset.get('0040A730') ? `${dataset.items('0040A730').length} items of other value types` : '(0040,A730) is absent',
      at,
      remedy: 'Add an item for each shared instance to Content Sequence (0040,A730) of the root.',
    });
  for (const item of named)
    yield violated({
      because: 'An item that refers to an instance has a concept name (a purpose of reference)',
      expected: 'no (0040,A043) in IMAGE, WAVEFORM and COMPOSITE items',
      found: '(0040,A043)',
      at: manifest.at(item.get('0040A043') ?? item),
      remedy: 'Leave Concept Name Code Sequence out of the references: TID 2010 gives them none.',
    });
  if (items.length > 0 && named.length === 0) yield met(`The root contains ${items.length} references.`, at);
});
