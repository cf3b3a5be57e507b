import { manifestView } from '../../../formats/manifest.js';
import { defineCheck, met, notApplicable, violated } from '../../define.js';
import { isMado, titleOf } from '../../imaging/evidence.js';
import { MANIFEST_TITLE } from '../../tables/key-object.js';

/** The title of an XDS-I.b manifest is (113030, DCM, "Manifest"). Display names do not decide. */
export const documentTitle = defineCheck('ASY-KOS-001', manifestView, function* (manifest) {
  const title = titleOf(manifest);
  const { dataset } = manifest.object;
  const at = manifest.at(dataset.get('0040A043') ?? dataset);
  if (isMado(manifest)) yield notApplicable('The title is that of a MADO manifest.', at);
  else if (title?.code === MANIFEST_TITLE.code && title.scheme === MANIFEST_TITLE.scheme) yield met('The title is (113030, DCM).', at);
  else
    yield violated({
      because: title
        ? `The document title is (${title.code}, ${title.scheme}), which is not that of a manifest`
        : 'The manifest has no document title',
      expected: '(113030, DCM, "Manifest")',
      found: title ? `(${title.code}, ${title.scheme})` : 'absent',
      at,
      remedy: 'Give the manifest the title (113030, DCM, "Manifest"): other titles of CID 7010 say why a person selected images.',
    });
});

/** The root has a Concept Name Code Sequence with one item: value, designator and meaning (PS3.3 8.8: no designator beside a URN). */
export const titleIsCoded = defineCheck('ASY-KOS-038', manifestView, function* (manifest) {
  const { dataset } = manifest.object;
  const items = dataset.items('0040A043');
  const at = manifest.at(dataset.get('0040A043') ?? dataset);
  const [item] = items;
  const missing = item
    ? [
        ...(item.text('00080100') || item.text('00080119') || item.text('00080120') ? [] : ['code value']),
        ...(item.text('00080102') || item.text('00080120') ? [] : ['coding scheme designator']),
        ...(item.text('00080104') ? [] : ['code meaning']),
      ]
    : ['the item'];
  if (items.length === 1 && missing.length === 0) yield met('The document title is one coded item.', at);
  else
    yield violated({
      because: items.length > 1 ? `The document title has ${items.length} items` : `The document title lacks ${missing.join(', ')}`,
      expected: '(0040,A043) with one item: code value, coding scheme designator, code meaning',
      found:
        items.length === 0
          ? dataset.get('0040A043')
            ? 'a sequence without an item'
            : 'absent'
          : `${items.length} item(s), without ${missing.join(', ') || 'nothing'}`,
      at,
      remedy: 'Write Concept Name Code Sequence (0040,A043) at the root with the single item (113030, DCM, "Manifest").',
    });
});
